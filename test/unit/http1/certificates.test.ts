// One TLS server with certificates for several names, and others put in their place while it serves: real handshakes.
import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Exchange } from '../../../src/http1/exchange.ts';
import type { ServerTlsOptions } from '../../../src/http1/server-certificates.ts';
import { type Authority, createAuthority, type Issued } from '../../support/certificate-authority.ts';
import { run } from '../../support/owned-process.ts';
import { answerText, type RunningServer, startServer, TestClient } from './wire-fixture.ts';

const KEYS = randomBytes(48);
const MIB = 1024 * 1024;
const LENGTH = 64 * MIB;
const REQUEST = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';

let authority: Authority;
let first: Issued;
let exact: Issued;
let wildcard: Issued;
beforeAll(async () => {
  authority = await createAuthority();
  first = await authority.issue({ names: ['first.example', 'vip.cloud.example', '127.0.0.1', '::1'] });
  exact = await authority.issue({ names: ['s3.example'] });
  wildcard = await authority.issue({ names: ['*.cloud.example', '*.s3.example'] });
});

type Certificates = ServerTlsOptions['certificates'];

const named = ({ chain, key }: Issued, ...names: readonly string[]) => ({ cert: chain, key, names });
const tlsWith = (certificates: Certificates, more: Partial<ServerTlsOptions> = {}): ServerTlsOptions => ({
  minVersion: 'TLSv1.2',
  certificates,
  ticketKeys: KEYS,
  ...more,
});
const all = (): ServerTlsOptions =>
  tlsWith([
    named(first, 'first.example', 'vip.cloud.example'),
    named(exact, 's3.example'),
    named(wildcard, '*.cloud.example', '*.s3.example'),
  ]);
const alone = (issued: Issued): ServerTlsOptions => tlsWith([named(issued)]);

/** Verified against the authority. */
async function connected(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = tls.connect({ host: '127.0.0.1', port, ca: authority.ca, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

async function presented(port: number, options: ConnectionOptions): Promise<string> {
  const socket = await connected(port, { ...options, checkServerIdentity: () => undefined });
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** Asks once and reads an answer of LENGTH; `onFirst` is called when the first of it has come. */
async function bodyHash(socket: TLSSocket, onFirst: () => void): Promise<string> {
  const hash = createHash('sha256');
  let head: Buffer | undefined = Buffer.alloc(0);
  let taken = 0;
  await new Promise<void>((resolve, reject) => {
    const ended = () => reject(new Error(`cut off after ${taken} bytes`));
    const take = (bytes: Buffer): void => {
      let body = bytes;
      if (head !== undefined) {
        head = Buffer.concat([head, bytes]);
        const end = head.indexOf('\r\n\r\n');
        if (end === -1) return;
        body = head.subarray(end + 4);
        head = undefined;
        onFirst();
      }
      hash.update(body);
      taken += body.length;
      if (taken < LENGTH) return;
      socket.off('data', take).off('close', ended);
      resolve();
    };
    socket.on('data', take).on('close', ended);
    socket.write(REQUEST);
  });
  return hash.digest('hex');
}

const fingerprintOf = ({ cert }: Issued): string => new X509Certificate(cert).fingerprint256;
const hello = (exchange: Exchange): void => answerText(exchange, 'hello');

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('who asks by %s', (version) => {
  test.each<[name: string, servername: string, expected: () => Issued]>([
    ['no name', '', () => first],
    ['a name of the first', 'first.example', () => first],
    ['a name of another', 's3.example', () => exact],
    ['a name of another in capitals', 'S3.Example', () => exact],
    ['a name that a wildcard is for', 'a.cloud.example', () => wildcard],
    ['a name of the first that the wildcard of another is for, too', 'vip.cloud.example', () => first],
    ['a name below one that a wildcard is for', 'a.b.cloud.example', () => first],
    ['what the wildcard itself stands under', 'cloud.example', () => first],
    ['a bucket of a name', 'bucket.s3.example', () => wildcard],
    ['a name of none', 'unknown.example', () => first],
  ])('%s gets the right certificate', async (_name, servername, expected) => {
    await using running = await startServer(hello, { tls: all() });
    const only = { minVersion: version, maxVersion: version };
    expect(await presented(running.port, { servername, ...only })).toBe(fingerprintOf(expected()));
  });
});

test('clients that verify take it for its names and its addresses, over IPv6 too', async () => {
  await using running = await startServer(hello, { tls: all(), address: { host: '::', port: 0 } });
  for (const servername of ['first.example', 's3.example', 'x.cloud.example', 'bucket.s3.example']) {
    (await connected(running.port, { servername })).destroy();
  }
  // Without a name it is verified for the address.
  (await connected(running.port)).destroy();
  (await connected(running.port, { host: '::1' })).destroy();
  await expect(connected(running.port, { servername: 'b.a.cloud.example' })).rejects.toThrow(
    /does not match certificate's altnames/,
  );
});

test('openssl s_client gets them with their chain', async () => {
  const between = await authority.intermediate();
  const chained = await between.issue({ names: ['chained.example'] });
  await using running = await startServer(hello, {
    tls: tlsWith([named(first), named(chained, 'chained.example')]),
  });
  const shown = async (...more: readonly string[]): Promise<string> =>
    await run('openssl', ['s_client', '-showcerts', '-connect', `127.0.0.1:${running.port}`, ...more]);
  const pems = (text: string) =>
    (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(asText);
  const asText = (pem: string) => new X509Certificate(pem).fingerprint256;
  expect(pems(await shown('-servername', 'chained.example'))).toEqual(
    [chained.cert, between.cert].map(asText),
  );
  expect(pems(await shown('-noservername'))).toEqual([asText(first.cert)]);
  expect(pems(await shown('-servername', '::1'))).toEqual([asText(first.cert)]);
});

test('the oldest version holds for every name', async () => {
  await using running = await startServer(hello, {
    tls: tlsWith([named(first), named(exact, 's3.example')], { minVersion: 'TLSv1.3' }),
  });
  for (const servername of ['first.example', 's3.example']) {
    await expect(connected(running.port, { servername, maxVersion: 'TLSv1.2' })).rejects.toThrow(/version/i);
    (await connected(running.port, { servername })).destroy();
  }
});

describe('replaced while it serves', () => {
  test('new handshakes get the new ones, also for names that were not there before', async () => {
    await using running = await startServer(hello, { tls: alone(first) });
    const { port, server } = running;
    expect(await presented(port, { servername: 's3.example' })).toBe(fingerprintOf(first));
    server.replaceTls(all());
    expect(await presented(port, { servername: 's3.example' })).toBe(fingerprintOf(exact));
    server.replaceTls(tlsWith([named(wildcard), named(first, 's3.example')]));
    expect(await presented(port, { servername: 's3.example' })).toBe(fingerprintOf(first));
    expect(await presented(port, { servername: '' })).toBe(fingerprintOf(wildcard));
  });

  test('what OpenSSL refuses changes nothing', async () => {
    await using running = await startServer(hello, { tls: all() });
    const { port, server } = running;
    const broken = { ...named(exact, 'new.example'), key: first.key };
    expect(() => server.replaceTls(tlsWith([broken]))).toThrow(/key values mismatch/);
    expect(() => server.replaceTls(tlsWith([named(exact), broken]))).toThrow(/key values mismatch/);
    expect(await presented(port, { servername: '' })).toBe(fingerprintOf(first));
    expect(await presented(port, { servername: 's3.example' })).toBe(fingerprintOf(exact));
  });

  test('a server without TLS has none to replace', async () => {
    await using running = await startServer(hello);
    expect(() => running.server.replaceTls(all())).toThrow('a plain HTTP server has no certificates');
  });

  test('a transfer under way goes on to its last byte, and its connection serves the next request', async () => {
    const replaced = Promise.withResolvers<void>();
    const piece = randomBytes(MIB);
    await using running = await startServer(
      (exchange) => {
        const length = 64 * MIB;
        const sink = exchange.answer({
          status: 200,
          reason: 'OK',
          fields: '',
          framing: { kind: 'length', length },
        });
        const send = async (): Promise<void> => {
          for (let sent = 0; sent < length; sent += MIB) {
            if (sent === 8 * MIB) await replaced.promise;
            sink.write(piece);
            if (!sink.idle) await new Promise<void>((resolve) => sink.whenIdle(resolve));
          }
          sink.end();
        };
        void send();
      },
      { tls: all() },
    );
    const whole = createHash('sha256');
    for (let sent = 0; sent < LENGTH; sent += MIB) whole.update(piece);
    const expected = whole.digest('hex');
    const socket = await connected(running.port, { servername: 's3.example' });
    expect(
      await bodyHash(socket, () => {
        running.server.replaceTls(alone(wildcard));
        replaced.resolve();
      }),
    ).toBe(expected);
    expect(await presented(running.port, { servername: 's3.example' })).toBe(fingerprintOf(wildcard));
    expect(await bodyHash(socket, () => {})).toBe(expected);
    expect(socket.getPeerCertificate().fingerprint256).toBe(fingerprintOf(exact));
    expect(socket.destroyed).toBe(false);
    socket.destroy();
  });

  test('every few milliseconds: of a thousand handshakes none fails', async () => {
    const sets = [
      all(),
      tlsWith([named(exact), named(first, 's3.example'), named(wildcard, '*.s3.example')]),
    ];
    await using running = await startServer(hello, { tls: all() });
    let replacements = 0;
    const timer = setInterval(() => running.server.replaceTls(sets[replacements++ % 2] ?? all()), 3);
    const seen = new Set<string>();
    let handshakes = 0;
    try {
      const clients = Array.from({ length: 8 }, async (_, client) => {
        const servername = ['', 'first.example', 's3.example', 'b.s3.example'][client % 4] ?? '';
        for (; handshakes < 1000; ) {
          handshakes++;
          const socket = await connected(running.port, { servername, checkServerIdentity: () => undefined });
          seen.add(socket.getPeerCertificate().fingerprint256);
          await using answered = new TestClient(socket);
          answered.send(REQUEST);
          await answered.until('hello');
        }
      });
      await Promise.all(clients);
    } finally {
      clearInterval(timer);
    }
    expect(handshakes).toBeGreaterThanOrEqual(1000);
    expect(replacements).toBeGreaterThan(10);
    expect(seen.size).toBe(3);
  });
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a session of %s', (version) => {
  const only = { minVersion: version, maxVersion: version } as const;

  async function ticketOf({ port }: RunningServer, options: ConnectionOptions): Promise<Buffer> {
    const socket = tls.connect({ host: '127.0.0.1', port, ca: authority.ca, ...options, ...only });
    // Of TLS 1.2 it comes with the handshake, of 1.3 after it.
    const [ticket] = (await once(socket, 'session')) as [Buffer];
    socket.destroy();
    return ticket;
  }

  async function isResumed({ port }: RunningServer, session: Buffer, options: ConnectionOptions) {
    const socket = await connected(port, { ...options, ...only, session });
    const resumed = socket.isSessionReused();
    await using client = new TestClient(socket);
    client.send(REQUEST);
    await client.until('hello');
    return resumed;
  }

  test.each(['first.example', 's3.example', 'x.cloud.example'])(
    'is resumed for %s, after its certificate was replaced and at another server',
    async (servername) => {
      await using running = await startServer(hello, { tls: all() });
      await using other = await startServer(hello, { tls: all() });
      const ticket = await ticketOf(running, { servername });
      expect(await isResumed(running, ticket, { servername })).toBe(true);
      expect(await isResumed(other, ticket, { servername })).toBe(true);
      const renewed = await Promise.all(
        [first, exact, wildcard].map((_, index) =>
          authority.issue({ names: [['first.example'], ['s3.example'], ['*.cloud.example']][index] ?? [] }),
        ),
      );
      const [a = first, b = exact, c = wildcard] = renewed;
      running.server.replaceTls(
        tlsWith([named(a, 'first.example'), named(b, 's3.example'), named(c, '*.cloud.example')]),
      );
      expect(await isResumed(running, ticket, { servername })).toBe(true);
    },
  );

  test('is begun anew, and well, where the server has other keys for tickets', async () => {
    await using running = await startServer(hello, { tls: all() });
    await using other = await startServer(hello, { tls: { ...all(), ticketKeys: randomBytes(48) } });
    const servername = 's3.example';
    expect(await isResumed(other, await ticketOf(running, { servername }), { servername })).toBe(false);
  });
});
