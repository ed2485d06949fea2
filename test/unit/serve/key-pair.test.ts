import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { makeKeyPair } from '../../../src/serve/key-pair.ts';

test('20 capitals and digits, and a secret of 40 characters that shells and URLs take as they are', () => {
  for (let round = 0; round < 100; round++) {
    const { accessKeyId, secretAccessKey } = makeKeyPair(randomBytes);
    expect(accessKeyId).toMatch(/^[A-Z2-7]{20}$/);
    expect(secretAccessKey.reveal()).toMatch(/^[\w-]{40}$/);
  }
});

test('all of it comes from the randomness that is given', () => {
  const zeros = makeKeyPair((count) => Buffer.alloc(count));
  expect([zeros.accessKeyId, zeros.secretAccessKey.reveal()]).toEqual(['A'.repeat(20), 'A'.repeat(40)]);
  const ones = makeKeyPair((count) => Buffer.alloc(count, 0xff));
  expect([ones.accessKeyId, ones.secretAccessKey.reveal()]).toEqual(['7'.repeat(20), '_'.repeat(40)]);
});

test('the secret does not print', () => {
  const pair = makeKeyPair((count) => Buffer.alloc(count));
  expect(`${JSON.stringify(pair)}${inspect(pair)}`).not.toContain('A'.repeat(40));
});
