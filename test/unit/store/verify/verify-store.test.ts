// The check of a store: finds every kind of damage, names whose it is, and takes no running store for a damaged one.
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { appendFile, copyFile, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { combinedChecksum, compositeChecksum, createChecksum } from '../../../../src/s3/checksum.ts';
import type { BodyFile, CompletedPart, StoredChecksum } from '../../../../src/store/database/rows.ts';
import { filePath } from '../../../../src/store/files/file-paths.ts';
import type { Finding } from '../../../../src/store/verify/finding.ts';
import { type VerifyProgress, verifyStore } from '../../../../src/store/verify/verify-store.ts';
import { bodyOf } from '../../../support/bodies.ts';
import { BUCKET, openStoreFiles, type StoreFiles } from '../files/catalog-fixture.ts';
import { md5Of, temporaryDirectory, upload } from '../files/files-fixture.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let store: StoreFiles;

beforeEach(async () => {
  directory = await temporaryDirectory();
  store = await openStoreFiles({ path: directory.path });
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

interface Checked {
  readonly findings: readonly Finding[];
  readonly progress: readonly VerifyProgress[];
  readonly sums: VerifyProgress;
}

/** An hour ahead, so that every file is old. */
const later = (): number => Date.now() + 3_600_000;

async function check(onProgress: () => void = () => {}, wallClock = later): Promise<Checked> {
  const findings: Finding[] = [];
  const progress: VerifyProgress[] = [];
  const sums = await verifyStore({
    dataDirectory: store.files.directory.path,
    wallClock,
    onFinding: (finding) => findings.push(finding),
    onProgress(now) {
      progress.push(now);
      onProgress();
    },
  });
  return { findings, progress, sums };
}

function pathOf(id: number): string {
  return filePath(store.files.directory.objects, id);
}

async function flip(id: number, at: number): Promise<void> {
  const bytes = await readFile(pathOf(id));
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(pathOf(id), bytes);
}

async function fileOf(bytes: Uint8Array): Promise<BodyFile> {
  const outcome = await upload(store.files.bodies, bytes);
  if ('error' in outcome || outcome.body.content.kind !== 'files') throw new Error('not stored');
  const [file] = outcome.body.content.files;
  if (file === undefined) throw new Error('no file');
  return file;
}

async function crcOf(bytes: Uint8Array): Promise<string> {
  const running = await createChecksum('CRC64NVME');
  running.update(bytes);
  return running.digest();
}

/** A multipart object, as a completed upload leaves it. */
async function putMultipart(
  key: string,
  parts: readonly Uint8Array[],
  change: { etag?: string; checksum?: StoredChecksum; parts?: readonly CompletedPart[] } = {},
): Promise<void> {
  const files: BodyFile[] = [];
  for (const part of parts) files.push(await fileOf(part));
  const completed: CompletedPart[] = [];
  for (const [at, part] of parts.entries()) {
    completed.push({ number: at + 1, size: part.length, checksum: await crcOf(part) });
  }
  const md5s = parts.map((part) => createHash('md5').update(part).digest());
  const etag = `${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${parts.length}`;
  const sums = completed.map(({ checksum, size }) => ({ checksum: checksum ?? '', size }));
  const checksum: StoredChecksum = {
    algorithm: 'CRC64NVME',
    type: 'FULL_OBJECT',
    value: combinedChecksum('CRC64NVME', sums),
  };
  await store.database.catalog.write(({ buckets, versions }) =>
    versions.insert(
      {
        bucketId: buckets.find(BUCKET)?.id ?? 0,
        key,
        modifiedMs: 0,
        size: Buffer.concat(parts).length,
        etag,
        headers: [],
        tags: [],
        lock: { retention: undefined, legalHold: false },
        checksum,
        parts: completed,
        content: { kind: 'files', files },
        ...change,
      },
      false,
    ),
  );
}

/** An upload with one part, not completed. */
async function putPart(bytes: Uint8Array, etag = md5Of(bytes)): Promise<void> {
  const file = await fileOf(bytes);
  await store.database.catalog.write(({ buckets, uploads }) => {
    const upload = uploads.insert({
      bucketId: buckets.find(BUCKET)?.id ?? 0,
      key: 'unfinished',
      uploadId: 'upload-1',
      initiatedMs: 0,
      headers: [],
      tags: [],
      lock: { retention: undefined, legalHold: false },
      checksum: undefined,
    });
    const part = { number: 7, size: bytes.length, etag, modifiedMs: 0, checksum: undefined, file };
    uploads.putPart(upload.id, part);
  });
}

/** Changes the database behind the store's back. */
function tamper(sql: string): void {
  const database = new DatabaseSync(store.files.directory.databaseFile);
  database.exec(sql);
  database.close();
}

describe('a store that is whole', () => {
  it('has no findings, and every byte was read', async () => {
    const sizes = [0, 1, 131_072, 1_000_000];
    for (const size of sizes) await store.put(`file ${size}`, bodyOf(`${size}`, size));
    for (const size of [0, 1, 16_384]) await store.put(`inline ${size}`, bodyOf(`${size}`, size), true);
    await putMultipart('multipart', [bodyOf('p1', 300_000), Buffer.alloc(0), bodyOf('p3', 10)]);
    await putPart(bodyOf('part', 200_000));
    await store.remove(await store.put('deleted', bodyOf('deleted', 1000)));
    const { findings, sums, progress } = await check();
    expect(findings).toEqual([]);
    const bytes = 0 + 1 + 131_072 + 1_000_000 + 1 + 16_384 + 300_010 + 200_000;
    expect(sums).toEqual({ bodies: 9, bytes: BigInt(bytes), findings: 0 });
    expect(progress.at(-1)).toEqual(sums);
    expect(progress.length).toBeGreaterThan(10);
  });

  it('without anything in it', async () => {
    expect((await check()).sums).toEqual({ bodies: 0, bytes: 0n, findings: 0 });
  });

  it('has composite checksums that hold', async () => {
    const parts = [bodyOf('c1', 1000), bodyOf('c2', 2000)];
    const value = await compositeChecksum('CRC64NVME', await Promise.all(parts.map(crcOf)));
    await putMultipart('composite', parts, {
      checksum: { algorithm: 'CRC64NVME', type: 'COMPOSITE', value },
    });
    expect((await check()).findings).toEqual([]);
  });
});

describe('damage is found', () => {
  it('in any block of a file, with the name of the version', async () => {
    await store.put('whole', bodyOf('whole', 400_000));
    const version = await store.put('hurt', bodyOf('hurt', 400_000));
    await flip(2, 399_999);
    expect((await check()).findings).toEqual([
      {
        kind: 'body',
        owner: { kind: 'version', bucket: BUCKET, key: 'hurt', versionId: version.versionId },
        fileId: 2,
        what: 'block 3 of file 2 does not match its checksum',
      },
    ]);
  });

  it.each([
    ['a missing file', async () => rm(pathOf(1)), 'file 1 is missing'],
    [
      'a file that is too short',
      async () => writeFile(pathOf(1), bodyOf('one', 400_000).subarray(0, 131_072)),
      'file 1 ends at 131072 instead of 400000 bytes',
    ],
    [
      'a file that is too long',
      async () => appendFile(pathOf(1), 'x'),
      'file 1 has 400001 bytes instead of 400000',
    ],
    [
      'a file of another version',
      async () => copyFile(pathOf(2), pathOf(1)),
      'block 0 of file 1 does not match its checksum',
    ],
  ])('%s', async (_what, damage, what) => {
    await store.put('one', bodyOf('one', 400_000));
    await store.put('two', bodyOf('two', 400_000));
    await damage();
    expect((await check()).findings).toMatchObject([
      { kind: 'body', owner: { key: 'one' }, fileId: 1, what },
    ]);
  });

  it('a missing file without bytes', async () => {
    await putMultipart('empty part', [bodyOf('p', 10), Buffer.alloc(0)]);
    await rm(pathOf(2));
    expect((await check()).findings).toMatchObject([{ fileId: 2, what: 'file 2 is missing' }]);
  });

  it('in each of several parts', async () => {
    await putMultipart('multipart', [bodyOf('p1', 300_000), bodyOf('p2', 300_000), bodyOf('p3', 10)]);
    await flip(1, 5);
    await rm(pathOf(3));
    expect((await check()).findings).toMatchObject([
      { owner: { key: 'multipart' }, fileId: 1, what: 'block 0 of file 1 does not match its checksum' },
      { owner: { key: 'multipart' }, fileId: 3, what: 'file 3 is missing' },
    ]);
  });

  it('in a part of an unfinished upload', async () => {
    await putPart(bodyOf('part', 200_000));
    await flip(1, 150_000);
    expect((await check()).findings).toEqual([
      {
        kind: 'body',
        owner: { kind: 'part', uploadRowId: 1, partNumber: 7 },
        fileId: 1,
        what: 'block 1 of file 1 does not match its checksum',
      },
    ]);
  });

  it('where checksums of blocks hold, but not what the client was told', async () => {
    const bytes = bodyOf('etag', 1000);
    const { content } = await (async () => {
      const outcome = await upload(store.files.bodies, bytes);
      if ('error' in outcome) throw outcome.error;
      return outcome.body;
    })();
    const wrong = '0'.repeat(32);
    await store.commit('etag', 1000, wrong, content);
    await putMultipart('parts', [bytes], { etag: `${wrong}-1` });
    await putMultipart('sum', [bytes], {
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'AAAAAAAAAAA=' },
    });
    await putMultipart('part sum', [bytes], {
      parts: [{ number: 1, size: 1000, checksum: 'AAAAAAAAAAA=' }],
    });
    await putMultipart('part size', [bytes], { parts: [{ number: 1, size: 999, checksum: undefined }] });
    await putMultipart('part count', [bytes], { parts: [] });
    await putPart(bytes, wrong);
    const { findings } = await check();
    const told = findings.map((finding) => (finding.kind === 'body' ? finding.what : finding.kind));
    expect(told.sort()).toEqual([
      'it has 0 parts, and 1 files',
      `its CRC64NVME is AAAAAAAAAAA=, and its bytes give ${await crcOf(bytes)}`,
      `its CRC64NVME of part 1 is AAAAAAAAAAA=, and its bytes give ${await crcOf(bytes)}`,
      `its ETag is ${wrong}, and its bytes give ${md5Of(bytes)}`,
      `its ETag is ${wrong}, and its bytes give ${md5Of(bytes)}`,
      expect.stringMatching(/^its ETag is 0+-1, and its bytes give [0-9a-f]{32}-1$/),
      'part 1 has 999 bytes, its file 1000',
    ]);
  });

  it('in a body in the database', async () => {
    await store.put('inline', bodyOf('inline', 1000), true);
    tamper('UPDATE inline_bodies SET data = zeroblob(1000)');
    expect((await check()).findings).toMatchObject([
      {
        owner: { key: 'inline' },
        fileId: undefined,
        what: 'a body in the database does not match its checksum',
      },
    ]);
  });

  it('in sums of the database, and in bytes that it forgot', async () => {
    await store.put('forgotten', bodyOf('forgotten', 1000));
    tamper('DELETE FROM files');
    const { findings } = await check();
    expect(findings.map(({ kind }) => kind)).toContain('database');
    expect(findings).toContainEqual({
      kind: 'body',
      owner: expect.objectContaining({ key: 'forgotten' }),
      fileId: undefined,
      what: expect.any(String),
    });
    // And the file that nobody knows any more.
    expect(findings).toContainEqual({ kind: 'unknown-file', path: pathOf(1), bytes: 1000 });
  });

  it('in the pages of the database', async () => {
    for (let at = 0; at < 200; at++) await store.put(`key ${at}`, bodyOf(`${at}`, 3000), true);
    await store.closeDatabase();
    const file = store.files.directory.databaseFile;
    const bytes = await readFile(file);
    for (let at = 8192; at + 4096 < bytes.length; at += 8192) bytes.fill(0xff, at, at + 64);
    await writeFile(file, bytes);
    const { findings } = await check();
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]?.kind).toBe('database');
  });
});

describe('files that the database does not know', () => {
  it('are found wherever they are, but not young ones', async () => {
    await store.put('known', bodyOf('known', 1000));
    const { objects } = store.files.directory;
    await mkdir(join(objects, 'strange'));
    const old = ['0/5', '0/README', '0/01', '0/1000', 'strange/file', 'loose'];
    for (const name of old) await writeFile(join(objects, name), 'text');
    await writeFile(join(objects, '0/6'), 'young');
    const now = Date.now() / 1000;
    await utimes(join(objects, '0/6'), now + 3600, now + 3600);
    const { findings } = await check();
    const named = findings.map((finding) => (finding.kind === 'unknown-file' ? finding.path : finding.kind));
    expect(named.sort()).toEqual(
      ['0/01', '0/1000', '0/5', '0/README', 'loose', 'strange'].map((name) => join(objects, name)),
    );
  });

  it('are not those that wait for the reaper', async () => {
    await store.remove(await store.put('deleted', bodyOf('deleted', 1000)));
    expect((await check()).findings).toEqual([]);
  });
});

describe('beside a store that runs', () => {
  it('a version that was deleted since its row was read is no damage', async () => {
    for (let at = 0; at < 20; at++) await store.put(`key ${at}`, bodyOf(`${at}`, 300_000));
    await putPart(bodyOf('part', 300_000));
    let deleted = false;
    const { findings, sums } = await check(() => {
      if (deleted) return;
      deleted = true;
      // As the store and its reaper do it, but within one turn.
      tamper('UPDATE files SET given_up = 1, upload = NULL');
      for (let id = 1; id <= 21; id++) rmSync(pathOf(id));
    });
    expect(findings).toEqual([]);
    expect(sums.bodies).toBeGreaterThanOrEqual(20);
  });

  it('a file that is gone while a version has it is damage all the same', async () => {
    for (let at = 0; at < 20; at++) await store.put(`key ${at}`, bodyOf(`${at}`, 300_000));
    let removed = false;
    const { findings } = await check(() => {
      if (removed) return;
      removed = true;
      rmSync(pathOf(20));
    });
    expect(findings).toMatchObject([{ owner: { key: 'key 19' }, what: 'file 20 is missing' }]);
  });

  it('does not hold up its writes', async () => {
    for (let at = 0; at < 5; at++) await store.put(`key ${at}`, bodyOf(`${at}`, 2_000_000));
    let written: Promise<unknown> | undefined;
    const { findings } = await check(() => {
      written ??= store.put('meanwhile', bodyOf('meanwhile', 100_000));
    }, Date.now);
    await written;
    expect(findings).toEqual([]);
  });
});

describe('what is no store', () => {
  it('is refused with a sentence', async () => {
    const path = join(directory.path, 'nothing');
    await expect(
      verifyStore({ dataDirectory: path, wallClock: () => 0, onFinding() {}, onProgress() {} }),
    ).rejects.toThrow(`The data directory ${path} is not a store: it has no layout.json.`);
  });
});
