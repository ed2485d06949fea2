// Random histories of buckets and of the measurements of their stores: Used is the truth, or becomes it.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimedChange } from '../../../../src/capacity/ledger/backend-ledger.ts';
import { HOUR_MS, LedgerRig, START_MS, temporaryFolder } from './ledger-fixture.ts';
import { type Act, FOLDERS, SimulatedStore } from './simulated-store.ts';

type Uploads = 'counted' | 'not-counted';

const bytes = fc.oneof(fc.nat(10), fc.nat(1_000_000), fc.integer({ min: 2 ** 40, max: 2 ** 42 }));
const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom(
    'put',
    'put',
    'null-put',
    'delete',
    'delete',
    'copy',
    'part',
    'part',
    'complete',
    'abort',
  ),
  folder: fc.nat(FOLDERS - 1),
  pick: fc.nat(100),
  bytes,
});
const pause = fc.oneof(fc.nat(3), fc.nat(150), fc.nat(10_000), fc.nat(900_000));
const acts = fc.record({
  step: fc.constant('acts' as const),
  pause,
  acts: fc.array(act, { maxLength: 12, size: 'max' }),
  gaps: fc.nat(60),
});
const measure = fc.record({
  step: fc.constant('measure' as const),
  pause,
  /** What happens between the moment that the store is asked and its answer. */
  during: fc.array(act, { maxLength: 4, size: 'max' }),
  /** Which of the moments that it may be of the answer is of. */
  pick: fc.double({ min: 0, max: 1, noNaN: true }),
  /** Whether what happened is told of only after the answer. */
  isLate: fc.boolean(),
});
const history = fc.array(fc.oneof(acts, measure), { minLength: 1, maxLength: 40, size: 'max' });
type Step = Value<typeof acts> | Value<typeof measure>;
type Value<Made> = Made extends fc.Arbitrary<infer Each> ? Each : never;

const uploads = fc.constantFrom<Uploads>('counted', 'not-counted');
/** Few bins: most histories are coarsened. */
const limits = fc.record({ maxBins: fc.constantFrom(2, 5, 16, 1_024) });

/** Plays a history on a store and on the ledger of a gateway before it. */
class Play {
  readonly store: SimulatedStore;
  readonly rig: LedgerRig;
  readonly uploads: Uploads;
  readonly lagMs: number;
  /** What was measured last. */
  found = 0n;
  #shown = 0;
  /** Seen, and not told yet. */
  #held: TimedChange[] = [];

  constructor(rig: LedgerRig, uploads: Uploads, lagMs: number) {
    this.rig = rig;
    this.uploads = uploads;
    this.lagMs = lagMs;
    this.store = new SimulatedStore('b', rig.nowMs);
    this.#tell(0n, rig.nowMs);
    // With nothing to compare the first with, what happens within its very millisecond may be on either side.
    rig.pass(1);
  }

  get used(): bigint {
    return this.found + this.rig.delta();
  }

  get truth(): bigint {
    return this.store.heldAt(this.store.past.length - 1, this.uploads);
  }

  play(step: Step): void {
    this.rig.pass(step.pause);
    if (step.step === 'acts') {
      for (const [at, each] of step.acts.entries()) {
        this.#act(each);
        if (at % 2 === 1) this.rig.pass(step.gaps);
      }
      this.handOn();
      return;
    }
    const askedMs = this.rig.nowMs;
    for (const each of step.during) {
      this.rig.pass(7);
      this.#act(each);
    }
    if (!step.isLate) this.handOn();
    const first = this.#firstPossible(askedMs - this.lagMs);
    // A scanner's snapshot is of before its date; an answer that is live may be of any moment while it was asked.
    const last = this.lagMs === 0 ? this.store.past.length - 1 : this.#firstPossible(askedMs + 1);
    this.#shown = Math.max(this.#shown, first + Math.round(step.pick * Math.max(0, last - first)));
    this.#tell(this.store.heldAt(this.#shown, this.uploads), askedMs);
    this.handOn();
  }

  /** As two workers would: one tells last of new versions that nothing of the other's is about. */
  handOn(): void {
    const names = this.#held.flatMap(({ change }) => ('versionId' in change ? [change.versionId] : []));
    const sources = this.#held.flatMap(({ change }) =>
      change.kind === 'copy' ? [change.from.versionId] : [],
    );
    const isAlone = ({ change }: TimedChange) =>
      change.kind === 'put' &&
      change.versionId?.startsWith('v') === true &&
      [...names, ...sources].filter((name) => name === change.versionId).length === 1;
    this.rig.ledger.take(
      'store',
      this.#held.filter((each) => !isAlone(each)),
    );
    this.rig.ledger.take('store', this.#held.filter(isAlone));
    this.#held = [];
  }

  #act(each: Act): void {
    const change = this.store.act(each, this.rig.nowMs);
    if (change !== undefined) this.#held.push({ change, atMs: this.rig.nowMs });
  }

  /** The last moment of the past that lies wholly before that time. */
  #firstPossible(beforeMs: number): number {
    return Math.max(
      0,
      this.store.past.findLastIndex(({ atMs }) => atMs < beforeMs),
    );
  }

  #tell(held: bigint, atMs: number): void {
    this.found = held;
    this.rig.measured({ bytes: held, atMs, lagMs: this.lagMs, uploads: this.uploads });
  }
}

function played(
  rig: LedgerRig,
  counts: Uploads,
  lagMs: number,
  steps: readonly Step[],
  after: (play: Play) => void,
) {
  const play = new Play(rig, counts, lagMs);
  for (const step of steps) {
    play.play(step);
    after(play);
  }
}

describe('with sizes that are known Used is the truth after every step', () => {
  test.each([
    { store: 'that counts live', lagMs: 0 },
    { store: 'whose scanner shows a moment of the last ten minutes', lagMs: 600_000 },
  ])('of a store $store', ({ lagMs }) => {
    fc.assert(
      fc.property(history, uploads, limits, (steps, counts, few) => {
        played(new LedgerRig(few), counts, lagMs, steps, (play) => {
          expect(play.used).toBe(play.truth);
          expect(play.rig.ledger.bucketDrift('store', 'b') ?? 0n).toBe(0n);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('whatever passed, Used becomes what is measured', () => {
  const finding = fc.record({
    /** Of each folder the scanner saw some moment, not the same. */
    picks: fc.tuple(...Array.from({ length: FOLDERS }, () => fc.double({ min: 0, max: 1, noNaN: true }))),
    steps: fc.array(acts, { maxLength: 4, size: 'max' }),
  });

  test('of a store whose scanner leaves folders out', () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 8, size: 'max' }), limits, (findings, few) => {
        const rig = new LedgerRig(few);
        const play = new Play(rig, 'not-counted', HOUR_MS);
        const shown = Array<number>(FOLDERS).fill(0);
        for (const { picks, steps } of findings) {
          for (const step of steps) play.play(step);
          let sum = 0n;
          for (const [folder, pick] of picks.entries()) {
            const from = shown[folder] ?? 0;
            shown[folder] = from + Math.round(pick * (play.store.past.length - 1 - from));
            sum += play.store.heldAt(shown[folder] ?? 0, 'not-counted', folder);
          }
          rig.measured({ bytes: sum, lagMs: HOUR_MS, uploads: 'not-counted' });
        }
        rig.pass(HOUR_MS + 1);
        // Whatever it is, and though it is not what passed.
        const { deltaBytes } = rig.measured({ bytes: 5n, lagMs: HOUR_MS, uploads: 'not-counted' });
        expect(deltaBytes).toBe(0n);
      }),
      { numRuns: 200 },
    );
  });

  const anything = fc.oneof(
    acts,
    fc.record({
      step: fc.constant('found' as const),
      bytes: fc.bigInt({ min: 0n, max: 2n ** 70n }),
      agoMs: fc.oneof(
        fc.nat(5_000),
        fc.integer({ min: -10 * HOUR_MS, max: 10 * HOUR_MS }),
        fc.constant(Number.NaN),
      ),
      lagMs: fc.constantFrom(0, 600_000, HOUR_MS, Number.NaN, -1, Number.POSITIVE_INFINITY),
      uploads,
    }),
    fc.record({
      step: fc.constant('clock' as const),
      byMs: fc.integer({ min: -10 * HOUR_MS, max: 10 * HOUR_MS }),
    }),
  );

  test('of any store, with any clock, and never more is added than passed', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 30, size: 'max' }), limits, (steps, few) => {
        const rig = new LedgerRig(few);
        const store = new SimulatedStore('b', rig.nowMs);
        let passed = 0n;
        let latest = START_MS;
        let largest = 0n;
        for (const each of steps) {
          if (each.step === 'clock') rig.pass(each.byMs);
          else if (each.step === 'found') {
            const { agoMs, ...found } = each;
            rig.measured({ ...found, atMs: rig.nowMs - agoMs });
            if (each.bytes > largest) largest = each.bytes;
          } else {
            for (const one of each.acts) {
              rig.pass(each.gaps);
              const change = store.act(one, rig.nowMs);
              if (change === undefined) continue;
              rig.ledger.take('store', [{ change, atMs: rig.nowMs }]);
              const { counted, notCounted } = {
                counted: store.past.at(-1)?.counted ?? [],
                notCounted: store.past.at(-1)?.notCounted ?? [],
              };
              passed +=
                BigInt(2 ** 43) + BigInt([...counted, ...notCounted].reduce((sum, size) => sum + size, 0));
            }
          }
          latest = Math.max(latest, rig.nowMs);
          const delta = rig.delta();
          expect(delta <= passed + largest && delta >= -passed - largest).toBe(true);
        }
        for (const _ of [1, 2]) {
          rig.nowMs = Math.max(rig.nowMs, latest) + 20 * HOUR_MS;
          expect(rig.measured({ bytes: 12_345n, lagMs: HOUR_MS })).toMatchObject({ deltaBytes: 0n });
        }
        expect(rig.ledger.storeWritten('store', rig.nowMs)).toBe(0n);
      }),
      { numRuns: 200 },
    );
  });
});

test('to close it and open it again changes no answer, now or later', () => {
  const path = join(temporaryFolder(), 'ledger.sqlite');
  let run = 0;
  fc.assert(
    fc.property(history, uploads, limits, fc.infiniteStream(fc.boolean()), (steps, counts, few, restarts) => {
      run += 1;
      const tight = { ...few, maxSizes: 8, maxUploads: 2, maxParts: 4 };
      const [kept, restarted] = [new LedgerRig(tight), new LedgerRig(tight, `${path}${run}`)];
      const plays = [new Play(kept, counts, 600_000), new Play(restarted, counts, 600_000)];
      for (const step of steps) {
        for (const play of plays) play.play(step);
        if (restarts.next().value) restarted.reopen();
        expect(restarted.answers()).toEqual(kept.answers());
      }
      restarted.ledger.close();
      expect(restarted.messages).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
