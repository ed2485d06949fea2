// A store behind HTTPS with a certificate of its own: bodies cross both ways, and an unknown authority is refused.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { serve } from '../../src/serve/serve.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { elementOf, exchange, RawConnection } from '../support/raw-http.ts';
import { requestBytes, signed } from '../support/raw-sigv4.ts';
import { CREDENTIALS } from './composed-gateway.ts';

const BODY = randomBytes(5_000_000);
const LARGE = randomBytes(40_000_000);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let certificate: Certificate;
let store: Server;
const asked: string[] = [];

beforeAll(async () => {
  certificate = await makeCertificate();
  const key = await readFile(certificate.keyFile);
  store = createServer({ key, cert: certificate.pem }, async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const hash = createHash('sha256');
    for await (const chunk of request) hash.update(chunk as Buffer);
    response.end(
      request.method === 'PUT' ? hash.digest('hex') : request.url === '/bucket/large' ? LARGE : BODY,
    );
  });
  store.listen(0, '127.0.0.1');
  await once(store, 'listening');
});
afterAll(async () => {
  store.closeAllConnections();
  store.close();
  await certificate[Symbol.asyncDispose]();
});

async function gatewayOver(tls: string) {
  const { port: storePort } = store.address() as AddressInfo;
  const text = `
# This process alone: what is logged is read here, and workers write to standard output themselves.
workers: 1
listeners: { s3: [{ host: 127.0.0.1, port: 0 }], admin: { host: 127.0.0.1, port: 0 } }
backends:
  - { name: tls, kind: s3, endpoints: ["https://127.0.0.1:${storePort}"], accessKeyId: STOREKEY, secretAccessKey: store-secret${tls} }
credentials:
  - { accessKeyId: ${CREDENTIALS.accessKeyId}, secretAccessKey: ${CREDENTIALS.secretAccessKey}, access: read-write }
`;
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', stream: { write: (line: string) => void lines.push(line) } });
  const running = await serve(parseConfig(text, { file: '/tls.yaml', env: {} }).config, logger);
  const port = lines
    .map((line) => JSON.parse(line) as { listener?: string; port: number })
    .find(({ listener }) => listener === 's3')?.port;
  const host = '127.0.0.1';
  return {
    ask: (method: string, body = Buffer.alloc(0)) =>
      exchange(
        { host, port: port ?? 0 },
        requestBytes(
          signed({ method, target: '/bucket/key', host: `${host}:${port}`, credentials: CREDENTIALS, body }),
        ),
        method,
      ),
    /** Gets an object with a pause behind every mebibyte. */
    sip: async (target: string) => {
      await using connection = await RawConnection.open({ host, port: port ?? 0 });
      await connection.send(
        requestBytes(signed({ method: 'GET', target, host: `${host}:${port}`, credentials: CREDENTIALS })),
      );
      let bytes = 0;
      connection.socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes < 1024 * 1024) return;
        bytes = 0;
        connection.socket.pause();
        setTimeout(() => connection.socket.resume(), 5);
      });
      return await connection.answer();
    },
    [Symbol.asyncDispose]: () => running.stop(),
  };
}

test('with its authority trusted, bodies cross whole', async () => {
  await using gateway = await gatewayOver(`, tls: { ca: ${certificate.certFile} }`);
  const put = await gateway.ask('PUT', BODY);
  expect([put.status, put.body.toString()]).toEqual([200, sha256(BODY)]);
  const get = await gateway.ask('GET');
  expect([get.status, sha256(get.body)]).toEqual([200, sha256(BODY)]);
});

test('without, nothing is sent to it', async () => {
  await using gateway = await gatewayOver('');
  asked.length = 0;
  const answer = await gateway.ask('PUT', BODY.subarray(0, 1000));
  expect([answer.status, elementOf(answer, 'Code')]).toEqual([503, 'ServiceUnavailable']);
  expect(asked).toEqual([]);
});

test('a client that reads slowly gets every byte of a large object', async () => {
  await using gateway = await gatewayOver(`, tls: { ca: ${certificate.certFile} }`);
  const { status, body } = await gateway.sip('/bucket/large');
  expect([status, body.length, sha256(body)]).toEqual([200, LARGE.length, sha256(LARGE)]);
});
