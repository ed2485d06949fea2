// Traces of a whole gateway, as a collector receives them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore } from '../../support/embedded-store-fixture.ts';
import { freePort } from '../../support/free-port.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { exchange } from '../../support/raw-http.ts';
import type { RawCredentials } from '../../support/raw-sigv4.ts';
import { requestBytes, signed } from '../../support/raw-sigv4.ts';
import { bucketName, sdk } from '../../support/s3-clients.ts';
import { Tap } from '../../support/tapped-store.ts';
import { waitFor } from '../../support/wait.ts';
import { type ReceivedSpan, SpanReceiver } from './span-receiver.ts';

const Bucket = bucketName('tracing');
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
let directory = '';
let store: EmbeddedStore;
let receiver: SpanReceiver | undefined;
let gateway: GatewayProcess | undefined;
let client: S3Client | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tracing-'));
  store = await EmbeddedStore.start({ dataDirectory: join(directory, 'data') });
  const direct = sdk(asRunningStore(store));
  await direct.send(new CreateBucketCommand({ Bucket }));
  direct.destroy();
});

afterAll(async () => {
  await store?.kill();
  await rm(directory, { recursive: true, force: true });
});

afterEach(async () => {
  client?.destroy();
  if (gateway?.running) await gateway.stop();
  await receiver?.close();
  receiver = undefined;
});

async function start(tracing: object, more: { readonly workers?: number; readonly storeUrl?: string } = {}) {
  const { workers = 1, storeUrl } = more;
  gateway = await GatewayProcess.start({
    store: asRunningStore(store),
    ...(storeUrl !== undefined && { storeUrl }),
    config: { workers, tracing },
  });
  client = sdk(gateway);
  return { gateway, client };
}

/** A GET with a traceparent that nobody signed. */
function get(
  to: GatewayProcess,
  key: string,
  traceparent: string,
  credentials: RawCredentials = to.credentials,
) {
  const request = signed({
    method: 'GET',
    target: `/${Bucket}/${key}`,
    host: to.host,
    credentials,
    unsignedHeaders: { traceparent },
  });
  return exchange(to.s3, requestBytes(request));
}

const received = (one: (span: ReceivedSpan) => boolean) => {
  const at = receiver;
  return waitFor(() => at?.spans.find(one), { what: 'a span' });
};
const isServer = ({ kind }: ReceivedSpan) => kind === 2;

describe.each([1, 2])('%i workers', (workers) => {
  test('each request is a span, with one of its store below it', async () => {
    receiver = await SpanReceiver.listen();
    const running = await start(
      {
        endpoint: receiver.url,
        sampleRatio: 1,
        serviceName: 'backup-gateway',
        headers: [{ name: 'Authorization', value: 'Bearer for-the-collector' }],
      },
      { workers },
    );
    const before = BigInt(Date.now()) * 1_000_000n;
    await running.client.send(new PutObjectCommand({ Bucket, Key: 'secret-plan', Body: Buffer.alloc(5000) }));
    await expect(running.client.send(new GetObjectCommand({ Bucket, Key: 'none' }))).rejects.toThrow();

    const put = await received(({ name }) => name === 'S3.PutObject');
    expect(put).toMatchObject({ kind: 2, parentSpanId: undefined, isError: false });
    expect(put.attributes).toMatchObject({
      'http.request.method': 'PUT',
      'http.response.status_code': 200,
      'http.request.body.size': 5000,
      'http.response.body.size': 0,
      'client.address': '127.0.0.1',
      'rpc.system': 'aws-api',
      'rpc.method': 'PutObject',
      'aws.s3.bucket': Bucket,
      'aws.request_id': expect.any(String),
      'sosapi.outcome': 'pass-through',
      'sosapi.backend': 'embedded',
    });
    expect(put.resource).toMatchObject({
      'service.name': 'backup-gateway',
      'service.version': expect.any(String),
      'service.instance.id': expect.stringMatching(/:\d+$/),
    });
    const ofStore = await received(({ parentSpanId }) => parentSpanId === put.spanId);
    expect(ofStore).toMatchObject({ name: 'PUT embedded', kind: 3, traceId: put.traceId });
    expect(ofStore.attributes).toMatchObject({
      'server.address': '127.0.0.1',
      'server.port': store.port,
      'http.response.status_code': 200,
    });
    const times = [before, put.startNs, ofStore.startNs, ofStore.endNs];
    expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    expect(ofStore.endNs).toBeLessThanOrEqual(put.endNs);
    // What a client did wrong is no error of a server, by the conventions.
    const missing = await received(({ name }) => name === 'S3.GetObject');
    expect([missing.isError, missing.attributes['http.response.status_code']]).toEqual([false, 404]);
    expect(receiver.requests[0]).toEqual({
      path: '/v1/traces',
      authorization: 'Bearer for-the-collector',
    });
    expect(JSON.stringify(receiver.spans.map(({ attributes }) => attributes))).not.toContain('secret-plan');
    expect(running.gateway.output()).not.toContain('for-the-collector');
  });

  test('what is left is sent at the stop', async () => {
    receiver = await SpanReceiver.listen();
    const running = await start({ endpoint: receiver.url, sampleRatio: 1, keys: true }, { workers });
    const ALL = 30;
    await Promise.all(
      Array.from({ length: ALL }, (_, index) =>
        running.client.send(new PutObjectCommand({ Bucket, Key: `key-${index}`, Body: 'x' })),
      ),
    );
    await running.gateway.stop();
    const keys = receiver.spans.filter(isServer).map(({ attributes }) => attributes['aws.s3.key']);
    expect(new Set(keys)).toEqual(new Set(Array.from({ length: ALL }, (_, index) => `key-${index}`)));
  });
});

test('a request of a trace belongs to it where its sender is proven, and the store does not hear of it', async () => {
  receiver = await SpanReceiver.listen();
  const tap = await Tap.before(store);
  // None that begins here is sampled.
  const running = await start({ endpoint: receiver.url, sampleRatio: 0 }, { storeUrl: tap.url });
  await get(running.gateway, 'sampled', `00-${TRACE}-${PARENT}-01`);
  await get(running.gateway, 'not-sampled', `00-${TRACE}-${PARENT}-00`);
  await get(running.gateway, 'no-trace', '00-0-0-01');
  const stranger = { accessKeyId: 'NOBODY', secretAccessKey: 'of-no-one' };
  expect((await get(running.gateway, 'unproven', `00-${TRACE}-${PARENT}-01`, stranger)).status).toBe(403);
  await running.gateway.stop();
  const servers = receiver.spans.filter(isServer);
  expect(servers.map(({ traceId, parentSpanId }) => [traceId, parentSpanId])).toEqual([[TRACE, PARENT]]);
  expect(tap.sent).toContain('/sampled');
  expect(tap.sent.toLowerCase()).not.toContain('traceparent');
  await tap.close();
});

test('where nobody receives them requests go on, one line says so, and they are sent when somebody does', async () => {
  const port = await freePort();
  const running = await start({ endpoint: `http://127.0.0.1:${port}/v1/traces`, sampleRatio: 1 });
  const put = (Key: string) => running.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const said = (text: string) => running.gateway.logs().filter(({ msg }) => msg?.startsWith(text)).length;
  const spans = async (result: string) => {
    const page = await (await fetch(`${running.gateway.adminUrl}/metrics`)).text();
    const [, count = '0'] =
      new RegExp(`^sosapi_gateway_trace_spans_total\\{result="${result}"\\} (\\d+)$`, 'm').exec(page) ?? [];
    return Number(count);
  };
  await put('nobody-hears');
  await waitFor(() => said('traces cannot be sent') > 0, { what: 'the log to say it' });
  expect(await spans('failed')).toBe(2);
  await put('still-nobody');
  await waitFor(async () => (await spans('failed')) === 4, { what: 'the next ones to fail' });
  receiver = await SpanReceiver.listen(port);
  await put('heard');
  await waitFor(() => said('traces are sent again') > 0, { what: 'the log to say it' });
  expect([said('traces cannot be sent'), said('traces are sent again')]).toEqual([1, 1]);
  expect(await spans('sent')).toBe(2);
}, 90_000);
