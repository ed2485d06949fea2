// Versions of several files, read through the real catalog: any range is exact, and rows that are wrong give no wrong bytes.
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BodySink } from '../../../../src/http1/body-sink.ts';
import type { VersionRow } from '../../../../src/store/database/rows.ts';
import { Reaper } from '../../../../src/store/files/reaper.ts';
import { CHUNK_BYTES } from '../../../../src/store/files/verified-content.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { eventually } from '../../http1/wire-fixture.ts';
import { openStoreFiles, type StoreFiles } from './catalog-fixture.ts';
import { type Sent, send, sentBy, storedParts } from './files-fixture.ts';

async function put(store: StoreFiles, parts: readonly Uint8Array[]): Promise<VersionRow> {
  const content = await storedParts(store.files.bodies, parts);
  return await store.commit('parts', Buffer.concat(parts).length, 'etag', content);
}

/** Changes the catalog behind the store's back. */
function tamper(store: StoreFiles, sql: string): void {
  const database = new DatabaseSync(store.files.directory.databaseFile);
  database.exec(sql);
  database.close();
}

describe('a range of a version', () => {
  it('is exact, wherever it begins and ends', async () => {
    await using store = await openStoreFiles();
    const size = fc.oneof(fc.nat(20), fc.nat(2 * CHUNK_BYTES));
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 20 }),
        async (sizes, spans) => {
          const parts = sizes.map((bytes, at) => bodyOf(`range ${at}`, bytes));
          const whole = Buffer.concat(parts);
          const row = await put(store, parts);
          for (const [a, b] of spans) {
            if (whole.length === 0) continue;
            const [first = 0, last = 0] = [a % whole.length, b % whole.length].sort((x, y) => x - y);
            const { bytes, how } = await send(store.files.bodies, store.contentOf(row), first, last);
            expect(how).toBe('end');
            expect(bytes.equals(whole.subarray(first, last + 1))).toBe(true);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is copied just so', async () => {
    await using store = await openStoreFiles();
    const parts = [bodyOf('c1', 300_000), bodyOf('c2', 0), bodyOf('c3', 200_000)];
    const row = await put(store, parts);
    const range = { first: 299_990, last: 300_009 };
    const copy = await store.files.bodies.copy(store.contentOf(row), range, [], { inline: true });
    if (copy.content.kind !== 'inline') expect.fail('not inline');
    expect(Buffer.from(copy.content.data)).toEqual(Buffer.concat(parts).subarray(299_990, 300_010));
    expect(store.files.pins.isPinned(row.id)).toBe(false);
  });
});

describe('a reader of many files', () => {
  it('reads on to the end while its version is deleted and the reaper comes between any two files', async () => {
    await using store = await openStoreFiles();
    const { pins, ids, directory } = store.files;
    const { catalog } = store.database;
    const reaper = new Reaper({ objects: directory.objects, catalog, pins, ids, onLog: () => {} });
    const parts = Array.from({ length: 40 }, (_, at) => bodyOf(`many ${at}`, 1000 + at));
    const whole = Buffer.concat(parts);
    const row = await put(store, parts);
    const other = await put(store, [bodyOf('other', 10)]);
    const reader = await store.files.bodies.open(store.contentOf(row), { first: 0, last: whole.length - 1 });
    await store.remove(row);
    await store.remove(other);
    const slices: Buffer[] = [];
    const how = await new Promise<string>((resolve) => {
      const sink: BodySink = {
        write: (slice) => slices.push(Buffer.from(slice)),
        idle: false,
        whenIdle(callback) {
          reaper.wake();
          void reaper.idle().then(callback);
        },
        end: () => resolve('end'),
        abort: () => resolve('abort'),
      };
      reader.sendTo(sink);
    });
    expect(how).toBe('end');
    expect(slices).toHaveLength(40);
    expect(Buffer.concat(slices).equals(whole)).toBe(true);
    await eventually(() => catalog.files.givenUp(1).length === 0);
    expect(await store.files.names()).toEqual([]);
    await reaper.close();
  });
});

describe('rows that are wrong', () => {
  const PARTS = [bodyOf('w1', 300_000), bodyOf('w2', 300_000), bodyOf('w3', 300_000)];
  const WHOLE = Buffer.concat(PARTS);

  it.each([
    ["UPDATE files SET block_checksums = x'' WHERE id = 2", 300_000],
    ['UPDATE files SET block_checksums = zeroblob(8) WHERE id = 2', 300_000],
    ['UPDATE files SET block_checksums = zeroblob(12) WHERE id = 2', 300_000],
    [
      'UPDATE files SET block_checksums = (SELECT block_checksums FROM files WHERE id = 1) WHERE id = 2',
      300_000,
    ],
    ['DELETE FROM files WHERE id = 2', 300_000],
    ['UPDATE files SET start = 299999 WHERE id = 2', 300_000],
    ['UPDATE files SET start = 300001 WHERE id = 2', 300_000],
    ['UPDATE files SET version = 77 WHERE id = 2', 300_000],
    ['UPDATE files SET size = 299999 WHERE id = 2', 300_000],
    ['UPDATE files SET size = 300001 WHERE id = 2', 300_000],
    ['UPDATE files SET start = 10 WHERE id = 3', 300_000],
    ['UPDATE files SET start = 5 WHERE id = 1', 0],
  ])('are damage while somebody reads: %s', async (sql, right) => {
    await using store = await openStoreFiles();
    const row = await put(store, PARTS);
    const content = store.contentOf(row);
    const range = { first: 0, last: WHOLE.length - 1 };
    const reader = right === 0 ? undefined : await store.files.bodies.open(content, range);
    tamper(store, sql);
    const sent = reader === undefined ? await refused(store, row) : await sentBy(reader);
    expect(sent.how).toBe('abort');
    expect(sent.bytes.equals(WHOLE.subarray(0, sent.bytes.length))).toBe(true);
    expect(sent.bytes.length).toBeGreaterThanOrEqual(right);
    expect(sent.bytes.length).toBeLessThan(WHOLE.length);
    expect(store.files.log).toMatchObject([{ level: 'error' }]);
    await eventually(() => !store.files.pins.isPinned(row.id));
  });

  it('are damage for a range that begins in the midst, or bytes that are right', async () => {
    for (const sql of [
      'UPDATE files SET start = 299999 WHERE id = 2',
      'UPDATE files SET start = 300001 WHERE id = 2',
      'UPDATE files SET size = 299999 WHERE id = 1',
      'DELETE FROM files WHERE id = 1',
    ]) {
      await using store = await openStoreFiles();
      const row = await put(store, PARTS);
      tamper(store, sql);
      let wrong = 0;
      for (const first of [0, 5, 299_998, 299_999, 300_000, 300_001, 450_000, 599_999, 600_000, 899_999]) {
        const sent = await send(store.files.bodies, store.contentOf(row), first, first).catch(
          () => undefined,
        );
        if (sent?.how !== 'end') wrong++;
        else expect([sql, first, [...sent.bytes]]).toEqual([sql, first, [WHOLE[first]]]);
      }
      expect(wrong).toBeGreaterThan(0);
    }
  });

  /** As a sink that was cut before it got anything. */
  async function refused(store: StoreFiles, row: VersionRow): Promise<Sent> {
    const opening = store.files.bodies.open(store.contentOf(row), { first: 0, last: WHOLE.length - 1 });
    await expect(opening).rejects.toMatchObject({ code: 'InternalError' });
    return { bytes: Buffer.alloc(0), how: 'abort', rooms: [] };
  }
});
