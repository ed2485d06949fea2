import { describe, expect, it } from 'vitest';
import { CapacityUnknownError } from '../../../src/capacity/capacity.ts';
import type { CapacityFigures } from '../../../src/capacity/figures.ts';
import { mergedCapacity } from '../../../src/capacity/merged.ts';
import type { CapacityProvider } from '../../../src/capacity/provider.ts';
import { staticCapacity } from '../../../src/capacity/providers/static.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import { unknownMessage } from './store-stand-in.ts';

const never = new AbortController().signal;

interface Told {
  readonly total?: bigint;
  readonly free?: bigint;
  readonly used?: bigint;
  readonly quota?: bigint;
}

function figuresOf(source: string, { total, free, used, quota }: Told): CapacityFigures {
  const of = (bytes: bigint) => ({ bytes, source, atMs: 1 });
  return {
    ...(total !== undefined && { total: of(total) }),
    ...(free !== undefined && { free: of(free) }),
    ...(used !== undefined && { used: { ...of(used), lagMs: 0, uploads: 'counted' as const } }),
    ...(quota !== undefined && { quotas: [{ name: `quota of ${source}`, limitBytes: quota }] }),
  };
}

function telling(source: string, told: Told): CapacityProvider {
  return { source, measure: async () => figuresOf(source, told) };
}

function failing(
  source: string,
  error: Error = new CapacityUnknownError(`${source} is down`),
): CapacityProvider {
  return { source, measure: () => Promise.reject(error) };
}

const hanging: CapacityProvider = {
  source: 'hanging',
  measure: (_bucket, signal) =>
    new Promise((_resolve, reject) => {
      const giveUp = () => reject(new CapacityUnknownError('no answer before the deadline'));
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
    }),
};

const measure = (...providers: CapacityProvider[]) => mergedCapacity(providers).measure('b', never);
const from = async (...providers: CapacityProvider[]) => {
  const { total, free, used } = await measure(...providers);
  return [total, free, used].map(({ source, bytes }) => `${source} ${bytes}`);
};

const fixed = () => staticCapacity({ capacityBytes: 10n, usedBytes: 3n, now: Date.now });
describeCapacityProvider('merged, of one', () => ({ provider: mergedCapacity([fixed()]), bucket: 'b' }));
describeCapacityProvider('merged, of two', () => {
  const walk: CapacityProvider = {
    source: 's3-walk',
    async measure(bucket, signal) {
      if (signal.aborted || bucket === 'nope') throw new CapacityUnknownError(`there is no bucket ${bucket}`);
      return figuresOf('s3-walk', { used: 5n });
    },
  };
  const disk = telling('filesystem', { total: 10n, free: 5n });
  return { provider: mergedCapacity([disk, walk]), bucket: 'b', missingBucket: 'nope' };
});

describe('mergedCapacity', () => {
  it('is named after its sources', () => {
    expect(mergedCapacity([telling('a', {}), telling('b', {})]).source).toBe('a+b');
    expect(mergedCapacity([fixed()]).source).toBe('static');
  });

  it('gives a single source as it is', async () => {
    const one = telling('a', { total: 9n, free: 8n, used: 1n, quota: 7n });
    expect(await measure(one)).toEqual(await one.measure('b', never));
  });

  it('takes each number from the first that tells it', async () => {
    const a = telling('a', { total: 9n, free: 8n });
    const b = telling('b', { total: 7n, free: 6n, used: 5n });
    const c = telling('c', { used: 4n });
    expect(await from(a, b, c)).toEqual(['a 9', 'a 8', 'b 5']);
    expect(await from(c, b, a)).toEqual(['b 7', 'b 6', 'c 4']);
  });

  it('does not mix size and free space where one source tells both', async () => {
    const a = telling('a', { total: 5n, used: 1n });
    const b = telling('b', { free: 9n });
    const c = telling('c', { total: 7n, free: 6n });
    expect(await from(a, b, c)).toEqual(['c 7', 'c 6', 'a 1']);
    expect(await from(a, b)).toEqual(['a 5', 'b 9', 'a 1']);
  });

  it('keeps the quotas of all', async () => {
    const { quotas } = await measure(
      telling('a', { total: 9n, free: 8n, quota: 1n }),
      telling('b', { used: 1n }),
      telling('c', { quota: 2n }),
    );
    expect(quotas.map(({ name }) => name)).toEqual(['quota of a', 'quota of c']);
  });

  it('leaves the numbers of one that fails to the next', async () => {
    const b = telling('b', { total: 7n, free: 6n, used: 5n });
    expect(await from(failing('a'), b, failing('c', new TypeError('bug')))).toEqual(['b 7', 'b 6', 'b 5']);
  });

  it('says which number is missing, and why of each that failed', async () => {
    const a = telling('a', { total: 9n, free: 8n });
    expect(await unknownMessage(measure(a))).toBe(
      'asked a for the capacity of bucket b: no source tells what the bucket holds (used)',
    );
    expect(await unknownMessage(measure(a, failing('x'), failing('y', new TypeError('bug'))))).toBe(
      'asked a+x+y for the capacity of bucket b: no source tells what the bucket holds (used) ' +
        '(x is down; the measurement of y broke: TypeError: bug)',
    );
    expect(await unknownMessage(measure(telling('u', { used: 1n })))).toContain(
      'how big the store is (total), nor what the store can still take (free)',
    );
    expect(await unknownMessage(measure())).toContain('asked none for the capacity of bucket b');
  });

  it('says no more than the only source that there is', async () => {
    expect(await unknownMessage(measure(failing('a')))).toBe('a is down');
  });

  it('survives a source that throws at once', async () => {
    const broken: CapacityProvider = {
      source: 'broken',
      measure() {
        throw new TypeError('bug');
      },
    };
    expect(await from(broken, fixed())).toEqual(['static 10', 'static 7', 'static 3']);
  });

  it('asks all at the same time', async () => {
    const begun: string[] = [];
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const waiting = (source: string, told: Told): CapacityProvider => ({
      source,
      async measure() {
        begun.push(source);
        await gate;
        return figuresOf(source, told);
      },
    });
    const measured = from(waiting('a', { total: 2n, free: 1n }), waiting('b', { used: 1n }));
    expect(begun).toEqual(['a', 'b']);
    goOn();
    expect(await measured).toEqual(['a 2', 'a 1', 'b 1']);
  });

  it('goes on without one that hangs when its own time is up', async () => {
    const own: AbortController[] = [];
    const merged = mergedCapacity([hanging, fixed()], {
      sourceDeadline() {
        const controller = new AbortController();
        own.push(controller);
        return controller.signal;
      },
    });
    const measured = merged.measure('b', never);
    expect(own).toHaveLength(2);
    own[0]?.abort(new DOMException('late', 'TimeoutError'));
    expect((await measured).total.source).toBe('static');
  });

  it('ends when all are told to', async () => {
    const controller = new AbortController();
    const measured = mergedCapacity([hanging, telling('a', { used: 1n })]).measure('b', controller.signal);
    controller.abort();
    expect(await unknownMessage(measured)).toContain('no answer before the deadline');
  });
});
