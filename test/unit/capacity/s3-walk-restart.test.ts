// What s3-walk keeps over a restart, in the middle of a count too.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { waitFor } from '../../support/wait.ts';
import {
  HOUR_MS,
  LITTLE_SUM,
  MANNERS,
  numbered,
  patience,
  sumTo,
  usedOf,
  useListedStore,
  version,
} from './s3-walk-fixture.ts';
import { startListingStandIn } from './s3-walk-stand-in.ts';
import { unknownMessage } from './store-stand-in.ts';

const at = useListedStore();

describe('s3-walk and a restart', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 's3-walk-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  let files = 0;
  const file = () => {
    files += 1;
    return join(directory, `walk-${files}.sqlite`);
  };

  it.each(MANNERS)('goes on where it was after each page, and counts all once (%s)', async (manner) => {
    at.store.manner = manner;
    const odd = ['\u0001', ' ', '%20', '+', 'a\u0000b', 'é', '日本', '😀'];
    const versions = numbered(24).map((one, at) => ({ ...one, key: `${one.key}${odd[at % odd.length]}` }));
    at.store.buckets.set('b', { versions, uploads: [{ key: 'u', id: 'u', parts: [1000n] }] });
    const database = file();
    let used: Awaited<ReturnType<typeof usedOf>>;
    for (let run = 0; used === undefined; run += 1) {
      expect(run).toBeLessThan(10);
      let pages = 0;
      // The second listing of each life never gets an answer.
      at.store.instead = (target) => {
        pages += target.includes('uploadId') ? 0 : 1;
        return pages > 1 ? 'hang' : undefined;
      };
      const provider = at.walker({ pageSize: 4, database });
      const measured = provider.measure('b', patience()).catch(() => undefined);
      used = await Promise.race([
        measured.then((figures) => figures?.used),
        waitFor(() => pages > 1, { what: 'the second page' }).then(() => undefined),
      ]);
      at.nowMs += 1_000;
      provider.close();
    }
    expect(used).toMatchObject({ bytes: sumTo(24) + 1000n, lagMs: 6_000 });
    expect(new Set(at.listings()).size).toBe(7);
  });

  it('keeps the last sum, and nothing of the way to it', async () => {
    const database = file();
    const first = at.walker({ database, pageSize: 1 });
    const used = await usedOf(first);
    first.close();
    const asked = at.store.targets.length;
    at.nowMs += HOUR_MS;
    const second = at.walker({ database });
    expect(await usedOf(second)).toEqual(used);
    expect(at.store.targets).toHaveLength(asked);
    expect(second.progress()).toEqual([
      { bucket: 'b', state: 'finished', finished: expect.objectContaining({ objects: 3 }) },
    ]);
  });

  it('goes on counting where the file cannot be written, and says so once', async () => {
    const database = file();
    const troubles: string[] = [];
    const provider = at.walker({ database, pageSize: 1, onTrouble: (message) => troubles.push(message) });
    const other = new DatabaseSync(database);
    other.exec('DROP TABLE unfinished_walk; DROP TABLE finished_walk');
    other.close();
    expect((await usedOf(provider))?.bytes).toBe(LITTLE_SUM + 23n);
    expect(troubles).toEqual([
      expect.stringMatching(/^counts of buckets cannot be kept in .*walk-.*no such table/),
    ]);
  });

  it('counts all anew for another store', async () => {
    const database = file();
    const first = at.walker({ database });
    await usedOf(first);
    first.close();
    const other = await startListingStandIn();
    onTestFinished(() => other.close());
    other.buckets.set('b', { versions: [version('a', 1n)], uploads: [] });
    expect((await usedOf(at.walker({ database, endpoints: [other.url] })))?.bytes).toBe(1n);
  });

  it('begins anew where the file holds what makes no sense', async () => {
    const database = file();
    const first = at.walker({ database });
    await usedOf(first);
    first.close();
    const other = new DatabaseSync(database);
    other.exec("UPDATE finished_walk SET bytes = 'many'");
    other.close();
    const troubles: string[] = [];
    const second = at.walker({ database, onTrouble: (message) => troubles.push(message) });
    expect(second.progress()).toEqual([]);
    expect(troubles).toEqual([expect.stringContaining('made no sense')]);
    expect((await usedOf(second))?.bytes).toBe(LITTLE_SUM + 23n);
  });

  it.each([
    ['something else is counted', { countUploads: false }, 0],
    ['the count lay for more than a day', {}, 24 * HOUR_MS + 1],
    ['the clock was set back', {}, -1],
  ])('begins anew when %s', async (_name, changed, laterMs) => {
    at.store.buckets.set('b', { versions: numbered(30), uploads: [] });
    at.store.instead = (target) => (target.includes('k00019') ? 'hang' : undefined);
    const database = file();
    const first = at.walker({ database, pageSize: 10 });
    const measured = unknownMessage(first.measure('b', patience()));
    await waitFor(() => at.store.targets.length === 3, { what: 'the page that hangs' });
    first.close();
    await measured;
    at.store.instead = () => undefined;
    at.nowMs += laterMs;
    at.store.targets.length = 0;
    expect(await usedOf(at.walker({ database, pageSize: 10, ...changed }))).toMatchObject({
      bytes: sumTo(30),
      lagMs: 0,
    });
    expect(at.store.targets[0]).not.toContain('marker');
  });
});
