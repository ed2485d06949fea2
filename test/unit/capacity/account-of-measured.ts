// What comes of a measurement where nothing passed through the gateway since and nothing is reserved.
import { type Account, accountOf, NOTHING_PASSED } from '../../../src/capacity/account.ts';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import type { CapacityFigures } from '../../../src/capacity/figures.ts';

type Numbers = Pick<Account, 'capacityBytes' | 'availableBytes' | 'usedBytes'>;

export async function accountOfMeasured(
  measured: Promise<CapacityFigures>,
  quota?: { readonly name: string; readonly limitBytes: bigint },
): Promise<Numbers> {
  const { total, free, used, quotas = [] } = await measured;
  if (!total || !free || !used) throw new CapacityUnknownError('a number is missing');
  const policy = { reserveBytes: 0n, ...(quota && { quota }) };
  const { capacityBytes, availableBytes, usedBytes } = accountOf(
    { total, free, used, quotas },
    policy,
    NOTHING_PASSED,
  );
  return { capacityBytes, availableBytes, usedBytes };
}
