// Rows about DeleteObjects: the keys it means, and the checksums that prove its body.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { BenchCase } from '../../bench-case.ts';
import { said } from './answer-text.ts';
import { type BodyProof, contentMd5, multiDelete } from './multi-delete-call.ts';
import { putVersion } from './versioned-put.ts';

/** What the SDKs send for `ChecksumAlgorithm: SHA256`, beside the MD5 that older stores insist on. */
const sha256Header: BodyProof = (body) => ({
  ...contentMd5(body),
  'x-amz-sdk-checksum-algorithm': 'SHA256',
  'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64'),
});

/** What the SDKs of 2025 send by default: nothing but a CRC32. */
const crc32Header: BodyProof = (body) => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return { 'x-amz-sdk-checksum-algorithm': 'CRC32', 'x-amz-checksum-crc32': sum.toString('base64') };
};

export const rowMultiDeleteCases: readonly BenchCase[] = [
  {
    id: 'row-39',
    group: 'row',
    title: 'Keys in DeleteObjects are not decoded a second time',
    veeamDoes:
      'Retention deletes up to 1000 keys a call. A key stands in the XML as it is, with XML escapes and no others.',
    mustComeBack:
      'Exactly the named keys are deleted: "%2B" in a key is those three characters, not "+", and what it would decode to stays.',
    severity: 'breaks',
    source: 'MaxIOFS commit 8ac31c6 (seen in its source): keys were missed in silence',
    advice: 'Take the text of <Key> as the XML parser gives it. Only paths and queries are percent-encoded.',
    profile: 'core',
    async run(context) {
      const pairs = [
        ['percent%2Bplus', 'percent+plus'],
        ['percent%25twice', 'percent%twice'],
        ['space%20escaped', 'space escaped'],
        ['ampersand&amp;escaped', 'ampersand&escaped'],
        ['plus+sign', 'plus sign'],
      ] as const;
      for (const key of pairs.flat()) {
        await context.put(`${context.prefix}${key}`, 'x');
      }
      const named = pairs.map(([key]) => `${context.prefix}${key}`);
      const { errors } = await multiDelete(
        context,
        named.map((key) => ({ key })),
        contentMd5,
      );
      if (errors.length > 0) {
        context.fail(`DeleteObjects names errors: ${errors.map(({ key, code }) => `${key} ${code}`)}.`);
      }
      for (const [i, [, other]] of pairs.entries()) {
        const key = named[i] ?? '';
        const gone = await context.call({ method: 'HEAD', key });
        if (gone.status !== 404) {
          context.fail(`DeleteObjects named "${key}" and reported no error, but the key is still there.`);
        }
        const kept = await context.call({ method: 'HEAD', key: `${context.prefix}${other}` });
        if (kept.status !== 200) {
          context.fail(`DeleteObjects named "${key}", and "${context.prefix}${other}" was deleted instead.`);
        }
      }
    },
  },
  {
    id: 'row-42',
    group: 'row',
    title: 'DeleteObjects with a checksum header makes markers',
    veeamDoes:
      'A multi-delete without version ids in a bucket with versioning, whose XML body is proven by x-amz-checksum-sha256.',
    mustComeBack: '200; for each key DeleteMarker true with the id of its marker.',
    severity: 'breaks',
    source: 'scality/cloudserver#6267: answered 502',
    advice:
      'The checksum header covers the XML. A marker has no body, and must not be given or checked against it.',
    profile: 'core',
    async run(context) {
      const keys = [`${context.prefix}one`, `${context.prefix}two`];
      for (const key of keys) {
        await putVersion(context, key, 'x');
      }
      const { deleted, errors } = await multiDelete(
        context,
        keys.map((key) => ({ key })),
        sha256Header,
      );
      if (errors.length > 0) {
        context.fail(
          `DeleteObjects with a checksum names errors: ${errors.map(({ key, code }) => `${key} ${code}`)}.`,
        );
      }
      for (const key of keys) {
        const entry = deleted.find((one) => one.key === key);
        if (entry === undefined || !entry.isMarker || (entry.markerVersionId ?? '') === '') {
          context.fail(`DeleteObjects says of "${key}" no DeleteMarker with its DeleteMarkerVersionId.`);
        }
      }
    },
  },
  {
    id: 'row-55',
    group: 'row',
    title: 'DeleteObjects with a CRC32 and without Content-MD5',
    veeamDoes:
      'No Veeam report says so, but SDKs since 2025 send x-amz-checksum-crc32 and no Content-MD5, and object storage as a source, VB365 and Kasten may use them.',
    mustComeBack: '200, and the keys deleted.',
    severity: 'unproven',
    source: 'minio#20845, ovh/public-cloud-roadmap#763, barman#1114 (StorageGRID): not Veeam',
    advice: 'Accept any of the x-amz-checksum headers where Content-MD5 was asked for.',
    profile: 'core',
    async run(context) {
      const key = `${context.prefix}crc32`;
      await context.put(key, 'x');
      const { errors } = await multiDelete(context, [{ key }], crc32Header);
      if (errors.length > 0) {
        context.fail(`DeleteObjects with only a CRC32 names the error ${errors[0]?.code}.`);
      }
      const gone = await context.call({ method: 'HEAD', key });
      if (gone.status !== 404) {
        context.fail(
          `DeleteObjects with only a CRC32 was accepted, but HEAD of the key was answered ${said(gone)}.`,
        );
      }
    },
  },
];
