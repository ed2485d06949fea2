// The section of the Veeam servers: what becomes of its keys, and what is refused.
import { expect, test } from 'vitest';
import { workerShare } from '../../../src/serve/worker-share.ts';
import { configOf, MINIMAL, pem, problemsOf } from './fixture.ts';

const PRINT = Array.from({ length: 32 }, (_, index) => (index + 160).toString(16).toUpperCase()).join(':');
const SERVER = 'url: "https://vbr.example.com:9419/", user: CORP\\backup, password: a-secret';
const withSection = (keys: string) => `veeam: { ${keys} }\n${MINIMAL}`;

test('without the section no server is asked', () => {
  expect(configOf(MINIMAL)).not.toHaveProperty('veeam');
});

test('defaults', () => {
  const { veeam } = configOf(withSection(SERVER));
  expect(veeam).toEqual({
    url: 'https://vbr.example.com:9419',
    user: 'CORP\\backup',
    password: expect.anything(),
    trust: { kind: 'system' },
    everyMs: 300_000,
    timeoutMs: 30_000,
    warnAbovePercent: 5,
  });
  expect(veeam?.password.reveal()).toBe('a-secret');
});

test('every key', () => {
  const keys = `${SERVER}, fingerprint: "${PRINT}", revision: 1.3-rev2, endpoint: "https://s3.example.com:8443", every: 90s, timeout: 5s, warnAbove: 2, one: { url: "https://one:1239", user: reader, password: { file: one.password }, ca: ca.crt }`;
  const disk = { '/etc/gateway/one.password': 'another\n', '/etc/gateway/ca.crt': pem('gateway.crt') };
  const { veeam } = configOf(withSection(keys), { disk });
  expect(veeam).toMatchObject({
    trust: { kind: 'fingerprint', sha256: PRINT.replaceAll(':', '').toLowerCase() },
    revision: '1.3-rev2',
    endpoint: { protocol: 'https', host: 's3.example.com', port: 8443 },
    everyMs: 90_000,
    timeoutMs: 5_000,
    warnAbovePercent: 2,
    one: { url: 'https://one:1239', user: 'reader', trust: { kind: 'ca', pem: pem('gateway.crt') } },
  });
  expect(veeam?.one?.password.reveal()).toBe('another');
});

test.each([
  ['a password over plain HTTP', SERVER.replace('https', 'http'), 'veeam.url', 'expected an https URL'],
  ['a path', SERVER.replace('9419/', '9419/api'), 'veeam.url', 'without path'],
  ['half a fingerprint', `${SERVER}, fingerprint: "AA:BB"`, 'veeam.fingerprint', '64 hexadecimal digits'],
  ['no user', 'url: "https://vbr", password: a-secret', 'veeam.user', 'found nothing'],
  ['another word for a revision', `${SERVER}, revision: latest`, 'veeam.revision', 'such as 1.3-rev0'],
])('%s is refused', (_what, keys, path, message) => {
  expect(problemsOf(withSection(keys))).toEqual([
    expect.objectContaining({ path, message: expect.stringContaining(message) }),
  ]);
});

test.each([
  ['veeam', `${SERVER}, fingerprint: "${PRINT}", ca: ca.crt`],
  ['veeam.one', `${SERVER}, one: { ${SERVER}, fingerprint: "${PRINT}", ca: ca.crt }`],
])('%s trusts in one way only', (path, keys) => {
  const disk = { '/etc/gateway/ca.crt': pem('gateway.crt') };
  expect(problemsOf(withSection(keys), { disk })).toEqual([
    expect.objectContaining({
      path: `${path}.fingerprint`,
      message: 'expected either fingerprint or ca, found both',
    }),
  ]);
});

test('a worker hears nothing of it', () => {
  expect(workerShare(configOf(withSection(SERVER)), 2)).not.toHaveProperty('veeam');
});
