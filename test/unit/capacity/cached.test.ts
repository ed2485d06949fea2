import { beforeEach, describe, expect, it } from 'vitest';
import { type CachedCapacityOptions, cachedCapacity } from '../../../src/capacity/cached.ts';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import type { CapacitySample } from '../../../src/capacity/provider.ts';
import { unknownMessage } from './store-stand-in.ts';

const START = Date.UTC(2026, 10, 21);
let nowMs = START;
let calls: { bucket: string; signal: AbortSignal }[] = [];
let measure: (bucket: string, signal: AbortSignal) => Promise<CapacitySample>;
let deadlines: AbortController[] = [];

const sample = (usedBytes = 10n, sampledAtMs = nowMs): CapacitySample => ({
  capacityBytes: 100n,
  availableBytes: 50n,
  usedBytes,
  sampledAtMs,
});
const down = () => Promise.reject(new CapacityUnknownError('asked the store: answered 500'));

function cache(extra: Partial<CachedCapacityOptions> = {}) {
  return cachedCapacity({
    provider: {
      source: 'fake',
      measure(bucket, signal) {
        calls.push({ bucket, signal });
        return measure(bucket, signal);
      },
    },
    refreshMs: 30_000,
    maxAgeMs: 900_000,
    deadlineMs: 2_000,
    now: () => nowMs,
    deadline: () => {
      const controller = new AbortController();
      deadlines.push(controller);
      return controller.signal;
    },
    ...extra,
  });
}

beforeEach(() => {
  nowMs = START;
  calls = [];
  deadlines = [];
  measure = async () => sample();
});

describe('cachedCapacity', () => {
  it('serves a young value without asking, an older one after asking', async () => {
    const { of } = cache();
    const first = await of('b');
    expect(first).toEqual({
      capacityBytes: 100n,
      availableBytes: 50n,
      usedBytes: 10n,
      changedAtMs: START,
      measuredAtMs: START,
      source: 'fake',
    });
    nowMs += 29_999;
    expect(await of('b')).toBe(first);
    nowMs += 1;
    expect((await of('b')).measuredAtMs).toBe(START + 30_000);
    expect(calls).toHaveLength(2);
  });

  it('asks again after the clock was set back', async () => {
    const { of } = cache();
    await of('b');
    nowMs -= 86_400_000;
    expect(await of('b')).toMatchObject({ measuredAtMs: START - 86_400_000 });
  });

  it('moves changedAtMs only with the numbers', async () => {
    const { of } = cache();
    await of('b');
    nowMs += 30_000;
    expect(await of('b')).toMatchObject({ changedAtMs: START, measuredAtMs: START + 30_000 });
    nowMs += 30_000;
    measure = async () => sample(11n);
    expect(await of('b')).toMatchObject({ changedAtMs: START + 60_000, usedBytes: 11n });
  });

  it('measures once for many callers, and each bucket on its own', async () => {
    const { of } = cache();
    await Promise.all([of('a'), of('a'), of('b'), of('a')]);
    expect(calls.map(({ bucket }) => bucket)).toEqual(['a', 'b']);
  });

  it('serves the last good value through a failure, until it is too old', async () => {
    const { of } = cache();
    const good = await of('b');
    measure = down;
    nowMs += 899_999;
    expect(await of('b')).toBe(good);
    nowMs += 1;
    expect(await unknownMessage(of('b'))).toBe(
      'capacity of bucket b from fake: last known at 2026-11-21T00:00:00.000Z, more than 900 s ago; ' +
        'failing since 2026-11-21T00:14:59.999Z: asked the store: answered 500',
    );
  });

  it('leaves a failing store alone for five seconds, then tries again', async () => {
    const { of } = cache();
    measure = down;
    expect(await unknownMessage(of('b'))).toContain('never known; failing since');
    nowMs += 4_999;
    await unknownMessage(of('b'));
    expect(calls).toHaveLength(1);
    measure = async () => sample();
    nowMs += 1;
    expect(await of('b')).toMatchObject({ usedBytes: 10n });
    expect(calls).toHaveLength(2);
  });

  it('ends at the deadline even when the provider does not listen', async () => {
    const { of } = cache();
    const good = await of('b');
    measure = () => new Promise(() => {});
    nowMs += 30_000;
    const waiting = of('b');
    deadlines.at(-1)?.abort(new DOMException('late', 'TimeoutError'));
    expect(await waiting).toBe(good);
    const fresh = of('new');
    deadlines.at(-1)?.abort(new DOMException('late', 'TimeoutError'));
    expect(await unknownMessage(fresh)).toContain('no answer before the deadline');
    expect(calls.at(-1)?.signal.aborted).toBe(true);
  });

  it('survives a provider that throws at once', async () => {
    const { of } = cache();
    measure = () => {
      throw new TypeError('bug');
    };
    expect(await unknownMessage(of('b'))).toContain('the measurement broke: TypeError: bug');
    measure = async () => sample();
    nowMs += 5_000;
    expect(await of('b')).toMatchObject({ usedBytes: 10n });
  });

  it('does not serve a sample that was too old from the start', async () => {
    measure = async () => sample(1n, START - 900_000);
    expect(await unknownMessage(cache().of('b'))).toContain('more than 900 s ago');
  });

  it("applies the gateway's own quota", async () => {
    const { of } = cache({ quotaOf: (bucket) => (bucket === 'small' ? 20n : undefined) });
    expect(await of('small')).toMatchObject({ capacityBytes: 20n, availableBytes: 10n, usedBytes: 10n });
    expect(await of('free')).toMatchObject({ capacityBytes: 100n, availableBytes: 50n });
  });

  it('tells of every measurement', async () => {
    const told: unknown[] = [];
    const { of } = cache({ onMeasured: (bucket, result) => told.push([bucket, result]) });
    await of('b');
    measure = down;
    await unknownMessage(of('c'));
    expect(told).toEqual([
      ['b', sample()],
      ['c', expect.any(CapacityUnknownError)],
    ]);
  });

  it('shows what it remembers', async () => {
    const { of, snapshot } = cache();
    const capacity = await of('b');
    measure = down;
    await unknownMessage(of('c'));
    nowMs += 1_000;
    expect(snapshot()).toEqual([
      { bucket: 'b', capacity, ageMs: 1_000 },
      { bucket: 'c', lastError: 'asked the store: answered 500', failingSinceMs: START },
    ]);
  });

  it('forgets the bucket asked for longest ago', async () => {
    const { of, snapshot } = cache({ maxBuckets: 2 });
    for (const bucket of ['a', 'b', 'a', 'c']) await of(bucket);
    expect(snapshot().map(({ bucket }) => bucket)).toEqual(['a', 'c']);
  });

  it('ends what is under way when closed', async () => {
    const { of, close } = cache();
    measure = () => new Promise(() => {});
    const waiting = of('b');
    close();
    expect(await unknownMessage(waiting)).toContain('given up');
    expect(await unknownMessage(of('b'))).toContain('shutting down');
  });
});
