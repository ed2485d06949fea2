import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { createSigningKeyCache, deriveSigningKey } from '../../../src/sigv4/signing-key.ts';

const credential = { accessKeyId: 'A', date: '20260304', region: 'us-east-1' };

describe('createSigningKeyCache', () => {
  it('derives a key once for the same secret', () => {
    const cache = createSigningKeyCache();
    const key = cache.keyFor(credential, new Secret('one'));
    expect(cache.keyFor(credential, new Secret('one'))).toBe(key);
    expect(key.hexOf('text')).toBe(
      deriveSigningKey(new Secret('one'), '20260304', 'us-east-1').hexOf('text'),
    );
  });

  it('never gives the key of an old secret', () => {
    const cache = createSigningKeyCache();
    cache.keyFor(credential, new Secret('old'));
    const key = cache.keyFor(credential, new Secret('new'));
    expect(key.hexOf('text')).toBe(
      deriveSigningKey(new Secret('new'), '20260304', 'us-east-1').hexOf('text'),
    );
    expect(cache.size).toBe(1);
  });

  it('tells date and region apart', () => {
    const cache = createSigningKeyCache();
    const secret = new Secret('one');
    const keys = [
      cache.keyFor(credential, secret),
      cache.keyFor({ ...credential, date: '20260305' }, secret),
      cache.keyFor({ ...credential, region: 'eu-west-1' }, secret),
      cache.keyFor({ ...credential, accessKeyId: 'B' }, new Secret('two')),
    ];
    expect(new Set(keys.map((key) => key.hexOf('text'))).size).toBe(4);
  });

  it('is bounded and drops the oldest', () => {
    const cache = createSigningKeyCache(2);
    const secret = new Secret('one');
    const dates = ['20260301', '20260302', '20260303'];
    const [first, , third] = dates.map((date) => cache.keyFor({ ...credential, date }, secret));
    expect(cache.size).toBe(2);
    expect(cache.keyFor({ ...credential, date: '20260303' }, secret)).toBe(third);
    expect(cache.keyFor({ ...credential, date: '20260301' }, secret)).not.toBe(first);
  });
});
