// The section of the other gateways: what becomes of its keys, and what is refused.
import { expect, test } from 'vitest';
import { workerShare } from '../../../src/serve/worker-share.ts';
import { CREDENTIALS, configOf, load, MINIMAL, problemsOf } from './fixture.ts';

const SECRET = 'secret: "0123456789abcdef0123456789abcdef"';
const LISTEN = 'listen: { host: 192.0.2.11, port: 8082 }';
const GATEWAYS = 'gateways: ["192.0.2.11:8082", "192.0.2.12:8082"]';
const withSection = (keys: string) => `peers: { ${keys} }\n${MINIMAL}`;

test('without the section a gateway is alone', () => {
  expect(configOf(MINIMAL)).not.toHaveProperty('peers');
});

test('every key', () => {
  const keys = `${LISTEN}, gateways: ["192.0.2.12:8082", "[2001:db8::12]:1", "Gateway-3.example.com:65535"], secret: { file: peers.secret }`;
  const disk = { '/etc/gateway/peers.secret': `${'s'.repeat(32)}\n` };
  const { peers } = configOf(withSection(keys), { disk });
  expect(peers).toMatchObject({
    listen: { host: '192.0.2.11', port: 8082 },
    gateways: [
      { host: '192.0.2.12', port: 8082 },
      { host: '2001:db8::12', port: 1 },
      { host: 'gateway-3.example.com', port: 65_535 },
    ],
  });
  expect(peers?.secret.reveal()).toBe('s'.repeat(32));
});

test.each([
  ['no secret', `${LISTEN}, ${GATEWAYS}`, 'peers.secret', 'found nothing'],
  ['a short secret', `${LISTEN}, ${GATEWAYS}, secret: short`, 'peers.secret', 'at least 32 characters'],
  ['no other gateway', `${LISTEN}, gateways: [], ${SECRET}`, 'peers.gateways', ''],
  ['a URL', `${LISTEN}, gateways: ["http://a:1"], ${SECRET}`, 'peers.gateways[0]', 'expected HOST:PORT'],
  ['no port', `${LISTEN}, gateways: [192.0.2.12], ${SECRET}`, 'peers.gateways[0]', 'expected HOST:PORT'],
  [
    'a port beyond 65535',
    `${LISTEN}, gateways: ["a:65536"], ${SECRET}`,
    'peers.gateways[0]',
    'expected HOST:PORT',
  ],
  [
    'a gateway twice',
    `${LISTEN}, gateways: ["a:1", "A:1"], ${SECRET}`,
    'peers.gateways[1]',
    'found one again',
  ],
  [
    'a port that is free to choose',
    `listen: { host: a, port: 0 }, ${GATEWAYS}, ${SECRET}`,
    'peers.listen.port',
    '',
  ],
])('%s is refused', (_what, keys, path, message) => {
  expect(problemsOf(withSection(keys))).toEqual([
    expect.objectContaining({ path, message: expect.stringContaining(message) }),
  ]);
});

test('it listens at an address of its own', () => {
  const listeners = 'listeners: { s3: [{ host: 192.0.2.11, port: 8082 }] }';
  expect(problemsOf(`${listeners}\n${withSection(`${LISTEN}, ${GATEWAYS}, ${SECRET}`)}`)).toEqual([
    expect.objectContaining({
      path: 'peers.listen',
      message: expect.stringContaining('192.0.2.11:8082 again'),
    }),
  ]);
});

test('for an embedded store alone it has no use', () => {
  const text = `peers: { ${LISTEN}, ${GATEWAYS}, ${SECRET} }\nbackends: [{ name: own, kind: embedded, dataDirectory: data }]\n${CREDENTIALS}\n`;
  expect(load(text).warnings.map(({ path }) => path)).toContain('peers');
});

test('a worker does not know the secret', () => {
  expect(workerShare(configOf(withSection(`${LISTEN}, ${GATEWAYS}, ${SECRET}`)), 2)).not.toHaveProperty(
    'peers',
  );
});
