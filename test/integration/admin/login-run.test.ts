// A gateway with tokens as it runs: over TLS on its own address, with health beside it, and what a careless config is told.

import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { get, request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeToken } from '../../../src/cli/token.ts';
import { type Certificate, makeCertificate } from '../../support/certificate.ts';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { waitFor } from '../../support/wait.ts';
import { ran, scratch } from '../../unit/cli/cli-fixture.ts';

const ANN = makeToken({ name: 'ann', role: 'operator' }, randomBytes);
const WATCH = makeToken({ name: 'watch' }, randomBytes);
const tokens = [ANN, WATCH].map(({ name, role, hash }) => ({ name, role, hash }));

let store: EmbeddedStore;
let directory: Awaited<ReturnType<typeof scratch>>;
let certificate: Certificate;
beforeAll(async () => {
  directory = await scratch();
  store = await EmbeddedStore.start({ dataDirectory: join(directory.path, 'store') });
  certificate = await makeCertificate();
});
afterAll(async () => {
  await store?.[Symbol.asyncDispose]();
  await certificate?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

interface Place {
  readonly port: number;
}

function placeOf(gateway: GatewayProcess, listener: 'admin' | 'health'): Promise<Place> {
  return waitFor(
    () => {
      const line = gateway.logs().find((each) => each.msg === 'listening' && each['listener'] === listener);
      return line !== undefined && { port: Number(line['port']) };
    },
    { what: `the listener ${listener}` },
  );
}

interface Answer {
  readonly status: number | undefined;
  readonly cookie: string | undefined;
  readonly text: string;
}

/** Over TLS, with the test's certificate trusted. */
function ask({ port }: Place, path: string, headers: Readonly<Record<string, string>> = {}, body?: object) {
  const options = { host: '127.0.0.1', port, path, ca: certificate.pem, agent: false, headers };
  return new Promise<Answer>((resolve, reject) => {
    const sent = (body === undefined ? get : request)(
      { ...options, method: body === undefined ? 'GET' : 'POST' },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        answer.once('end', () =>
          resolve({ status: answer.statusCode, cookie: answer.headers['set-cookie']?.[0], text }),
        );
      },
    );
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe.each([1, 2])('with %i workers', (workers) => {
  let gateway: GatewayProcess;
  let admin: Place;
  let health: Place;
  beforeAll(async () => {
    gateway = await GatewayProcess.start({
      store: asRunningStore(store),
      config: {
        workers,
        listeners: {
          s3: [{ host: '127.0.0.1', port: 0 }],
          admin: {
            host: '0.0.0.0',
            port: 0,
            tls: { cert: certificate.certFile, key: certificate.keyFile },
          },
          health: { host: '127.0.0.1', port: 0, metrics: true },
        },
        admin: { tokens },
      },
    });
    [admin, health] = [await placeOf(gateway, 'admin'), await placeOf(gateway, 'health')];
  });
  afterAll(async () => await gateway?.stop());

  test('a token reads, nobody does not, and a session is for HTTPS alone', async () => {
    expect((await ask(admin, '/api/capacity')).status).toBe(401);
    const authorization = `Bearer ${WATCH.token}`;
    expect((await ask(admin, '/api/capacity', { authorization })).status).toBe(200);
    expect((await ask(admin, '/metrics', { authorization })).text).toContain('sosapi_gateway_');
    const headers = { 'x-sosapi-admin': '1', 'content-type': 'application/json' };
    const begun = await ask(admin, '/api/session', headers, { token: ANN.token });
    expect(begun.cookie).toMatch(
      /^__Host-sosapi-admin=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    const [cookie = ''] = (begun.cookie ?? '').split(';');
    expect((await ask(admin, '/api/capacity', { cookie })).status).toBe(200);
    expect(JSON.parse((await ask(admin, '/api/session', { cookie })).text)).toEqual({
      login: 'done',
      name: 'ann',
      role: 'operator',
    });
  });

  test('health is plain, tells metrics and no store, and nothing else', async () => {
    const url = `http://127.0.0.1:${health.port}`;
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    const ready = await waitFor(
      async () => {
        const answer = await fetch(`${url}/readyz`);
        return answer.status === 200 && answer;
      },
      { what: 'it to be ready' },
    );
    expect(await ready.json()).toEqual({ ready: true });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('sosapi_gateway_');
    for (const path of ['/', '/api/capacity', '/docs/', '/api/session', '/api/live']) {
      expect((await fetch(`${url}${path}`)).status, path).toBe(404);
    }
    const authorization = `Bearer ${ANN.token}`;
    expect(await (await fetch(`${url}/readyz`, { headers: { authorization } })).json()).toEqual({
      ready: true,
    });
    expect((await fetch(`${url}/healthz`, { method: 'POST' })).status).toBe(405);
  });

  test('the command asks over TLS, with a certificate that it is told to trust', async () => {
    await using directory = await scratch();
    const env = { SOSAPI_ADMIN_TOKEN: WATCH.token };
    const args = ['capacity', '--admin', `https://localhost:${admin.port}`];
    const trusting = { ...env, NODE_EXTRA_CA_CERTS: certificate.certFile };
    expect(await ran(args, directory.path, trusting)).toMatchObject({ code: 0, err: '' });
    const { code, err } = await ran(args, directory.path, env);
    expect([code, err]).toEqual([1, expect.stringMatching(/^sosapi-gateway: [^\n]*self-signed[^\n]*\n$/)]);
  });

  test('a reload with other tokens: the old one is nobody then, and its session over', async () => {
    const authorization = `Bearer ${WATCH.token}`;
    const next = makeToken({ name: 'next' }, randomBytes);
    const written = await readFile(gateway.configFile, 'utf8');
    expect(written).toContain(WATCH.hash);
    await writeFile(gateway.configFile, written.replace(WATCH.hash, next.hash));
    gateway.signal('SIGHUP');
    await waitFor(async () => (await ask(admin, '/api/capacity', { authorization })).status === 401, {
      what: 'the token to be gone',
    });
    const other = { authorization: `Bearer ${next.token}` };
    expect((await ask(admin, '/api/capacity', other)).status).toBe(200);
  });

  test('neither a token nor its hash is in the log', () => {
    const output = gateway.output();
    for (const { token, hash } of [ANN, WATCH]) {
      expect(output).not.toContain(token.slice(4));
      expect(output).not.toContain(hash.slice(7));
    }
  });
});

describe('a careless config', () => {
  const written = (listeners: string, more: string) => `listeners: { ${listeners} }
${more}
backends: [{ name: local, kind: embedded, dataDirectory: store }]
credentials: [{ accessKeyId: VEEAMKEY, secretAccessKey: a-long-secret, access: read-write }]
`;

  test.each([
    [
      'an address of the network',
      written('admin: { host: 0.0.0.0, port: 0 }', ''),
      /^gateway\.yaml:1 listeners\.admin\.host: expected tls and a token under admin\.tokens for an admin listener that is not on a loopback address, found none: add it, or listen on 127\.0\.0\.1/m,
    ],
    [
      'a token in place of its hash',
      written(
        'admin: { host: 127.0.0.1, port: 0 }',
        `admin: { tokens: [{ name: ann, role: operator, hash: "${ANN.token}" }] }`,
      ),
      /^gateway\.yaml:2 admin\.tokens\[0\]\.hash: expected the hash of a token, found the token itself: /m,
    ],
  ])('%s: one sentence, and no start', async (_what, text, message) => {
    await using directory = await scratch();
    await writeFile(join(directory.path, 'gateway.yaml'), text, { mode: 0o600 });
    const { code, out, err } = await ran(['serve', '--config', 'gateway.yaml'], directory.path);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n').length).toBe(1);
    expect(err).not.toContain(ANN.token.slice(4));
  });
});
