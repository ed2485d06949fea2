// One credential with more requests than it may have under way, through the whole gateway: refused before the store, alone.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { elementOf, headerOf, type RawAnswer, RawConnection } from '../../support/raw-http.ts';
import type { RawCredentials } from '../../support/raw-sigv4.ts';
import { headBytes, signed } from '../../support/raw-sigv4.ts';
import { type RecordingRelay, startRecordingRelay } from '../../support/recording-relay.ts';
import { bucketName, sdk } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';

const LIMIT = 4;
/** As many may wait as may be under way. */
const WAITING = LIMIT;
const TOO_MANY = 3;
const CONNECT_MS = 5_000;
const BODY_BYTES = 64 * 1024;
const Bucket = bucketName('limit');

let directory = '';
let store: EmbeddedStore;
let relay: RecordingRelay;
let gateway: GatewayProcess;
let lines = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'limit-'));
  lines = join(directory, 'requests');
  store = await EmbeddedStore.start({ dataDirectory: join(directory, 'data') });
  relay = await startRecordingRelay(store, lines);
  gateway = await GatewayProcess.start({
    store: asRunningStore(store),
    storeUrl: `http://127.0.0.1:${relay.port}`,
    clients: [{}, {}],
    backend: { maxInFlightPerCredential: LIMIT },
    config: { workers: 1, timeouts: { connect: `${CONNECT_MS}ms` } },
  });
  const client = sdk(gateway);
  await client.send(new CreateBucketCommand({ Bucket }));
  client.destroy();
});

afterAll(async () => {
  await gateway?.stop();
  await relay?.close();
  await store?.kill();
  await rm(directory, { recursive: true, force: true });
});

/** The keys of the PUTs that reached the store. */
async function arrived(): Promise<readonly string[]> {
  const text = await readFile(lines, 'utf8');
  return [...text.matchAll(/^PUT \/[^/ ]+\/([^\s?]+)/gm)].map(([, key = '']) => key).sort();
}

const client = (index: number): RawCredentials => {
  const found = gateway.clients[index];
  if (found === undefined) throw new Error(`no client ${index}`);
  return found;
};

/** Sends the head of an upload and no byte of its body. */
async function begin(key: string, credentials: RawCredentials): Promise<RawConnection> {
  const connection = await RawConnection.open(gateway.s3);
  const request = signed({
    method: 'PUT',
    target: `/${Bucket}/${key}`,
    host: gateway.host,
    credentials,
    payload: 'UNSIGNED-PAYLOAD',
    headers: { 'content-length': String(BODY_BYTES) },
  });
  await connection.send(headBytes(request));
  return connection;
}

function expectSlowDown(answer: RawAnswer): void {
  expect([answer.status, elementOf(answer, 'Code')]).toEqual([503, 'SlowDown']);
  expect(Number(headerOf(answer, 'retry-after'))).toBeGreaterThan(0);
}

test('beyond its limit it is told to slow down, nothing of that reaches the store, and another is served', async () => {
  const greedy = client(0);
  const held = await Promise.all(Array.from({ length: LIMIT }, (_, index) => begin(`held-${index}`, greedy)));
  const heldKeys = Array.from({ length: LIMIT }, (_, index) => `held-${index}`);
  await waitFor(async () => (await arrived()).length === LIMIT, { what: 'the first ones at the store' });

  const further = await Promise.all(
    Array.from({ length: WAITING + TOO_MANY }, (_, index) => begin(`further-${index}`, greedy)),
  );
  // While all of those are there: the other credential is served.
  const other = sdk({ endpoint: gateway.endpoint, credentials: client(1) });
  await other.send(new PutObjectCommand({ Bucket, Key: 'of-the-other', Body: 'x' }));
  other.destroy();

  for (const answer of await Promise.all(further.map((each) => each.answer('PUT')))) expectSlowDown(answer);
  expect(await arrived()).toEqual([...heldKeys, 'of-the-other'].sort());

  const body = Buffer.alloc(BODY_BYTES, 1);
  await Promise.all(held.map((each) => each.send(body)));
  const answers = await Promise.all(held.map((each) => each.answer('PUT')));
  expect(answers.map(({ status }) => status)).toEqual(Array(LIMIT).fill(200));

  // With room again it is served again.
  const again = await begin('again', greedy);
  await again.send(body);
  expect((await again.answer('PUT')).status).toBe(200);
  expect(await arrived()).toEqual(['again', ...heldKeys, 'of-the-other'].sort());
  for (const each of [...held, ...further, again]) each.drop();
});

test('one that waits gets the place of one that ends', async () => {
  const greedy = client(0);
  const held = await Promise.all(
    Array.from({ length: LIMIT }, (_, index) => begin(`first-${index}`, greedy)),
  );
  const isThere = (key: string) => async () => (await arrived()).includes(key);
  for (const [index] of held.entries()) await waitFor(isThere(`first-${index}`), { what: 'the first ones' });
  const body = Buffer.alloc(BODY_BYTES, 2);
  const waiting = await begin('patient', greedy);
  await waiting.send(body);
  await held[0]?.send(body);
  expect((await waiting.answer('PUT')).status).toBe(200);
  await Promise.all(held.slice(1).map((each) => each.send(body)));
  const answers = await Promise.all(held.map((each) => each.answer('PUT')));
  expect(answers.map(({ status }) => status)).toEqual(Array(LIMIT).fill(200));
  for (const each of [...held, waiting]) each.drop();
});
