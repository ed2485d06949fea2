// A disk that is full, or turns read-only: what is refused, what still works, and that nothing is left behind.
import { open, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../../support/bodies.ts';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { LoopDisk, MemoryDisk, mountMissing } from '../../support/mounted-disk.ts';
import { elementOf, headerOf, type RawAnswer, RawConnection } from '../../support/raw-http.ts';
import { headBytes, signed } from '../../support/raw-sigv4.ts';
import { ask, inputFor } from '../../support/raw-target.ts';
import { waitFor } from '../../support/wait.ts';
import { checkDisk, checkSums, checkWhole } from './crash/disk.ts';
import { filesBelow } from './store-state.ts';

const MIB = 1024 * 1024;
const missingMemory = await mountMissing('tmpfs');
const missingLoop = await mountMissing('loop');
for (const reason of [missingMemory, missingLoop]) {
  if (reason !== undefined) process.stdout.write(`not run, full and failing disks: ${reason}\n`);
}

type Input = { readonly headers?: Record<string, string>; readonly body?: string | Buffer };

class Subject {
  readonly store: EmbeddedStore;
  readonly #disk: { readonly path: string };

  constructor(store: EmbeddedStore, disk: { readonly path: string }) {
    this.store = store;
    this.#disk = disk;
  }

  static async on(disk: { readonly path: string }, reserveBytes: bigint): Promise<Subject> {
    const store = await EmbeddedStore.start({
      dataDirectory: join(disk.path, 'data'),
      reserveBytes,
      createBuckets: ['full'],
    });
    return new Subject(store, disk);
  }

  ask(method: string, key: string, input: Input = {}): Promise<RawAnswer> {
    return ask(this.store.target, { method, target: `/full${key === '' ? '' : '/'}${key}`, ...input });
  }

  async code(method: string, key: string, input: Input = {}) {
    const answer = await this.ask(method, key, input);
    return [answer.status, elementOf(answer, 'Code')];
  }

  put(key: string, bytes: number): Promise<RawAnswer> {
    return this.ask('PUT', encodeURIComponent(key), { body: bodyOf(key, bytes) });
  }

  /** Uploads of that size until one is refused; the keys of those that were taken, and the refusal. */
  async fill(prefix: string, bytes: number) {
    const keys: string[] = [];
    for (;;) {
      const key = `${prefix}${keys.length}`;
      const answer = await this.put(key, bytes);
      if (answer.status !== 200) return { keys, refusal: [answer.status, elementOf(answer, 'Code')] };
      keys.push(key);
      if (keys.length > 100_000) throw new Error('it never fills up');
    }
  }

  /** Takes up what is left of the disk behind the store's back. */
  async hog(leave = 0): Promise<() => Promise<void>> {
    const path = join(this.#disk.path, 'hog');
    await using file = await open(path, 'w');
    for (const size of [MIB, 4096]) {
      const block = Buffer.alloc(size);
      try {
        for (;;) await file.write(block);
      } catch {
        // Full to that size.
      }
    }
    if (leave > 0) await file.truncate((await file.stat()).size - leave);
    return () => rm(path);
  }

  async expectSound(): Promise<void> {
    await waitFor(async () => (await readdir(join(this.store.dataDirectory, 'tmp'))).length === 0, {
      what: 'tmp to be empty',
      timeoutMs: 5000,
    });
    await checkDisk(this.store.dataDirectory);
    await checkSums(this.store.dataDirectory);
    await checkWhole(this.store.dataDirectory);
  }
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const retention = (days: number) =>
  `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${inDays(days)}</RetainUntilDate></Retention>`;
const INSUFFICIENT = [507, 'InsufficientStorage'];

describe.skipIf(missingMemory)('a full disk', () => {
  let disk: MemoryDisk;
  beforeEach(async () => {
    disk = await MemoryDisk.mount(64);
  });
  afterEach(() => disk[Symbol.asyncDispose]());

  test('uploads end at the reserve; everything else goes on; deletes make room', {
    timeout: 120_000,
  }, async () => {
    const at = await Subject.on(disk, BigInt(16 * MIB));
    await using _ = at.store;
    const { keys, refusal } = await at.fill('large ', MIB);
    expect(refusal).toEqual(INSUFFICIENT);
    expect(keys.length).toBeGreaterThan(40);
    expect(keys.length).toBeLessThanOrEqual(48);
    const capacity = await at.store.capacity('full');
    expect(capacity.availableBytes).toBeLessThan(2n * BigInt(MIB));
    expect(capacity.bucketBytes).toBe(BigInt(keys.length * MIB));

    // Small ones, copies and parts are uploads too.
    const [first = '', second = ''] = keys;
    const small = await at.fill('small ', 100);
    expect(small.refusal).toEqual(INSUFFICIENT);
    const copy = { headers: { 'x-amz-copy-source': `/full/${encodeURIComponent(first)}` }, body: '' };
    expect(await at.code('PUT', 'copy', copy)).toEqual(INSUFFICIENT);
    const upload = elementOf(await at.ask('POST', 'parts?uploads', { body: '' }), 'UploadId');
    expect(upload).toBeTruthy();
    const part = `parts?partNumber=1&uploadId=${upload}`;
    expect(await at.code('PUT', part, { body: bodyOf('part', MIB) })).toEqual(INSUFFICIENT);

    const target = encodeURIComponent(first);
    const read = await at.ask('GET', target);
    expect([read.status, sha256(read.body)]).toEqual([200, sha256(bodyOf(first, MIB))]);
    expect((await at.ask('GET', '?versions')).status).toBe(200);
    const tagging = '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>';
    expect(await at.code('PUT', `${target}?tagging`, { body: tagging })).toEqual([200, undefined]);
    expect(
      await at.code('PUT', `${target}?legal-hold`, { body: '<LegalHold><Status>ON</Status></LegalHold>' }),
    ).toEqual([200, undefined]);
    await at.expectSound();

    // What hides a key needs no room of its own; what takes versions away gives some back.
    expect((await at.ask('DELETE', encodeURIComponent(second))).status).toBe(204);
    const versions = (await at.ask('GET', '?versions')).body.toString();
    const large = [...versions.matchAll(/<Key>(large \d+)<\/Key><VersionId>(\w+)</g)].slice(-10);
    expect(large).toHaveLength(10);
    const objects = large.map(
      ([, key, id]) => `<Object><Key>${key}</Key><VersionId>${id}</VersionId></Object>`,
    );
    const freeBefore = (await statfs(disk.path)).bavail;
    const removed = await at.ask('POST', '?delete', { body: `<Delete>${objects.join('')}</Delete>` });
    expect(removed.body.toString().match(/<Deleted>/g)).toHaveLength(10);
    const given = async (): Promise<number> => {
      const { bavail, bsize } = await statfs(disk.path);
      return (bavail - freeBefore) * bsize;
    };
    await waitFor(async () => (await given()) > 9 * MIB, { what: 'the room to come back' });
    // Less what the database's log has taken of the reserve: some 8 MiB where there were many small ones.
    const { availableBytes } = await at.store.capacity('full');
    expect(availableBytes).toBeGreaterThan(BigInt(MIB));
    const again = await at.fill('again ', MIB);
    expect(again.keys.length).toBeGreaterThanOrEqual(Math.floor(Number(availableBytes) / MIB) - 1);
    expect(again.keys.length).toBeGreaterThanOrEqual(1);
    expect(again.refusal).toEqual(INSUFFICIENT);
    await at.expectSound();
  });

  test('row 25 (minio#17154): retention is extended while uploads are refused', {
    timeout: 120_000,
  }, async () => {
    const at = await Subject.on(disk, BigInt(16 * MIB));
    await using _ = at.store;
    const locks = {
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': inDays(1),
    };
    const put = await at.ask('PUT', 'locked', { headers: locks, body: 'locked' });
    const id = headerOf(put, 'x-amz-version-id');
    expect((await at.fill('large ', MIB)).refusal).toEqual(INSUFFICIENT);
    for (const days of [2, 3, 4]) {
      const target = `locked?retention&versionId=${id}`;
      expect(await at.code('PUT', target, { body: retention(days) })).toEqual([200, undefined]);
    }
    expect(await at.code('DELETE', `locked?versionId=${id}`)).toEqual([403, 'AccessDenied']);
  });

  test('many uploads at once do not overrun the reserve', { timeout: 120_000 }, async () => {
    const at = await Subject.on(disk, BigInt(16 * MIB));
    await using _ = at.store;
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, index) => at.put(`at once ${index}`, MIB)),
    );
    const taken = answers.filter(({ status }) => status === 200).length;
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 507]));
    expect(taken).toBeLessThanOrEqual(48);
    expect(taken).toBeGreaterThan(30);
    await at.expectSound();
  });

  test('reserve 0: it fills to the last page, and goes on when there is room again', {
    timeout: 120_000,
  }, async () => {
    const at = await Subject.on(disk, 0n);
    await using _ = at.store;
    const large = await at.fill('large ', MIB);
    const middle = await at.fill('middle ', 64 * 1024);
    const small = await at.fill('small ', 100);
    for (const { refusal } of [large, middle, small]) expect(refusal).toEqual(INSUFFICIENT);
    expect(large.keys.length).toBeGreaterThan(50);
    const [first = ''] = large.keys;
    expect(sha256((await at.ask('GET', encodeURIComponent(first))).body)).toBe(sha256(bodyOf(first, MIB)));
    await at.expectSound();
    const versions = (await at.ask('GET', '?versions')).body.toString();
    const [, key, id] = /<Key>(large \d+)<\/Key><VersionId>(\w+)</.exec(versions) ?? [];
    // To delete needs a page of the log: where there is none it is refused and changes nothing.
    const removal = await at.ask('DELETE', `${encodeURIComponent(key ?? '')}?versionId=${id}`);
    expect(removal.status).toBeOneOf([204, 507]);
    if (removal.status === 204) {
      await waitFor(async () => (await at.put('after', 100)).status === 200, {
        what: 'an upload to be taken again',
        timeoutMs: 10_000,
      });
    }
  });

  test('the disk fills up in the middle of a body', { timeout: 120_000 }, async () => {
    const at = await Subject.on(disk, 0n);
    await using _ = at.store;
    expect((await at.put('before', 100_000)).status).toBe(200);
    const before = await filesBelow(join(at.store.dataDirectory, 'objects'));
    const body = bodyOf('cut', 16 * MIB);
    const request = signed(inputFor(at.store.target, { method: 'PUT', target: '/full/cut', body }));
    await using connection = await RawConnection.open({ host: at.store.host, port: at.store.port });
    await connection.send(headBytes(request));
    await connection.send(body.subarray(0, 8 * MIB));
    await waitFor(async () => (await filesBelow(join(at.store.dataDirectory, 'tmp'))).length === 1, {
      what: 'the upload to begin',
    });
    const unhog = await at.hog();
    await connection.send(body.subarray(8 * MIB));
    const answer = await connection.answer('PUT');
    expect([answer.status, elementOf(answer, 'Code')]).toEqual(INSUFFICIENT);
    await unhog();
    expect(await at.code('GET', 'cut')).toEqual([404, 'NoSuchKey']);
    await at.expectSound();
    expect(await filesBelow(join(at.store.dataDirectory, 'objects'))).toEqual(before);
    expect((await at.put('cut', 16 * MIB)).status).toBe(200);
  });

  test('the disk fills up under a commit', { timeout: 120_000 }, async () => {
    const at = await Subject.on(disk, 0n);
    await using _ = at.store;
    expect((await at.put('before', 1000)).status).toBe(200);
    const known = new Map([['before', 1000]]);
    let refused = 0;
    for (let round = 0; round < 20; round += 1) {
      // So little is left that bodies fit and the log behind them does not, at another place each time.
      const unhog = await at.hog(round * 4096);
      const answers = await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const key = `round ${round} ${index}`;
          const bytes = index % 2 === 0 ? 10_000 : 30_000;
          return { key, bytes, answer: await at.put(key, bytes).catch(() => undefined) };
        }),
      );
      await unhog();
      expect(at.store.running).toBe(true);
      for (const { key, bytes, answer } of answers) {
        expect([answer?.status, answer && elementOf(answer, 'Code')]).toBeOneOf([
          [200, undefined],
          INSUFFICIENT,
        ]);
        if (answer?.status === 200) known.set(key, bytes);
        else {
          refused += 1;
          expect(await at.code('GET', encodeURIComponent(key))).toEqual([404, 'NoSuchKey']);
        }
      }
      const after = `after ${round}`;
      expect((await at.put(after, 1000)).status).toBe(200);
      known.set(after, 1000);
    }
    expect(refused).toBeGreaterThan(20);
    expect(known.size).toBeGreaterThan(21);
    await at.expectSound();
    for (const [key, bytes] of known) {
      const read = await at.ask('GET', encodeURIComponent(key));
      expect([key, read.status, sha256(read.body)]).toEqual([key, 200, sha256(bodyOf(key, bytes))]);
    }
    await at.store.stop();
    const again = await Subject.on(disk, 0n);
    await using __ = again.store;
    await again.expectSound();
    expect((await again.ask('GET', 'before')).status).toBe(200);
  });

  test('a start on a full disk says what is wrong, or serves what is there', {
    timeout: 120_000,
  }, async () => {
    const first = await Subject.on(disk, 0n);
    expect((await first.put('there', 1000)).status).toBe(200);
    const unhog = await first.hog();
    await first.store.kill();
    const started = await Subject.on(disk, 0n).catch((error: unknown) => error);
    if (started instanceof Subject) {
      expect(sha256((await started.ask('GET', 'there')).body)).toBe(sha256(bodyOf('there', 1000)));
      await started.store.kill();
    } else {
      expect(String(started)).toMatch(/StoreRefusedError: [^\n]*(full|room|space)[^\n]*$/);
    }
    await unhog();
    const again = await Subject.on(disk, 0n);
    await using _ = again.store;
    expect((await again.put('more', 1000)).status).toBe(200);
    await again.expectSound();
  });
});

describe.skipIf(missingLoop)('a disk that turns read-only', () => {
  test('writes are errors, reads go on or the process ends; after repair everything is there', {
    timeout: 120_000,
  }, async () => {
    await using disk = await LoopDisk.mount(256);
    const at = await Subject.on(disk, 0n);
    const keys = ['small', 'large'];
    expect((await at.put('small', 1000)).status).toBe(200);
    expect((await at.put('large', 3 * MIB)).status).toBe(200);
    await disk.turnReadOnly();
    for (const [method, key, body] of [
      ['PUT', 'new small', 'x'],
      ['PUT', 'new large', bodyOf('x', MIB)],
      ['DELETE', 'small', undefined],
      ['PUT', 'small?legal-hold', '<LegalHold><Status>ON</Status></LegalHold>'],
    ] as const) {
      const answer = await at
        .ask(method, encodeURI(key), body === undefined ? {} : { body })
        .catch(() => undefined);
      // An error, or no answer at all: what is not sure is not told.
      if (answer !== undefined)
        expect([method, key, answer.status]).toEqual([method, key, expect.toBeOneOf([500, 503, 507])]);
      if (at.store.running) {
        for (const there of keys) {
          const read = await at.ask('GET', there).catch(() => undefined);
          if (read === undefined) continue;
          expect([read.status, sha256(read.body)]).toEqual([
            200,
            sha256(bodyOf(there, there === 'small' ? 1000 : 3 * MIB)),
          ]);
        }
      }
    }
    process.stdout.write(`read-only disk: the store ${at.store.running ? 'goes on' : 'has ended'}\n`);
    await at.store.kill();
    await expect(Subject.on(disk, 0n)).rejects.toThrow(/read-only/);

    await disk.repair();
    const again = await Subject.on(disk, 0n);
    await using _ = again.store;
    for (const there of keys) {
      const read = await again.ask('GET', there);
      expect([read.status, sha256(read.body)]).toEqual([
        200,
        sha256(bodyOf(there, there === 'small' ? 1000 : 3 * MIB)),
      ]);
    }
    expect((await again.put('new', MIB)).status).toBe(200);
    await again.expectSound();
  });
});
