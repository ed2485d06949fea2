// The source of a copy: what we authorize is what every store reads.
import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import fc from 'fast-check';
import { parseCopySource } from '../../../src/s3/copy-source.ts';
import { S3Error } from '../../../src/s3/error.ts';
import type { CopySource } from '../../../src/s3/request.ts';
import { type ByteChange, byteChange, changedBy } from '../byte-changes.ts';
import { fuzzTarget } from '../fuzz-target.ts';
import { BUCKETS, rawKey, USUAL_BUCKETS } from './path-pieces.ts';
import { decodedBytes, hasDotSegment, utf8Of } from './percent-bytes.ts';

const VERSIONS = [
  '',
  '',
  '',
  '?versionId=abc',
  '?versionId=',
  '?versionId=a%20b',
  '?versionId=a&x=y',
  '?x=y',
  '?',
  '?versionid=a',
  '?versionId=a?b',
  '?versionId=%',
  '?versionId=../x',
];

const copySource = fc
  .record({
    start: fc.constantFrom('/', '/', '/', '', '', '//', '%2f', './'),
    bucket: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...USUAL_BUCKETS) },
      { weight: 1, arbitrary: fc.constantFrom(...BUCKETS) },
    ),
    slash: fc.constantFrom('/', '/', '/', '%2f', '%2F', '//', '', '/../'),
    key: rawKey,
    version: fc.constantFrom(...VERSIONS),
    changes: fc.oneof(
      fc.constant<readonly ByteChange[]>([]),
      fc.array(byteChange('/.%25eEfF\\?#+& '), { maxLength: 2 }),
    ),
  })
  .map(({ start, bucket, slash, key, version, changes }) =>
    changedBy(`${start}${bucket}${slash}${key}${version}`, changes),
  );

function parsed(value: string): CopySource | undefined {
  try {
    return parseCopySource(value);
  } catch (error) {
    if (error instanceof S3Error) return undefined;
    throw error;
  }
}

export const copySourceTarget = fuzzTarget<string>({
  name: 'copy-source',
  arbitrary: copySource,
  suiteRuns: 6000,
  atLeast: { accepted: 500, 'with a version': 50, refused: 1000 },
  open: () => ({
    check(value, tally) {
      const source = parsed(value);
      tally.add(source === undefined ? 'refused' : 'accepted');
      if (source === undefined) return;
      const { bucket, key, versionId } = source;
      const [path = ''] = value.split('?', 1);
      const bytes = decodedBytes(path);
      ok(bytes !== undefined, 'a broken escape was accepted');
      const text = utf8Of(bytes) ?? Buffer.from(bytes, 'latin1').toString('utf8');
      strictEqual(text.replace(/^\//, ''), `${bucket}/${key}`);
      ok(/^[a-z0-9.-]{3,63}$/.test(bucket), `the bucket ${bucket}`);
      ok(
        !hasDotSegment(key) && !hasDotSegment(path) && !key.includes('\0'),
        'a dot segment or NUL was accepted',
      );
      ok(!path.includes('#') && !path.includes('\\'), 'what ends a path elsewhere was accepted');
      if (versionId === undefined) strictEqual(path, value, 'something behind the path was lost');
      else {
        tally.add('with a version');
        strictEqual(value, `${path}?versionId=${versionId}`);
      }
      // Spelt as plainly as can be, it means the same.
      const plain = `/${bucket}/${encodeURIComponent(key)}`;
      if (utf8Of(bytes) !== undefined) deepStrictEqual(parsed(plain), { bucket, key, versionId: undefined });
    },
  }),
});
