import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createCredentialStore, reachesBucket } from '../../../src/access/credential-store.ts';
import { Secret } from '../../../src/secret.ts';

const secret = new Secret('very secret');
const options = {
  accessKeyId: 'KEY',
  secret,
  buckets: ['veeam-*', 'shared'],
  access: 'read-only',
  bypassGovernance: false,
} as const;

describe('createCredentialStore', () => {
  const store = createCredentialStore([options]);

  test('finds what it was given', () => {
    expect(store.secretOf('KEY')).toBe(secret);
    expect(store.get('KEY')).toMatchObject({
      accessKeyId: 'KEY',
      access: 'read-only',
      bypassGovernance: false,
    });
  });

  test.each(['', 'key', 'KEY ', '__proto__', 'constructor', 'toString'])('knows no %j', (id) => {
    expect(store.secretOf(id)).toBeUndefined();
    expect(store.get(id)).toBeUndefined();
  });

  test('an access key id given twice stops the start', () => {
    expect(() => createCredentialStore([options, { ...options, access: 'read-write' }])).toThrow(
      'access key id KEY is given twice',
    );
  });

  test('prints no secret', () => {
    const credential = store.get('KEY');
    expect(inspect(credential, { depth: 9, showHidden: true }) + JSON.stringify(credential)).not.toContain(
      'very secret',
    );
  });

  test.each([
    ['veeam-1', true],
    ['shared', true],
    ['other', false],
    ['', false],
  ])('reaches %j: %s', (bucket, expected) => {
    const credential = store.get('KEY');
    expect(credential !== undefined && reachesBucket(credential, bucket)).toBe(expected);
  });

  test('a star does not reach the service itself', () => {
    const credential = createCredentialStore([{ ...options, buckets: ['*'] }]).get('KEY');
    expect(credential !== undefined && reachesBucket(credential, '')).toBe(false);
  });
});
