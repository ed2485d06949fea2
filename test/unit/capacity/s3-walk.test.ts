// What s3-walk counts, of a store that lists as S3 does.
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { s3WalkCapacity } from '../../../src/capacity/providers/s3-walk.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import { makeCertificate } from '../../support/certificate.ts';
import {
  LITTLE,
  LITTLE_SUM,
  MANNERS,
  NO_VERSIONS,
  optionsOf,
  patience,
  usedOf,
  useListedStore,
  version,
} from './s3-walk-fixture.ts';
import { errorReply, startListingStandIn } from './s3-walk-stand-in.ts';
import { unknownMessage } from './store-stand-in.ts';

describeCapacityProvider('s3-walk (stand-in)', async () => {
  const store = await startListingStandIn();
  store.buckets.set('little', LITTLE);
  const provider = s3WalkCapacity(optionsOf(store));
  return {
    provider,
    bucket: 'little',
    missingBucket: 'nope',
    tells: ['used'],
    async close() {
      provider.close();
      await store.close();
    },
  };
});

const at = useListedStore();

describe('what s3-walk counts', () => {
  it('every version and the parts of unfinished uploads, as of its end', async () => {
    at.store.instead = () => {
      at.nowMs += 10;
      return undefined;
    };
    const figures = await at.walker().measure('b', patience());
    const endMs = 1_000_000 + 10 * at.store.targets.length;
    expect(figures).toEqual({
      used: {
        bytes: LITTLE_SUM + 23n,
        source: 's3-walk',
        atMs: endMs,
        lagMs: endMs - 1_000_000,
        uploads: 'counted',
      },
    });
  });

  it('no uploads, and only current objects, where it shall not', async () => {
    const plain = at.walker({ countUploads: false, countNoncurrent: false });
    expect(await usedOf(plain)).toMatchObject({ bytes: 2n ** 60n, uploads: 'not-counted' });
    expect(at.store.targets).toEqual([expect.stringContaining('list-type=2')]);
  });

  it.each([
    [
      'refuses',
      (query: URLSearchParams) => (query.has('versions') ? errorReply(501, 'NotImplemented') : undefined),
    ],
    [
      'does not know',
      (query: URLSearchParams) =>
        query.has('versions')
          ? { body: '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>' }
          : undefined,
    ],
  ])('the objects of a store that %s the listing of versions', async (_name, instead) => {
    at.store.instead = (_target, query) => instead(query);
    expect(await usedOf(at.walker({ pageSize: 1 }))).toMatchObject({
      bytes: 2n ** 60n + 23n,
      uploads: 'counted',
    });
  });

  it('no uploads of a store that lists none, and it says so', async () => {
    at.store.instead = (_target, query) =>
      query.has('uploads') ? errorReply(501, 'NotImplemented') : undefined;
    expect(await usedOf(at.walker())).toMatchObject({ bytes: LITTLE_SUM, uploads: 'not-counted' });
  });

  it('nothing of an upload that ended meanwhile', async () => {
    at.store.instead = (target) =>
      target.includes('uploadId=u1') ? errorReply(404, 'NoSuchUpload') : undefined;
    expect(await usedOf(at.walker())).toMatchObject({ bytes: LITTLE_SUM, uploads: 'counted' });
  });

  it('the parts of an upload whose key has dot segments, asked for as it is signed', async () => {
    at.store.buckets.set('b', { versions: [], uploads: [{ key: 'a/../b c', id: 'u', parts: [5n] }] });
    expect((await usedOf(at.walker()))?.bytes).toBe(5n);
    expect(at.store.targets.at(-1)).toBe('/b/a/../b%20c?uploadId=u&max-parts=1000');
  });

  it('a bucket that is named in the host', async () => {
    at.store.instead = (target) => (target.startsWith('/?versions=') ? NO_VERSIONS : undefined);
    const provider = at.walker({ addressing: 'virtual-hosted', countUploads: false });
    expect((await usedOf(provider))?.bytes).toBe(0n);
    expect(at.store.host).toBe(`b.${new URL(at.store.url).host}`);
  });

  it.each(['127.0.0.1', 'localhost'])(
    'over TLS at %s, in a bucket that is named in the host',
    async (name) => {
      await using certificate = await makeCertificate();
      const key = await readFile(certificate.keyFile, 'utf8');
      const safe = await startListingStandIn({ cert: certificate.pem, key });
      onTestFinished(() => safe.close());
      safe.instead = () => NO_VERSIONS;
      const endpoint = `https://${name}:${new URL(safe.url).port}`;
      const there = { endpoints: [endpoint], addressing: 'virtual-hosted', countUploads: false } as const;
      expect((await usedOf(at.walker({ ...there, tls: { ca: certificate.pem } })))?.bytes).toBe(0n);
      expect(safe.host).toBe(`b.${new URL(endpoint).host}`);
      const trusting = at.walker({ ...there, tls: {} });
      expect(await unknownMessage(trusting.measure('b', patience()))).toContain(
        'no answer (DEPTH_ZERO_SELF_SIGNED_CERT)',
      );
    },
  );

  it('more than 64 bits can hold', async () => {
    const size = 10n ** 20n - 1n;
    at.store.buckets.set('b', { versions: [version('a', size), version('b', size)], uploads: [] });
    expect((await usedOf(at.walker({ pageSize: 1 })))?.bytes).toBe(2n * size);
  });

  it('any bucket, in any manner of markers, by pages of any size', { timeout: 120_000 }, async () => {
    const keys = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
      fc.constantFrom(
        'a b',
        'a+b',
        'a%20b',
        'a%2520b',
        './x',
        'a/../b',
        '/',
        'é/ü',
        '&amp;',
        '\u0001',
        ']]>',
        '%',
        'a',
      ),
    );
    const sizes = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 63n }), fc.constant(undefined));
    const bucket = fc.record({
      versions: fc.array(fc.record({ key: keys, size: sizes }), { maxLength: 25 }),
      uploads: fc.array(
        fc.record({ key: keys, parts: fc.array(fc.bigInt({ min: 0n, max: 2n ** 40n }), { maxLength: 5 }) }),
        { maxLength: 4 },
      ),
    });
    const manners = fc.constantFrom(...MANNERS);
    await fc.assert(
      fc.asyncProperty(bucket, manners, fc.integer({ min: 1, max: 9 }), async (random, manner, pageSize) => {
        at.store.manner = manner;
        const versions = random.versions.map(({ key, size }, at) => version(key, size, true, `id${at}`));
        const uploads = random.uploads.map((upload, at) => ({ ...upload, id: `up${at}` }));
        at.store.buckets.set('b', { versions, uploads });
        const provider = at.walker({ pageSize });
        const sum = [...versions.map(({ size }) => size ?? 0n), ...uploads.flatMap(({ parts }) => parts)];
        expect((await usedOf(provider))?.bytes).toBe(sum.reduce((all, one) => all + one, 0n));
        const [progress] = provider.progress();
        expect(progress?.finished?.objects).toBe(versions.filter(({ size }) => size !== undefined).length);
        provider.close();
      }),
      { numRuns: 150 },
    );
  });
});
