import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CapacityEvent } from '../../../../src/capacity/warnings/capacity-event.ts';
import {
  createWebhook,
  type Webhook,
  type WebhookOptions,
} from '../../../../src/capacity/warnings/webhook.ts';
import { Secret } from '../../../../src/secret.ts';
import { waitFor } from '../../../support/wait.ts';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let received: Received[];
/** The status of each answer, the last one for all after it; `hang` never answers, `cut` closes. */
let answers: (number | 'hang' | 'cut')[];
let failures: string[];
const open: Webhook[] = [];

beforeEach(async () => {
  received = [];
  answers = [200];
  failures = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    received.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 200;
    if (answer === 'cut') request.socket.destroy();
    else if (answer !== 'hang') response.writeHead(answer, { location: '/elsewhere' }).end('thanks');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  for (const webhook of open.splice(0)) webhook.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;

function hook(change: Partial<WebhookOptions> = {}): Webhook {
  const webhook = createWebhook({
    url: new URL(`http://${host()}/services/T000/secret-path?key=secret-key`),
    timeoutMs: 10_000,
    now: () => Date.parse('2026-11-21T12:00:00Z'),
    retryMs: [1, 1],
    onFailed: (message) => failures.push(message),
    ...change,
  });
  open.push(webhook);
  return webhook;
}

function crossed(bucket = 'b'): CapacityEvent {
  return {
    event: 'threshold-crossed',
    thresholdPercent: 95,
    backend: 'ceph',
    bucket,
    capacityBytes: 2n ** 60n,
    availableBytes: 2n ** 54n,
    usedBytes: 5n,
    daysUntilFull: 2.5,
  };
}

const bucketsTold = () => received.map(({ body }) => (JSON.parse(body) as { bucket: string }).bucket);

describe('createWebhook', () => {
  test('posts the event as JSON, bytes as decimal text', async () => {
    hook({ token: new Secret('the-token') }).post(crossed());
    await until(() => received.length === 1);
    const [{ method, path, headers, body } = { method: '', path: '', headers: {}, body: '' }] = received;
    expect([method, path]).toEqual(['POST', '/services/T000/secret-path?key=secret-key']);
    expect(headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer the-token' });
    expect(JSON.parse(body)).toEqual({
      event: 'threshold-crossed',
      thresholdPercent: 95,
      backend: 'ceph',
      bucket: 'b',
      percent: 98.43,
      capacityBytes: '1152921504606846976',
      availableBytes: '18014398509481984',
      usedBytes: '5',
      daysUntilFull: 2.5,
      at: '2026-11-21T12:00:00.000Z',
    });
  });

  test('without a token no authorization is sent', async () => {
    hook().post({ ...crossed(), event: 'drift-stays', driftBytes: -7n, likelyCause: 'lifecycle' });
    await until(() => received.length === 1);
    expect(received[0]?.headers['authorization']).toBe(undefined);
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ event: 'drift-stays', driftBytes: '-7' });
  });

  test.each([[500], [503], [429], [408], ['cut' as const]])('after %s it is sent again', async (first) => {
    answers = [first, 204];
    hook().post(crossed());
    await until(() => received.length === 2);
    expect(received[1]?.body).toBe(received[0]?.body);
    expect(failures).toEqual([]);
  });

  test('is given up after the last attempt, and the next event goes out', async () => {
    answers = [500, 500, 500, 200];
    const webhook = hook();
    webhook.post(crossed('first'));
    webhook.post(crossed('second'));
    await until(() => received.length === 4);
    expect(bucketsTold()).toEqual(['first', 'first', 'first', 'second']);
    expect(failures).toEqual([
      `the webhook at ${host()} was not told of threshold-crossed of bucket first: it answered 500 (after 3 attempts)`,
    ]);
  });

  test.each([
    [401, 'it answered 401'],
    [404, 'it answered 404'],
    [302, 'it answered 302, and redirects are not followed'],
    [308, 'it answered 308, and redirects are not followed'],
  ])('%d is no matter of patience, and nobody is followed', async (status, why) => {
    answers = [status];
    hook({ token: new Secret('the-token') }).post(crossed());
    await until(() => failures.length === 1);
    expect(failures).toEqual([
      `the webhook at ${host()} was not told of threshold-crossed of bucket b: ${why}`,
    ]);
    expect(received.length).toBe(1);
  });

  test('one that does not answer in time is asked again', async () => {
    answers = ['hang', 200];
    hook({ timeoutMs: 50 }).post(crossed());
    await until(() => received.length === 2);
    expect(failures).toEqual([]);
  });

  test.each([
    ['nobody listens', 'http://127.0.0.1:1/', 'no answer (ECONNREFUSED)'],
    ['a plain server is asked over TLS', () => `https://${host()}/`, 'no answer ('],
  ])('where %s, that is told without the path', async (_name, url, why) => {
    const target = new URL(typeof url === 'string' ? url : url());
    hook({ url: new URL(`${target.origin}/secret-path`), token: new Secret('the-token') }).post(crossed());
    await until(() => failures.length === 1);
    expect(failures[0]).toContain(`the webhook at ${target.host} was not told`);
    expect(failures[0]).toContain(why);
    expect(failures[0]).not.toMatch(/secret-path|the-token/);
  });

  test('a token that is no header is not shown either', async () => {
    hook({ token: new Secret('line\nbreak') }).post(crossed());
    await until(() => failures.length === 1);
    expect(failures[0]).toContain('no answer (ERR_INVALID_CHAR)');
    expect(failures[0]).not.toContain('break');
    expect(received).toEqual([]);
  });

  test('what waits is bounded: the oldest goes', async () => {
    answers = ['hang'];
    const webhook = hook({ maxWaiting: 2 });
    for (const bucket of ['one', 'two', 'three', 'four']) webhook.post(crossed(bucket));
    await until(() => received.length === 1);
    expect(bucketsTold()).toEqual(['one']);
    expect(failures).toEqual([
      `the webhook at ${host()} was not told of threshold-crossed of bucket two: more than 2 events wait`,
    ]);
  });

  test('close ends what is under way and what waits, without a word', async () => {
    answers = ['hang'];
    const webhook = hook();
    webhook.post(crossed('one'));
    webhook.post(crossed('two'));
    await until(() => received.length === 1);
    webhook.close();
    webhook.post(crossed('three'));
    // The server sees its connection end.
    await until(async () => (await connections()) === 0);
    expect(bucketsTold()).toEqual(['one']);
    expect(failures).toEqual([]);
  });

  test('close ends the wait for another attempt', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      answers = [500];
      const webhook = hook();
      webhook.post(crossed());
      await until(() => vi.getTimerCount() === 1);
      webhook.close();
      expect(vi.getTimerCount()).toBe(0);
      expect([received.length, failures]).toEqual([1, []]);
    } finally {
      vi.useRealTimers();
    }
  });
});

function until(probe: () => boolean | Promise<boolean>): Promise<boolean> {
  return waitFor(probe, { what: 'the webhook', everyMs: 10, timeoutMs: 10_000 });
}

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
