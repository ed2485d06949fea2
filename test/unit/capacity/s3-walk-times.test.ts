// When s3-walk counts, how many buckets at once, and at what pace.
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait.ts';
import {
  HOUR_MS,
  LITTLE,
  LITTLE_SUM,
  numbered,
  patience,
  sumTo,
  usedOf,
  useListedStore,
  version,
} from './s3-walk-fixture.ts';
import { unknownMessage } from './store-stand-in.ts';

const at = useListedStore();

describe('when s3-walk counts', () => {
  it('once in six hours, and gives the last sum meanwhile', async () => {
    const provider = at.walker();
    await usedOf(provider);
    const once = at.store.targets.length;
    at.nowMs += 6 * HOUR_MS - 1;
    expect(await usedOf(provider)).toMatchObject({ atMs: 1_000_000 });
    expect(at.store.targets).toHaveLength(once);

    at.store.buckets.set('b', { versions: [version('a', 1n)], uploads: [] });
    at.nowMs += 1;
    expect(await usedOf(provider)).toMatchObject({ bytes: LITTLE_SUM + 23n, atMs: 1_000_000 });
    await waitFor(async () => (await usedOf(provider))?.bytes === 1n, { what: 'the second count' });
    expect(await usedOf(provider)).toMatchObject({ atMs: at.nowMs });
  });

  it('says how far the first count is when the caller cannot wait', async () => {
    at.store.buckets.set('b', { versions: numbered(30), uploads: [] });
    at.store.instead = (target) => (target.includes('k00019') ? 'hang' : undefined);
    const provider = at.walker({ pageSize: 10 });
    const gaveUp = new AbortController();
    const measured = unknownMessage(provider.measure('b', gaveUp.signal));
    await waitFor(() => at.store.targets.length === 3, { what: 'the page that hangs' });
    gaveUp.abort();
    expect(await measured).toBe(
      `asked the listings of ${at.store.url} for what bucket b holds: the first count is not finished, ` +
        '20 objects and versions with 210 bytes on 2 pages so far',
    );
    expect(provider.progress()).toMatchObject([
      { bucket: 'b', state: 'walking', current: { objects: 20, bytes: 210n, pages: 2, phase: 'versions' } },
    ]);
  });

  it('counts anew where the sum is of the future, because the clock was set back', async () => {
    const provider = at.walker();
    await usedOf(provider);
    at.nowMs -= 1;
    expect(await usedOf(provider)).toMatchObject({ atMs: at.nowMs });
    expect(at.listings()).toHaveLength(4);
  });

  it('counts anew where the clock was set back during a count', async () => {
    at.store.buckets.set('b', { versions: numbered(30), uploads: [] });
    at.store.instead = (target) => {
      if (target.includes('k00019')) at.nowMs -= 1;
      return undefined;
    };
    const provider = at.walker({ pageSize: 10 });
    expect(await unknownMessage(provider.measure('b', patience()))).toContain('the clock was set back');
    at.store.instead = () => undefined;
    at.nowMs += HOUR_MS;
    expect(await usedOf(provider)).toMatchObject({ bytes: sumTo(30), lagMs: 0 });
  });

  it('counts a bucket once, however many ask', async () => {
    const provider = at.walker();
    await Promise.all([usedOf(provider), usedOf(provider), usedOf(provider)]);
    expect(at.listings()).toHaveLength(2);
  });

  it('counts two buckets at once and no more', async () => {
    for (const name of ['b1', 'b2', 'b3']) at.store.buckets.set(name, LITTLE);
    at.store.instead = () => 'hang';
    const provider = at.walker();
    const gaveUp = new AbortController();
    const measured = ['b1', 'b2', 'b3'].map((name) => unknownMessage(provider.measure(name, gaveUp.signal)));
    await waitFor(() => at.store.targets.length === 2, { what: 'two requests' });
    expect(provider.progress().map(({ state }) => state)).toEqual(['walking', 'walking', 'queued']);
    gaveUp.abort();
    expect((await Promise.all(measured))[2]).toContain('others are counted before it');
    expect(at.store.targets).toHaveLength(2);
  });

  it('does not let a little bucket wait for big ones', async () => {
    for (const name of ['big1', 'big2']) at.store.buckets.set(name, { versions: numbered(100), uploads: [] });
    const provider = at.walker({ pageSize: 1 });
    const big = ['big1', 'big2'].map((name) => usedOf(provider, name));
    expect((await usedOf(provider))?.bytes).toBe(LITTLE_SUM + 23n);
    for (const { current, finished } of provider.progress().filter(({ bucket }) => bucket !== 'b')) {
      expect(current?.pages).toBeLessThan(100);
      expect(finished).toBeUndefined();
    }
    expect((await Promise.all(big)).map((used) => used?.bytes)).toEqual([sumTo(100), sumTo(100)]);
  });

  it('lets a bucket rest that nobody asks for, and goes on when somebody does', async () => {
    at.store.buckets.set('b', { versions: numbered(30), uploads: [] });
    at.store.instead = (target) => {
      if (target.includes('k00009') && !target.includes('uploads')) at.nowMs += 6 * HOUR_MS + 1;
      return undefined;
    };
    const provider = at.walker({ pageSize: 10 });
    expect(await unknownMessage(provider.measure('b', patience()))).toContain('20 objects and versions');
    expect(provider.progress()).toMatchObject([{ state: 'resting', current: { objects: 20 } }]);
    expect(await usedOf(provider)).toMatchObject({ bytes: sumTo(30), lagMs: 6 * HOUR_MS + 1 });
    expect(at.listings()).toHaveLength(4);
  });

  it('sends one request at a time, each after the pause of ten in a second', async () => {
    const pauses: { readonly ms: number; readonly end: () => void }[] = [];
    const sleep = (ms: number) => new Promise<void>((end) => pauses.push({ ms, end }));
    at.store.buckets.set('b', { versions: numbered(30), uploads: [] });
    at.store.buckets.set('c', { versions: numbered(30), uploads: [] });
    const provider = at.walker({ pageSize: 10, sleep });
    const measured = Promise.all([usedOf(provider), usedOf(provider, 'c')]);
    for (let sent = 1; sent <= 8; sent += 1) {
      await waitFor(() => at.store.targets.length === sent && pauses.length === 1, {
        what: `request ${sent}`,
      });
      const [pause] = pauses.splice(0);
      expect(pause?.ms).toBe(100);
      pause?.end();
    }
    expect((await measured).map((used) => used?.bytes)).toEqual([sumTo(30), sumTo(30)]);
    expect(at.store.targets).toHaveLength(8);
  });

  it('ends all counts and their callers when it is closed, those that wait too', async () => {
    at.store.instead = () => 'hang';
    const provider = at.walker();
    const measured = ['b', 'b2', 'b3'].map((name) => unknownMessage(provider.measure(name, patience())));
    await waitFor(() => at.store.targets.length === 2, { what: 'two requests' });
    provider.close();
    for (const message of await Promise.all(measured)) expect(message).toContain('the gateway stops');
    expect(await unknownMessage(provider.measure('b', patience()))).toContain('the gateway stops');
  });
});
