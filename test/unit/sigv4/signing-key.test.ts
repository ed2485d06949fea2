import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { createSigningKeyCache, deriveSigningKey } from '../../../src/sigv4/signing-key.ts';

const credential = { accessKeyId: 'A', date: '20260304', region: 'us-east-1' };

describe('SigningKey', () => {
  const key = deriveSigningKey(new Secret('one'), '20260304', 'us-east-1');
  const HASHES = ['a', 'b'].map((digit) => digit.repeat(64));
  const TIMES = ['20260304T050607Z', '20260304T050608Z'];

  it('signs the string to sign of each time and hash, in any order', () => {
    const bytes = ['20260304', 'us-east-1', 's3', 'aws4_request'].reduce<Buffer>(
      (code, part) => createHmac('sha256', code).update(part).digest(),
      Buffer.from('AWS4one'),
    );
    for (const time of [...TIMES, ...TIMES]) {
      for (const hash of HASHES) {
        const text = `AWS4-HMAC-SHA256\n${time}\n20260304/us-east-1/s3/aws4_request\n${hash}`;
        expect(key.signatureOf(hash, time)).toBe(createHmac('sha256', bytes).update(text).digest('hex'));
      }
    }
  });

  it.each([
    ['a time', 'a'.repeat(64), '20260304T05060Z'],
    ['a hash', 'a'.repeat(63), '20260304T050607Z'],
  ])('signs nothing with %s of another length', (_, hash, time) => {
    expect(() => key.signatureOf(hash, time)).toThrow(RangeError);
  });

  it('shows itself nowhere', () => {
    expect(`${key} ${JSON.stringify(key)} ${inspect(key, { showHidden: true })}`).toBe(
      '[redacted] "[redacted]" [redacted]',
    );
  });
});

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
    cache.keyFor(credential, new Secret('new'));
    expect(cache.keyFor(credential, new Secret('old')).hexOf('text')).not.toBe(key.hexOf('text'));
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
