// Bytes that went wrong on the disk: never sent as if they were right, told in the log, and found by the check.
import { mkdtemp, open, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/store/verify/finding.ts';
import { verifyStore } from '../../../src/store/verify/verify-store.ts';
import { bodyOf, sha256 } from '../../support/bodies.ts';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { useGatewayedStore } from '../../support/embedded-store-fixture.ts';
import { elementOf } from '../../support/raw-http.ts';
import { ask } from '../../support/raw-target.ts';
import { outcomeOf } from '../../support/same-answer.ts';

const BLOCK = 128 * 1024;
const BYTES = 10 * BLOCK + 77;
const Bucket = 'damaged';
const at = useGatewayedStore();

beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket })));

async function findings(dataDirectory: string): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  await verifyStore({
    dataDirectory,
    wallClock: Date.now,
    onFinding: (finding) => found.push(finding),
    onProgress() {},
  });
  return found;
}

/** Puts an object and gives the path of its file. */
async function putFile(Key: string): Promise<string> {
  const objects = join(at.store.dataDirectory, 'objects');
  const list = async () =>
    (await readdir(objects, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const before = new Set(await list());
  await at.client.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf(Key, BYTES) }));
  const [path] = (await list()).filter((each) => !before.has(each));
  if (path === undefined) throw new Error('no file was made');
  return path;
}

async function flip(path: string, offset: number): Promise<void> {
  await using file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ 0x10;
  await file.write(byte, 0, 1, offset);
}

describe('a file', () => {
  test.each<[string, (path: string) => Promise<void>, number]>([
    ['with another bit in its first block', (path) => flip(path, 5), 0],
    ['with another bit at the end of its first block', (path) => flip(path, BLOCK - 1), 0],
    ['with another bit in the middle', (path) => flip(path, 5 * BLOCK + 9), 5 * BLOCK],
    ['with another bit in its last byte', (path) => flip(path, BYTES - 1), 10 * BLOCK],
    ['that is cut off', (path) => truncate(path, 3 * BLOCK + 1), 3 * BLOCK],
    ['that is empty', (path) => truncate(path, 0), 0],
    ['that is gone', (path) => rm(path), 0],
  ])('%s', async (title, damage, firstWrong) => {
    const Key = title;
    const path = await putFile(Key);
    const whole = bodyOf(Key, BYTES);
    await damage(path);
    for (const target of [at.target, at.store.target]) {
      const answer = await ask(target, {
        method: 'GET',
        target: `/${Bucket}/${encodeURIComponent(Key)}`,
      }).catch(() => undefined);
      if (firstWrong === 0) {
        expect([answer?.status, answer && elementOf(answer, 'Code')]).toEqual([500, 'InternalError']);
      } else if (answer !== undefined && answer.status === 200) {
        // It had begun: what came is right, and it is plain that it is not all.
        expect(answer.truncated).toBe(true);
        expect(answer.body.length).toBeLessThanOrEqual(firstWrong);
        expect(answer.body.equals(whole.subarray(0, answer.body.length))).toBe(true);
      } else expect(answer?.status ?? 500).toBe(500);
    }
    // What lies before the damage can still be had.
    if (firstWrong > 0) {
      const Range = `bytes=0-${firstWrong - 1}`;
      const read = await outcomeOf(at.client.send(new GetObjectCommand({ Bucket, Key, Range })));
      expect(read).toMatchObject({ status: 206, Body: sha256(whole.subarray(0, firstWrong)) });
    }
    const head = await outcomeOf(at.client.send(new HeadObjectCommand({ Bucket, Key })));
    expect(head['status']).toBe(200);
    expect(at.store.output()).toMatch(/error .*(damage|read)/i);
    const found = await findings(at.store.dataDirectory);
    expect(found.filter((each) => JSON.stringify(each).includes(title)).length).toBeGreaterThan(0);
    // A copy would carry it on as if it were right.
    const copy = await ask(at.store.target, {
      method: 'PUT',
      target: `/${Bucket}/copy`,
      headers: { 'x-amz-copy-source': `/${Bucket}/${encodeURIComponent(Key)}` },
      body: '',
    });
    expect([copy.status, elementOf(copy, 'Code')]).toEqual([500, 'InternalError']);
  });
});

describe('the database', () => {
  const closedStore = async (damage: (file: string) => Promise<void> | void) => {
    const directory = await mkdtemp(join(tmpdir(), 'damage-'));
    const dataDirectory = join(directory, 'data');
    const store = await EmbeddedStore.start({ dataDirectory, createBuckets: [Bucket] });
    const put = await ask(store.target, {
      method: 'PUT',
      target: `/${Bucket}/inline`,
      body: bodyOf('inline', 5000),
    });
    expect(put.status).toBe(200);
    await ask(store.target, { method: 'PUT', target: `/${Bucket}/file`, body: bodyOf('file', BLOCK) });
    for (let index = 0; index < 300; index += 1) {
      await ask(store.target, { method: 'PUT', target: `/${Bucket}/more%20${index}`, body: 'x' });
    }
    await store.stop();
    await damage(join(dataDirectory, 'store.db'));
    return { directory, dataDirectory };
  };

  test('with another body in it', async () => {
    const { directory, dataDirectory } = await closedStore((file) => {
      const database = new DatabaseSync(file);
      database.exec('UPDATE inline_bodies SET data = zeroblob(5000) WHERE length(data) = 5000');
      database.close();
    });
    await using store = await EmbeddedStore.start({ dataDirectory });
    const read = await ask(store.target, { method: 'GET', target: `/${Bucket}/inline` });
    expect([read.status, elementOf(read, 'Code')]).toEqual([500, 'InternalError']);
    expect((await findings(dataDirectory)).length).toBeGreaterThan(0);
    expect((await ask(store.target, { method: 'GET', target: `/${Bucket}/more%205` })).body.toString()).toBe(
      'x',
    );
    await rm(directory, { recursive: true });
  });

  test.each<[string, (file: string) => Promise<void>]>([
    ['whose first page is gone', async (file) => overwrite(file, 0, 4096)],
    ['that is cut in half', async (file) => truncate(file, 20 * 4096)],
    ['that is no database', async (file) => overwrite(file, 0, 1_000_000)],
    ['that is gone', (file) => rm(file)],
  ])('%s: the start refuses with a sentence, or what it says is right', async (_, damage) => {
    const { directory, dataDirectory } = await closedStore(damage);
    const started = await EmbeddedStore.start({ dataDirectory }).catch((error: unknown) => error);
    if (started instanceof EmbeddedStore) {
      const read = await ask(started.target, { method: 'GET', target: `/${Bucket}/inline` });
      if (read.status === 200) expect(sha256(read.body)).toBe(sha256(bodyOf('inline', 5000)));
      else expect(read.status).toBe(500);
      await started.kill();
    } else expect(String(started)).toMatch(/^StoreRefusedError: [^\n]+$/);
    await rm(directory, { recursive: true });
  });
});

async function overwrite(path: string, offset: number, length: number): Promise<void> {
  await using file = await open(path, 'r+');
  await file.write(Buffer.alloc(length, 0xa5), 0, length, offset);
}
