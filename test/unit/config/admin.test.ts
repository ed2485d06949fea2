// The sections of the admin and health listeners and of logins: what becomes of their keys, and what is refused without showing it.
import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { makeToken } from '../../../src/cli/token.ts';
import { workerShare } from '../../../src/serve/worker-share.ts';
import { configOf, load, MINIMAL, pem, problemsOf } from './fixture.ts';

const token = (name: string, role = 'operator') => makeToken({ name, role }, randomBytes);
const ANN = token('ann');
const asYaml = ({ name, role, hash }: Pick<typeof ANN, 'name' | 'role' | 'hash'>) =>
  `{ name: ${name}, role: ${role}, hash: "${hash}" }`;
const withTokens = (...tokens: readonly (typeof ANN)[]) =>
  `admin: { tokens: [${tokens.map(asYaml).join(', ')}] }\n`;
const TLS = 'tls: { cert: gateway.crt, key: gateway.key }';
const disk = {
  '/etc/gateway/gateway.crt': pem('gateway.crt'),
  '/etc/gateway/gateway.key': pem('gateway.key'),
};

test('without the sections: on the loopback, no logins, no health listener', () => {
  const { listeners, admin } = configOf(MINIMAL);
  expect(listeners.admin).toEqual({ host: '127.0.0.1', port: 8081 });
  expect(listeners).not.toHaveProperty('health');
  expect(admin).toEqual({ tokens: [], publicMetrics: false, hostNames: [] });
});

test('every key', () => {
  const text = `listeners: { admin: { host: 0.0.0.0, port: 1, ${TLS} }, health: { host: "::", port: 2, metrics: true } }
admin: { tokens: [${asYaml(ANN)}], publicMetrics: true, hostNames: [Gateway.example.com] }
${MINIMAL}`;
  const config = configOf(text, { disk });
  expect(config.listeners.admin).toMatchObject({ host: '0.0.0.0', tls: { cert: pem('gateway.crt') } });
  expect(config.listeners.health).toEqual({ host: '::', port: 2, metrics: true });
  expect(config.admin).toMatchObject({ publicMetrics: true, hostNames: ['gateway.example.com'] });
  const [first] = config.admin.tokens;
  expect(first).toMatchObject({ name: 'ann', role: 'operator' });
  expect(first?.hash.reveal()).toBe(createHash('sha256').update(ANN.token).digest('hex'));
  expect(inspect(config.admin, { depth: 9 })).not.toContain(first?.hash.reveal());
});

test('a hash may be read by everyone: no warning', () => {
  expect(load(`${withTokens(ANN)}${MINIMAL}`).warnings).toEqual([]);
});

test.each([
  ['0.0.0.0', '', /^expected tls and a token under admin\.tokens for an admin listener/],
  ['"::"', '', /^expected tls and a token/],
  [
    '192.0.2.1',
    withTokens(ANN),
    /^expected tls for an admin listener.* or listen on 127\.0\.0\.1; listeners\.health/,
  ],
  ['gateway.example.com', withTokens(ANN), /^expected tls for/],
  ['127.0.0.1.example.com', withTokens(ANN), /^expected tls for/],
])('an admin listener on %s is refused without what it needs', (host, tokens, message) => {
  expect(problemsOf(`listeners: { admin: { host: ${host}, port: 1 } }\n${tokens}${MINIMAL}`)).toEqual([
    expect.objectContaining({ path: 'listeners.admin.host', message: expect.stringMatching(message) }),
  ]);
});

test('with TLS alone it is refused too', () => {
  const text = `listeners: { admin: { host: 0.0.0.0, port: 1, ${TLS} } }\n${MINIMAL}`;
  expect(problemsOf(text, { disk })).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/^expected a token under admin\.tokens for/) }),
  ]);
});

test.each(['127.0.0.1', '127.0.0.53', '"::1"', 'localhost'])('%s needs nothing', (host) => {
  expect(configOf(`listeners: { admin: { host: ${host}, port: 1 } }\n${MINIMAL}`).admin.tokens).toEqual([]);
});

test('a health listener needs nothing anywhere, but an address of its own', () => {
  const text = `listeners: { admin: { host: 127.0.0.1, port: 1 }, health: { host: 127.0.0.1, port: 1 } }\n${MINIMAL}`;
  expect(problemsOf(text)).toEqual([
    expect.objectContaining({
      path: 'listeners.health',
      message: expect.stringContaining('127.0.0.1:1 again'),
    }),
  ]);
});

test('a token in place of its hash is named as such, and not shown', () => {
  const [problem, ...others] = problemsOf(`${withTokens({ ...ANN, hash: ANN.token })}${MINIMAL}`);
  expect(others).toEqual([]);
  expect(problem?.path).toBe('admin.tokens[0].hash');
  expect(problem?.message).toMatch(/^expected the hash of a token, found the token itself: .*make a new one/);
  expect(problem?.message).not.toContain(ANN.token.slice(4));
});

test.each([
  ['a word', 'hunter2'],
  ['a hash without its kind', ANN.hash.slice(7)],
  ['half a hash', ANN.hash.slice(0, 40)],
  ['a hash of another kind', ANN.hash.replace('256', '512')],
  ['capitals', ANN.hash.toUpperCase()],
  ['nothing', ''],
])('%s is no hash, and not shown', (_what, hash) => {
  const [problem, ...others] = problemsOf(`${withTokens({ ...ANN, hash })}${MINIMAL}`);
  expect(others).toEqual([]);
  expect(problem?.message).toContain('expected the hash of a token: sha256: and 64 hexadecimal digits');
  if (hash !== '') expect(problem?.message).not.toContain(hash);
});

test.each([
  ['a role that nobody knows', { ...ANN, role: 'root' }, 'admin.tokens[0].role', 'read-only | operator'],
  ['a name with a space', { ...ANN, name: '"my token"' }, 'admin.tokens[0].name', 'a name of up to 63'],
])('%s is refused', (_what, wrong, path, message) => {
  expect(problemsOf(`${withTokens(wrong as typeof ANN)}${MINIMAL}`)).toEqual([
    expect.objectContaining({ path, message: expect.stringContaining(message) }),
  ]);
});

test('two of one name, and one token under two names, are refused', () => {
  expect(problemsOf(`${withTokens(ANN, token('ann'))}${MINIMAL}`)).toEqual([
    expect.objectContaining({ path: 'admin.tokens[1].name' }),
  ]);
  expect(problemsOf(`${withTokens(ANN, { ...ANN, name: 'bob' })}${MINIMAL}`)).toEqual([
    expect.objectContaining({ path: 'admin.tokens[1].hash' }),
  ]);
});

test('no worker is told who may log in, nor the key of the admin listener', () => {
  const text = `listeners: { admin: { host: 127.0.0.1, port: 1, ${TLS} } }\n${withTokens(ANN)}${MINIMAL}`;
  const { listeners, admin } = workerShare(configOf(text, { disk }), 2);
  expect(listeners.admin).toEqual({ host: '127.0.0.1', port: 1 });
  expect(admin.tokens).toEqual([]);
});
