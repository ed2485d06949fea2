// A drift that stays is told once, with what is most likely behind it.
import { expect, test } from 'vitest';
import { LedgerRig, part, put, remove } from './ledger-fixture.ts';

const MIB = 1n << 20n;
const LARGE = 20n * MIB;

/** Measurements a minute apart, each so much more than the one before; all of it past the gateway. */
function drifting(rig: LedgerRig, bytes: bigint, ...drifts: readonly bigint[]): bigint {
  let found = bytes;
  for (const drift of drifts) {
    rig.pass(60_000);
    found += drift;
    rig.measured({ bytes: found });
  }
  return found;
}

function begin(bytes: bigint): LedgerRig {
  const rig = new LedgerRig();
  rig.measured({ bytes });
  return rig;
}

test('three times more than is known: writes past the gateway', () => {
  const rig = begin(0n);
  drifting(rig, 0n, LARGE, LARGE);
  expect(rig.drifts).toEqual([]);
  drifting(rig, 2n * LARGE, LARGE);
  expect(rig.drifts).toEqual([
    {
      backend: 'store',
      bucket: 'b',
      cause: 'writes past the gateway',
      driftBytes: 3n * LARGE,
      measurements: 3,
      usedBytes: 3n * LARGE,
    },
  ]);
});

test('three times less: deletions or lifecycle', () => {
  const rig = begin(10n * LARGE);
  drifting(rig, 10n * LARGE, -LARGE, -LARGE, -LARGE);
  expect(rig.drifts).toMatchObject([
    { cause: 'deletions past the gateway or lifecycle', driftBytes: -3n * LARGE },
  ]);
});

test('where changes of unknown size passed, they are it', () => {
  const rig = begin(10n * LARGE);
  for (const round of [1, 2, 3]) {
    rig.pass(10_000);
    rig.take(remove(`old${round}`, 'v'));
    rig.pass(10_000);
    const found = rig.measured({ bytes: 10n * LARGE - BigInt(round) * LARGE });
    expect(found).toMatchObject({ driftBytes: -LARGE, explainedByUnknown: true });
  }
  expect(rig.drifts).toMatchObject([{ cause: 'changes of unknown size' }]);
});

test.each([
  ['now more, now less', 100n * LARGE, [LARGE, LARGE, -LARGE, LARGE, LARGE]],
  ['with one in between that fits', 0n, [LARGE, LARGE, 0n, LARGE, LARGE]],
  ['of no more than 16 MiB', 0n, [16n * MIB, 16n * MIB, 16n * MIB]],
  ['of no more than a thousandth', 20_100n * MIB, [LARGE, LARGE, LARGE]],
])('nothing is said of a drift %s', (_, bytes, drifts) => {
  const rig = begin(bytes);
  drifting(rig, bytes, ...drifts);
  expect(rig.drifts).toEqual([]);
});

test('it is told once, and again only after three measurements without', () => {
  const rig = begin(0n);
  let bytes = drifting(rig, 0n, ...Array<bigint>(8).fill(LARGE));
  bytes = drifting(rig, bytes, 0n, 0n, LARGE, LARGE, LARGE);
  expect(rig.drifts).toHaveLength(1);
  bytes = drifting(rig, bytes, 0n, 0n, 0n, LARGE, LARGE, LARGE);
  expect(rig.drifts).toHaveLength(2);
});

test('the same answer once more is no other measurement', () => {
  const rig = begin(0n);
  drifting(rig, 0n, LARGE, LARGE);
  for (const _ of [1, 2, 3]) rig.measured({ bytes: 2n * LARGE });
  expect(rig.drifts).toEqual([]);
});

test('changes that workers tell of a moment later are no drift', () => {
  const rig = begin(0n);
  let bytes = 0n;
  for (let round = 0; round < 6; round += 1) {
    rig.pass(60_000);
    const doneMs = rig.nowMs;
    rig.pass(50);
    bytes += LARGE;
    rig.measured({ bytes });
    rig.pass(50);
    rig.takeAt(doneMs, put(`k${round}`, Number(LARGE), 'v'));
  }
  expect(rig.drifts).toEqual([]);
  expect(rig.delta()).toBe(0n);
});

test('another source, or one that counts other things, is no drift', () => {
  const rig = begin(0n);
  let bytes = 0n;
  for (let round = 0; round < 6; round += 1) {
    rig.pass(60_000);
    rig.take(part('u', round + 1, 1));
    bytes += LARGE;
    rig.measured({ bytes, ...(round % 2 === 0 ? { source: 'other' } : {}) });
  }
  expect(rig.drifts).toEqual([]);
});
