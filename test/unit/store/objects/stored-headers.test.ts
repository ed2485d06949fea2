import { describe, expect, test } from 'vitest';
import { HeaderList } from '../../../../src/http1/header-list.ts';
import { readStoredHeaders } from '../../../../src/store/objects/stored-headers.ts';
import { codeOf } from '../../s3/s3-fixture.ts';

type Pair = readonly [string, string];
const stored = (...pairs: readonly Pair[]) => readStoredHeaders(HeaderList.of(...pairs));

describe('headers that are kept', () => {
  test('only those that reads give back, each once', () => {
    expect(
      stored(
        ['Host', 'a'],
        ['Content-Type', 'text/plain'],
        ['Content-Length', '3'],
        ['X-Amz-Meta-A', '1'],
        ['x-amz-meta-a', '2'],
        ['X-Amz-Date', 'now'],
        ['Cache-Control', ''],
        ['Cache-Control', 'no-store'],
      ),
    ).toEqual([
      ['content-type', 'text/plain'],
      ['x-amz-meta-a', '1,2'],
      ['cache-control', 'no-store'],
    ]);
  });

  test.each([
    ['aws-chunked', undefined],
    ['gzip', 'gzip'],
    ['gzip,aws-chunked', 'gzip'],
    ['AWS-Chunked , br', 'br'],
    ['gzip, br', 'gzip, br'],
    ['not-aws-chunked-really', 'not-aws-chunked-really'],
  ])('Content-Encoding: %s', (value, kept) => {
    expect(stored(['Content-Encoding', value])).toEqual(
      kept === undefined ? [] : [['content-encoding', kept]],
    );
  });

  test('8 KiB in all, so that every reader can take them', () => {
    const name = 'content-disposition';
    expect(codeOf(() => stored([name, 'a'.repeat(8192 - name.length)]))).toBe('accepted');
    expect(codeOf(() => stored([name, 'a'.repeat(8193 - name.length)]))).toBe('RequestHeaderSectionTooLarge');
  });
});
