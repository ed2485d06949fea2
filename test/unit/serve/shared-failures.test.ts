// Wrong signatures over several processes, with the news between them delivered by hand.
import { expect, test } from 'vitest';
import { createFailedSignatures } from '../../../src/access/failed-signatures.ts';
import { createAddressGroups } from '../../../src/http1/address-groups.ts';
import { shareFailures } from '../../../src/serve/shared-failures.ts';

const A = '192.0.2.1';
const EXEMPT = '127.0.0.1';

function workers(limit: number) {
  const groupOf = createAddressGroups([EXEMPT]);
  const owns = [0, 1].map(() => createFailedSignatures({ limit, windowMs: 1_000, groupOf }));
  const told: [string, boolean][] = [];
  const [one, other] = owns.map((own, index) =>
    shareFailures({
      own,
      limit,
      groupOf,
      tell(address, right) {
        told.push([address, right]);
        const sibling = owns[1 - index];
        if (right) sibling?.succeeded(address, 0);
        else sibling?.failed(address, 0);
      },
    }),
  );
  if (one === undefined || other === undefined) throw new Error('two');
  return { one, other, told };
}

test('the sum counts, and the episode is told where it began', () => {
  const { one, other } = workers(3);
  expect([one.failed(A, 0), other.failed(A, 0), one.failed(A, 0)]).toEqual([undefined, undefined, undefined]);
  expect(other.heldOffMs(A, 0)).toBe(0);
  expect(other.failed(A, 0)).toEqual({ group: A, failures: 4, forMs: 1_000 });
  expect([one.heldOffMs(A, 0), other.heldOffMs(A, 0)]).toEqual([1_000, 1_000]);
  expect(one.failed(A, 0)).toBeUndefined();
});

test('a right signature earns back at both, and is told only where it did', () => {
  const { one, other, told } = workers(3);
  other.succeeded(A, 0);
  expect(told).toEqual([]);
  for (let n = 0; n < 100; n++) {
    one.failed(A, 0);
    other.succeeded(A, 0);
    other.succeeded(A, 0);
  }
  expect(told).toHaveLength(200);
  expect([one.heldOffMs(A, 0), other.heldOffMs(A, 0)]).toEqual([0, 0]);
});

test.each([
  ['an exempt address', 3, EXEMPT],
  ['where there is no limit', 0, A],
])('nothing is told: %s', (_what, limit, address) => {
  const { one, told } = workers(limit);
  for (let n = 0; n < 10; n++) one.failed(address, 0);
  one.succeeded(address, 0);
  expect(told).toEqual([]);
});
