// A bucket that is full: new data is refused by its head, without a byte to the store and without `100 Continue`; what frees
// space, reads or is small goes on; and all goes on when there is room again. The request path as `serve` composes it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClosedBuckets } from '../../src/capacity/guard-closed.ts';
import { parseConfig } from '../../src/config/load.ts';
import { composeProtection } from '../../src/serve/address-protection.ts';
import { composeRoutes } from '../../src/serve/compose-routes.ts';
import { composeDataPlane } from '../../src/serve/data-plane.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { exchange, headerOf, RawConnection } from '../support/raw-http.ts';
import { type ChunkedUpload, chunkedText, MODES } from './chunked-upload.ts';
import { CREDENTIALS, recordingStore } from './composed-gateway.ts';
import { askFor, EACH } from './every-operation.ts';
import { type Answered, type Ask, answerTo, expectRefusal, type Origin, textOf } from './refusal-table.ts';

const SMALL = 1000;
const LARGE = 'x'.repeat(SMALL + 1);
const FULL: Answered = '403 QuotaExceeded';
/** What makes new data, by the names of its operations; `PutObject` besides, where the object is not small. */
const MAKES_DATA = ['UploadPart', 'UploadPartCopy', 'CopyObject', 'CreateMultipartUpload'];

const put: Ask = { method: 'PUT', target: '/bucket/key', body: LARGE };
const expecting = { ...put, unsignedHeaders: { expect: '100-continue' } };

async function startFullGateway() {
  const store = await recordingStore();
  const { config } = parseConfig(
    `
hostNames: [s3.wire]
listeners:
  s3: [{ host: 127.0.0.1, port: 0 }]
backends:
  - name: sink
    kind: s3
    endpoints: [http://127.0.0.1:${store.port}]
    accessKeyId: STOREKEY
    secretAccessKey: store-secret
    awsChunked: decode
credentials:
  - { accessKeyId: ${CREDENTIALS.accessKeyId}, secretAccessKey: ${CREDENTIALS.secretAccessKey}, buckets: ["*"], access: read-write }
`,
    { file: '/full.yaml', env: {} },
  );
  const clocks = { wallClock: Date.now, now: () => performance.now() };
  const emit = () => {};
  const routes = composeRoutes(config, { embedded: new Map(), clocks, emit });
  const closed = new ClosedBuckets();
  const document = { body: Buffer.from('<Document/>'), lastModifiedMs: 0 };
  const dataPlane = composeDataPlane(config, {
    rules: routes.rules.map((rule) => ({ ...rule, guard: { smallObjectBytes: SMALL } })),
    guard: closed,
    documents: { system: document, capacity: async () => document },
    protection: composeProtection(config),
    clocks,
    emit,
    logger: createLogger({ level: 'error' }),
    reusePort: false,
  });
  const [port = 0] = await dataPlane.listen();
  const origin: Origin = { host: '127.0.0.1', port, credentials: CREDENTIALS };
  return {
    store,
    closed,
    origin,
    async stop() {
      await dataPlane.close(1_000);
      routes.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** With `bucket` full before the first test. */
function useFullGateway(): () => Awaited<ReturnType<typeof startFullGateway>> {
  let started: Awaited<ReturnType<typeof startFullGateway>> | undefined;
  beforeAll(async () => {
    started = await startFullGateway();
    started.closed.replace(['bucket']);
  });
  afterAll(async () => {
    await started?.stop();
  });
  return () => {
    if (started === undefined) throw new Error('the gateway is not there yet');
    return started;
  };
}

describe('new data for a full bucket', () => {
  const at = useFullGateway();
  const reached = () => [at().store.connections.length, at().store.bytes()];

  test.each<readonly [name: string, ask: Ask]>([
    ...EACH.filter(([, { name }]) => MAKES_DATA.includes(name)).map(
      ([name, row]) => [name, askFor(row)] as const,
    ),
    ['an object', put],
    ['an object, presigned', { ...put, presigned: true }],
    ['an object, unsigned payload', { ...put, payload: 'UNSIGNED-PAYLOAD' }],
    ['an object, the bucket in the Host', { ...put, target: '/key', host: 'bucket.s3.wire' }],
    [
      'an object in a body of unknown length',
      { ...put, unsignedHeaders: { 'transfer-encoding': 'chunked' } },
    ],
    ['a small part', { ...put, target: '/bucket/key?partNumber=1&uploadId=u', body: 'x' }],
  ])('%s', async (_name, ask) => {
    expectRefusal(await answerTo(ask, at().origin), FULL);
    expect(reached()).toEqual([0, '']);
  });

  test.each(MODES.map((mode) => [mode] as const))('in chunks: %s', async (mode) => {
    const head: ChunkedUpload = { mode };
    expectRefusal(await exchange(at().origin, chunkedText(head, at().origin), 'PUT'), FULL);
    const part = { ...head, target: '/bucket/key?partNumber=1&uploadId=u', data: ['x'] };
    expectRefusal(await exchange(at().origin, chunkedText(part, at().origin), 'PUT'), FULL);
    expect(reached()).toEqual([0, '']);
  });

  test.each([
    ['an object', () => textOf(expecting, at().origin)],
    [
      'an object in chunks',
      () =>
        chunkedText(
          { mode: 'signed', edit: (head) => head.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n') },
          at().origin,
        ),
    ],
  ])('%s that waits for 100 Continue hears the refusal at once', async (_name, text) => {
    await using connection = await RawConnection.open(at().origin);
    await connection.send(text().slice(0, text().indexOf('\r\n\r\n') + 4));
    const answer = await connection.answer('PUT');
    expectRefusal(answer, FULL);
    expect(headerOf(answer, 'connection')).toBe('close');
    expect(await connection.closes()).toBe(true);
    expect(connection.pending.length).toBe(0);
    expect(reached()).toEqual([0, '']);
  });

  test('a client that writes all before it reads has its answer', async () => {
    const answer = await answerTo({ ...put, body: Buffer.alloc(8 * 1024 * 1024) }, at().origin);
    expectRefusal(answer, FULL);
    expect(reached()).toEqual([0, '']);
  });

  test('a refusal without a body leaves the connection as it is', async () => {
    await using connection = await RawConnection.open(at().origin);
    for (let i = 0; i < 2; i++) {
      const begin: Ask = { method: 'POST', target: '/bucket/key?uploads', body: '' };
      await connection.send(textOf(begin, at().origin));
      expectRefusal(await connection.answer('POST'), FULL);
    }
    expect(reached()).toEqual([0, '']);
  });

  test('and nothing of it later', () => {
    expect(reached()).toEqual([0, '']);
  });
});

describe('what goes on in a full bucket', () => {
  const at = useFullGateway();
  const XML = {
    DeleteObjects: '<Delete><Object><Key>key</Key></Object></Delete>',
    RestoreObject: '<RestoreRequest><Days>1</Days></RestoreRequest>',
  };

  test.each<readonly [name: string, ask: Ask]>([
    ...EACH.filter(
      ([, { level, name }]) =>
        level !== 'service' && name !== 'GetBucketLocation' && !MAKES_DATA.includes(name),
    ).map(([name, row]): readonly [string, Ask] => {
      const body = Object.entries(XML).find(([each]) => each === row.name)?.[1];
      return [name, { ...askFor(row), ...(body === undefined ? {} : { body }) }];
    }),
    ['an empty object', { ...put, body: '' }],
    ['a small object', { ...put, body: 'x'.repeat(SMALL) }],
    ['an object in another bucket', { ...put, target: '/other/key' }],
  ])('%s', async (_name, ask) => {
    const before = at().store.bytes().length;
    const { status } = await answerTo(ask, at().origin);
    expect(status).toBe(200);
    expect(at().store.bytes().slice(before)).toMatch(new RegExp(`^${ask.method ?? 'GET'} /(bucket|other)`));
  });

  test.each(MODES.map((mode) => [mode] as const))('a small object in chunks: %s', async (mode) => {
    const before = at().store.bytes().length;
    const upload: ChunkedUpload = { mode, data: ['a'.repeat(500), 'b'.repeat(500)] };
    expect((await exchange(at().origin, chunkedText(upload, at().origin), 'PUT')).status).toBe(200);
    expect(at().store.bytes().slice(before)).toMatch(/^PUT \/bucket\/key /);
  });
});

describe('when there is room again', () => {
  const at = useFullGateway();

  test('uploads go on, on the same connection too, until it is full once more', async () => {
    const { closed, origin, store } = at();
    expectRefusal(await answerTo(put, origin), FULL);
    expect(store.bytes()).toBe('');
    await using connection = await RawConnection.open(origin);
    const begin = textOf({ method: 'POST', target: '/bucket/key?uploads', body: '' }, origin);
    await connection.send(begin);
    expectRefusal(await connection.answer('POST'), FULL);

    closed.replace(['other']);
    await connection.send(begin);
    expect((await connection.answer('POST')).status).toBe(200);
    expect((await answerTo(put, origin)).status).toBe(200);
    await using patient = await RawConnection.open(origin);
    const [head = '', body = ''] = textOf(expecting, origin).split('\r\n\r\n');
    await patient.send(`${head}\r\n\r\n`);
    expect((await patient.answer('PUT')).status).toBe(100);
    await patient.send(body);
    expect((await patient.answer('PUT')).status).toBe(200);
    expect(store.bytes().split(LARGE)).toHaveLength(3);

    closed.replace(['bucket']);
    const before = store.bytes();
    expectRefusal(await answerTo(put, origin), FULL);
    expect(store.bytes()).toBe(before);
  });
});
