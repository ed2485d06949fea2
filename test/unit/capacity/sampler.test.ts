import { beforeEach, describe, expect, it } from 'vitest';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import { Sampler, type SamplerOptions, type SamplerPace } from '../../../src/capacity/sampler.ts';

interface Sample {
  readonly bytes: number;
  readonly atMs: number;
}

const START = Date.UTC(2026, 10, 21);
const PACE: SamplerPace = {
  refreshMs: 30_000,
  maxAgeMs: 900_000,
  deadlineMs: 2_000,
  retryMs: 5_000,
  soonestMs: 1_000,
};

let nowMs = START;
let calls: { name: string; signal: AbortSignal }[] = [];
let measure: (name: string, signal: AbortSignal) => Promise<Sample>;
let deadlines: AbortController[] = [];
let isOutdated = false;
let accepted: Sample[] = [];
let failed: string[] = [];

const sample = (bytes = 10): Sample => ({ bytes, atMs: nowMs });
const down = () => Promise.reject(new CapacityUnknownError('asked the store: answered 500'));

function sampler(extra: Partial<SamplerOptions<Sample>> = {}) {
  return new Sampler<Sample>({
    source: 'fake',
    measure(name, signal) {
      calls.push({ name, signal });
      return measure(name, signal);
    },
    isPlausible: (now, before) => Math.abs(now.bytes - before.bytes) <= before.bytes / 2,
    isLaterThan: (now, before) => now.atMs > before.atMs,
    isOutdated: () => isOutdated,
    takenAtMs: ({ atMs }) => atMs,
    onAccepted: (_name, taken) => accepted.push(taken),
    onFailed: (_name, { message }) => failed.push(message),
    pace: PACE,
    now: () => nowMs,
    random: () => 0.5,
    deadline: () => {
      const controller = new AbortController();
      deadlines.push(controller);
      return controller.signal;
    },
    ...extra,
  });
}

async function unknown(of: Promise<unknown>): Promise<CapacityUnknownError> {
  const error = await of.catch((cause: unknown) => cause);
  if (!(error instanceof CapacityUnknownError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

beforeEach(() => {
  nowMs = START;
  calls = [];
  deadlines = [];
  accepted = [];
  failed = [];
  isOutdated = false;
  measure = async () => sample();
});

describe('when it asks', () => {
  it('gives a young sample without asking, an older one after asking', async () => {
    const one = sampler();
    const first = await one.of('b');
    nowMs += 29_999;
    expect(await one.of('b')).toBe(first);
    nowMs += 1;
    expect((await one.of('b')).atMs).toBe(START + 30_000);
    expect(calls).toHaveLength(2);
  });

  it.each([
    [0, 27_000],
    [0.5, 30_000],
    [0.999_999, 32_999],
  ])('is not in step with others: random %d asks after %d ms', async (random, dueMs) => {
    const one = sampler({ random: () => random });
    await one.of('b');
    nowMs += dueMs - 1;
    await one.of('b');
    expect(calls).toHaveLength(1);
    nowMs += 2;
    await one.of('b');
    expect(calls).toHaveLength(2);
  });

  it('asks before the time where the sample is outdated, but not at once again', async () => {
    const one = sampler();
    await one.of('b');
    isOutdated = true;
    nowMs += 999;
    await one.of('b');
    expect(calls).toHaveLength(1);
    nowMs += 1;
    await one.of('b');
    expect(calls).toHaveLength(2);
  });

  it('asks again after the clock was set back', async () => {
    const one = sampler();
    await one.of('b');
    nowMs -= 86_400_000;
    expect(await one.of('b')).toMatchObject({ atMs: START - 86_400_000 });
  });

  it('measures once for many callers, and each name on its own', async () => {
    const one = sampler();
    await Promise.all([one.of('a'), one.of('a'), one.of('b'), one.of('a')]);
    expect(calls.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('keeps warm what was asked for lately and is due', async () => {
    const one = sampler();
    await one.of('old');
    nowMs += 3_000_000;
    await one.of('young');
    calls = [];
    nowMs += 31_000;
    await one.keepWarm(60_000);
    await one.keepWarm(60_000);
    expect(calls.map(({ name }) => name)).toEqual(['young']);
  });
});

describe('a store that fails', () => {
  it('leaves the last good sample in place until it is too old, then says so and when to come back', async () => {
    const one = sampler();
    const good = await one.of('bucket b');
    measure = down;
    nowMs += 899_999;
    expect(await one.of('bucket b')).toBe(good);
    nowMs += 1;
    const error = await unknown(one.of('bucket b'));
    expect(error.message).toBe(
      'capacity of bucket b from fake: last known at 2026-11-21T00:00:00.000Z, more than 900 s ago; ' +
        'failing since 2026-11-21T00:14:59.999Z: asked the store: answered 500',
    );
    expect(error.retryAfterSeconds).toBe(5);
  });

  it('is asked less and less often, and as before once it answers', async () => {
    const one = sampler();
    measure = down;
    const asked: number[] = [];
    for (let second = 0; second < 150; second += 1) {
      const before = calls.length;
      await unknown(one.of('b'));
      if (calls.length > before) asked.push(second);
      nowMs += 1_000;
    }
    expect(asked).toEqual([0, 5, 15, 35, 65, 95, 125]);
    measure = async () => sample();
    nowMs += 30_000;
    await one.of('b');
    measure = down;
    nowMs += 30_000;
    calls = [];
    await one.of('b');
    nowMs += 5_000;
    await one.of('b');
    expect(calls).toHaveLength(2);
  });

  it('ends at the deadline even when it does not listen', async () => {
    const one = sampler();
    const good = await one.of('b');
    measure = () => new Promise(() => {});
    nowMs += 30_000;
    const waiting = one.of('b');
    deadlines.at(-1)?.abort(new DOMException('late', 'TimeoutError'));
    expect(await waiting).toBe(good);
    const fresh = one.of('new');
    deadlines.at(-1)?.abort(new DOMException('late', 'TimeoutError'));
    expect((await unknown(fresh)).message).toContain('no answer before the deadline');
    expect(calls.at(-1)?.signal.aborted).toBe(true);
  });

  it('may throw at once', async () => {
    const one = sampler();
    measure = () => {
      throw new TypeError('bug');
    };
    expect((await unknown(one.of('b'))).message).toContain('the measurement broke: TypeError: bug');
    expect(failed).toEqual(['the measurement broke: TypeError: bug']);
  });

  it('gives nothing that was too old from the start', async () => {
    measure = async () => ({ bytes: 1, atMs: START - 900_000 });
    expect((await unknown(sampler().of('b'))).message).toContain('more than 900 s ago');
  });
});

describe('a sample that differs much', () => {
  const jump = async (one: Sampler<Sample>) => {
    await one.of('b');
    nowMs += 30_000;
    measure = async () => sample(100);
    return one.of('b');
  };

  it('is not given until another one says the same', async () => {
    const one = sampler();
    expect((await jump(one)).bytes).toBe(10);
    expect(one.state('b')).toMatchObject({ awaitsConfirmation: true, isServed: true });
    nowMs += 5_000;
    expect((await one.of('b')).bytes).toBe(100);
    expect(accepted.map(({ bytes }) => bytes)).toEqual([10, 100]);
  });

  it('is not confirmed by the same answer once more', async () => {
    const one = sampler();
    await jump(one);
    const again = sample(100);
    nowMs += 5_000;
    measure = async () => ({ ...again, atMs: nowMs - 5_000 });
    expect((await one.of('b')).bytes).toBe(10);
  });

  it('is forgotten when it was a fault', async () => {
    const one = sampler();
    await jump(one);
    nowMs += 5_000;
    measure = async () => sample(11);
    expect((await one.of('b')).bytes).toBe(11);
    expect(one.state('b')?.awaitsConfirmation).toBe(false);
  });

  it('does not keep the last good one beyond its age', async () => {
    const one = sampler();
    let wild = 100;
    await one.of('b');
    measure = async () => {
      wild *= 10;
      return sample(wild);
    };
    for (let round = 0; round < 190; round += 1) {
      nowMs += 5_000;
      await one.of('b').catch(() => {});
    }
    expect((await unknown(one.of('b'))).message).toContain('one that differs much is not confirmed');
  });
});

it('ends what is under way when closed', async () => {
  const one = sampler();
  measure = () => new Promise(() => {});
  const waiting = one.of('b');
  one.close();
  expect((await unknown(waiting)).message).toContain('shutting down');
  expect((await unknown(one.of('b'))).message).toContain('shutting down');
  expect(calls).toHaveLength(1);
});

it('takes nothing, and tells of nothing, that comes after it was closed', async () => {
  const one = sampler();
  const late = Promise.withResolvers<Sample>();
  measure = () => late.promise;
  const waiting = one.of('b');
  late.resolve(sample());
  one.close();
  expect((await unknown(waiting)).message).toContain('shutting down');
  expect([accepted, failed]).toEqual([[], []]);
});
