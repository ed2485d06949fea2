// Wrong signatures counted over all workers: each tells the others what it counted, so that all of them hold an address off
// once their sum is beyond the limit, and a right signature at one earns back at all.
import type { FailedSignatures } from '../access/failed-signatures.ts';
import type { AddressGroups } from '../http1/address-groups.ts';

export interface SharedFailuresOptions {
  /** Of this process, with the limit for all. */
  readonly own: FailedSignatures;
  /** As `own` has it: what is not counted is not told. */
  readonly limit: number;
  readonly groupOf: AddressGroups;
  /** `right`: the signature was, and earned back a failure. */
  tell(address: string, right: boolean): void;
}

/** What the others tell is for `own`: an episode is logged and counted where the failure came that began it. */
export function shareFailures({ own, limit, groupOf, tell }: SharedFailuresOptions): FailedSignatures {
  return {
    heldOffMs: (address, nowMs) => own.heldOffMs(address, nowMs),
    failed(address, nowMs) {
      const heldOff = own.failed(address, nowMs);
      if (limit > 0 && groupOf(address) !== undefined) tell(address, false);
      return heldOff;
    },
    succeeded(address, nowMs) {
      const earned = own.succeeded(address, nowMs);
      if (earned) tell(address, true);
      return earned;
    },
    get size() {
      return own.size;
    },
  };
}
