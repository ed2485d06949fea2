// What holds off client addresses that fail to prove who they are, out of config: part of the composition root.
import { createFailedSignatures, type FailedSignatures } from '../access/failed-signatures.ts';
import type { GatewayConfig, PerAddressLimits } from '../config/gateway-config.ts';
import { sameConfig } from '../config/same-config.ts';
import { type AddressGroups, createAddressGroups } from '../http1/address-groups.ts';

export interface AddressProtection {
  /** Under which name a client's address is counted. */
  readonly groupOf: AddressGroups;
  readonly failedSignatures: FailedSignatures;
  readonly of: PerAddressLimits;
}

/** `before`: goes on, with what it has counted, where the limits are the same. */
export function composeProtection(
  { limits: { perAddress } }: GatewayConfig,
  before?: AddressProtection,
): AddressProtection {
  if (before !== undefined && sameConfig(before.of, perAddress)) return before;
  const groupOf = createAddressGroups(perAddress.exempt);
  return {
    groupOf,
    failedSignatures: createFailedSignatures({
      limit: perAddress.failedSignatures,
      windowMs: perAddress.windowMs,
      groupOf,
    }),
    of: perAddress,
  };
}
