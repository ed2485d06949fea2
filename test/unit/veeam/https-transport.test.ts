// The transport against a real HTTPS server: which server is trusted, what is bounded, what is ended.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpsTransport } from '../../../src/veeam/transport/https-transport.ts';
import {
  VeeamCertificateError,
  VeeamConnectionError,
  VeeamError,
} from '../../../src/veeam/transport/veeam-error.ts';
import type { Trust, VeeamTransport } from '../../../src/veeam/transport/veeam-transport.ts';
import { waitFor } from '../../support/wait.ts';
import { type Script, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of owned.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function serve(script: Script = () => ({ body: { fine: true } })): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  owned.push(server);
  return server;
}

function transportTo(url: string, trust: Trust, timeoutMs = 10_000): VeeamTransport {
  const transport = createHttpsTransport({ url, trust, timeoutMs });
  owned.push({ [Symbol.asyncDispose]: async () => transport.close() });
  return transport;
}

const pinned = (server: ScriptedServer): Trust => ({ kind: 'fingerprint', sha256: server.fingerprint });
const GET = { method: 'GET', path: '/api/v1/thing?a=1', headers: { accept: 'application/json' } } as const;
const POST = { method: 'POST', path: '/api/v1/thing', headers: {}, body: 'grüße'.repeat(20_000) } as const;
/** More than a handshake, much less than POST. */
const HANDSHAKE_BYTES = 10_000;

async function failureOf(sending: Promise<unknown>): Promise<unknown> {
  return sending.then(
    () => expect.unreachable('it was sent'),
    (error: unknown) => error,
  );
}

describe('a server is trusted', () => {
  test('by the fingerprint of its certificate', async () => {
    const server = await serve();
    const answer = await transportTo(server.url, pinned(server)).send(GET);
    expect(answer).toMatchObject({ status: 200, body: '{"fine":true}' });
    expect(answer.headers['content-type']).toBe('application/json');
    expect(server.asked[0]).toMatchObject({ method: 'GET', url: '/api/v1/thing?a=1' });
  });

  test.each([
    ['without colons, in lower case', (text: string) => text.replaceAll(':', '').toLowerCase()],
    ['as openssl prints it', (text: string) => `sha256 Fingerprint=${text}`],
  ])('by its fingerprint %s', async (_how, write) => {
    const server = await serve();
    const trust = { kind: 'fingerprint', sha256: write(server.fingerprint) } as const;
    expect((await transportTo(server.url, trust).send(GET)).status).toBe(200);
  });

  test('by the authority that a file names', async () => {
    const server = await serve();
    const trust = { kind: 'ca', pem: server.certificate.pem } as const;
    expect((await transportTo(server.url, trust).send(GET)).status).toBe(200);
  });
});

describe('a server is not trusted, and gets not a byte of the request', () => {
  test('when its certificate has changed: both fingerprints are shown', async () => {
    const [server, before] = [await serve(), await serve()];
    const error = await failureOf(transportTo(server.url, pinned(before)).send(POST));
    expect(error).toBeInstanceOf(VeeamCertificateError);
    expect(error).toMatchObject({ expected: before.fingerprint, found: server.fingerprint });
    expect((error as Error).message).toContain(before.fingerprint);
    expect((error as Error).message).toContain(server.fingerprint);
    await waitFor(() => server.open === 0, { what: 'the connection to end', everyMs: 10 });
    expect(server.bytesRead).toBeGreaterThan(0);
    expect(server.bytesRead).toBeLessThan(HANDSHAKE_BYTES);
    expect(server.asked).toEqual([]);
  });

  test('when no known authority has signed its certificate: its fingerprint is shown', async () => {
    const server = await serve();
    const error = await failureOf(transportTo(server.url, { kind: 'system' }).send(POST));
    expect(error).toBeInstanceOf(VeeamCertificateError);
    expect(error).toMatchObject({ expected: undefined, found: server.fingerprint });
    expect((error as Error).message).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT/);
    await waitFor(() => server.open === 0, { what: 'the connection to end', everyMs: 10 });
    expect(server.bytesRead).toBeLessThan(HANDSHAKE_BYTES);
    expect(server.asked).toEqual([]);
  });

  test('when another authority than the one in the file has signed it', async () => {
    const [server, other] = [await serve(), await serve()];
    const trust = { kind: 'ca', pem: other.certificate.pem } as const;
    expect(await failureOf(transportTo(server.url, trust).send(GET))).toBeInstanceOf(VeeamCertificateError);
    expect(server.asked).toEqual([]);
  });

  test('when the certificate is for another address', async () => {
    const server = await serve();
    const trust = { kind: 'ca', pem: server.certificate.pem } as const;
    const error = await failureOf(transportTo(`https://127.0.0.2:${server.port}`, trust).send(GET));
    expect(error).toBeInstanceOf(VeeamCertificateError);
    expect((error as Error).message).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/);
    expect(server.asked).toEqual([]);
  });
});

describe('what cannot be an address or a fingerprint is refused at once', () => {
  const trust: Trust = { kind: 'system' };

  test.each(['http://vbr:9419', 'vbr:9419', 'https://vbr:9419/api', 'https://vbr/?a=1', ''])('%j', (url) => {
    expect(() => createHttpsTransport({ url, trust, timeoutMs: 1 })).toThrow(VeeamError);
  });

  test('a password in the address is not repeated', () => {
    const url = 'https://admin:Sesame1@vbr:9419';
    expect(() => createHttpsTransport({ url, trust, timeoutMs: 1 })).toThrow(/https:\/\/…@vbr:9419/);
    expect(() => createHttpsTransport({ url, trust, timeoutMs: 1 })).not.toThrow(/Sesame1/);
  });

  test.each(['', 'abc', 'AA:BB', `${'a'.repeat(63)}g`, 'a'.repeat(40)])('the fingerprint %j', (sha256) => {
    const options = {
      url: 'https://vbr:9419',
      trust: { kind: 'fingerprint', sha256 },
      timeoutMs: 1,
    } as const;
    expect(() => createHttpsTransport(options)).toThrow(/64 hex digits/);
  });
});

describe('there is an end to', () => {
  test('an answer: 16 MiB are read, one byte more is not', async () => {
    const limit = 16 * 2 ** 20;
    const server = await serve(({ path }) => ({
      body: Buffer.alloc(path === '/more' ? limit + 1 : limit, 'x'),
    }));
    const transport = transportTo(server.url, pinned(server));
    expect((await transport.send(GET)).bytes.length).toBe(limit);
    const error = await failureOf(transport.send({ ...GET, path: '/more' }));
    expect(error).toBeInstanceOf(VeeamConnectionError);
    expect(error).toMatchObject({ code: 'ANSWER_TOO_LONG', sent: true });
  });

  test('patience with a server that takes the request and says nothing', async () => {
    const server = await serve(({ path }) => (path === '/mute' ? 'silence' : {}));
    const transport = transportTo(server.url, pinned(server));
    await transport.send(GET);
    const error = await failureOf(transport.send({ ...GET, path: '/mute', timeoutMs: 300 }));
    expect(error).toBeInstanceOf(VeeamConnectionError);
    expect(error).toMatchObject({ code: 'TIMEOUT', sent: true, method: 'GET', path: '/mute' });
    await waitFor(() => server.open === 0, { what: 'the connection to end', everyMs: 10 });
  });

  test('patience with a server that never finishes the handshake: nothing was sent', async () => {
    const mute = createServer(() => undefined).listen(0);
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    owned.push({
      [Symbol.asyncDispose]: async () => {
        mute.close();
      },
    });
    const transport = transportTo(`https://127.0.0.1:${port}`, { kind: 'system' }, 300);
    const error = await failureOf(transport.send(POST));
    expect(error).toBeInstanceOf(VeeamConnectionError);
    expect(error).toMatchObject({ sent: false });
    transport.close();
  });

  test('a request that nobody waits for', async () => {
    const server = await serve(() => 'silence');
    const controller = new AbortController();
    const sending = transportTo(server.url, pinned(server)).send({ ...POST, signal: controller.signal });
    const failure = failureOf(sending);
    await waitFor(() => server.asked.length === 1, { what: 'the request', everyMs: 10 });
    controller.abort();
    expect(await failure).toMatchObject({ code: 'ABORTED', sent: true });
    await waitFor(() => server.open === 0, { what: 'the connection to end', everyMs: 10 });
  });

  test('everything, when it is closed', async () => {
    const server = await serve(({ path }) => (path === '/slow' ? 'silence' : { body: '' }));
    const transport = transportTo(server.url, pinned(server));
    await transport.send(GET);
    const failure = failureOf(transport.send({ ...GET, path: '/slow' }));
    await waitFor(() => server.asked.length === 2, { what: 'the request', everyMs: 10 });
    transport.close();
    expect(await failure).toMatchObject({ code: 'ABORTED' });
    await waitFor(() => server.open === 0, { what: 'every connection to end', everyMs: 10 });
    expect(await failureOf(transport.send(GET))).toMatchObject({ code: 'ABORTED' });
  });
});

describe('the connection', () => {
  test('is kept for the next GET, and is not used for what must not be sent twice', async () => {
    const server = await serve();
    const transport = transportTo(server.url, pinned(server));
    await transport.send(GET);
    await transport.send(GET);
    expect(server.connections).toBe(1);
    await transport.send(POST);
    expect(server.connections).toBe(2);
    expect(server.asked[2]).toMatchObject({ method: 'POST', body: POST.body });
    await waitFor(() => server.bytesRead > POST.body.length, {
      what: 'the bytes to be counted',
      everyMs: 10,
    });
  });

  test('that breaks in the middle of the answer is an error', async () => {
    const server = await serve(() => 'cut');
    const error = await failureOf(transportTo(server.url, pinned(server)).send(GET));
    expect(error).toBeInstanceOf(VeeamConnectionError);
    expect(error).toMatchObject({ sent: true, code: 'ECONNRESET' });
  });

  test('that cannot be made is an error, and nothing was sent', async () => {
    const server = await serve();
    await server[Symbol.asyncDispose]();
    owned.length = 0;
    const error = await failureOf(transportTo(server.url, { kind: 'system' }).send(POST));
    expect(error).toMatchObject({ sent: false, code: 'ECONNREFUSED' });
    expect((error as Error).message).toMatch(/nothing listens there/);
  });
});
