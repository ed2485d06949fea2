// Secrets cross a channel only where they were revealed for it, and are secrets again behind it.

import { inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { concealSecrets, revealSecrets } from '../../../src/serve/revealed-secrets.ts';

const ORDER = {
  region: 'us-east-1',
  bytes: 2n ** 60n,
  none: undefined,
  nothing: null,
  listeners: [{ host: '::', port: 0, tls: { key: new Secret('secret-key') } }],
  credentials: [
    { accessKeyId: 'A', secretAccessKey: new Secret('secret-1'), buckets: ['*'] },
    { accessKeyId: 'B', secretAccessKey: new Secret('secret-2'), buckets: [] },
  ],
};

test('what arrives is what was sent, secrets included', () => {
  const arrived = concealSecrets(deserialize(serialize(revealSecrets(ORDER)))) as typeof ORDER;
  expect(arrived).toEqual(ORDER);
  expect(arrived.listeners[0]?.tls.key).toBeInstanceOf(Secret);
  expect(arrived.credentials.map(({ secretAccessKey }) => secretAccessKey.reveal())).toEqual([
    'secret-1',
    'secret-2',
  ]);
  expect(inspect(arrived, { depth: 9 })).not.toMatch(/secret-/);
});

test('without being revealed a secret does not cross', () => {
  expect(serialize(ORDER).toString('latin1')).not.toMatch(/secret-/);
});
