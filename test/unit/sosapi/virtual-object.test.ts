import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { HeaderList } from '../../../src/http1/header-list.ts';
import { contentRangeOf } from '../../../src/s3/byte-range.ts';
import { S3Error } from '../../../src/s3/error.ts';
import { answerVirtualObject } from '../../../src/sosapi/virtual-object.ts';

const body = Buffer.from('0123456789');
const etag = `"${createHash('md5').update(body).digest('hex')}"`;
const lastModifiedMs = Date.UTC(2026, 10, 21, 12, 0, 30, 500);
const LAST_MODIFIED = 'Sat, 21 Nov 2026 12:00:30 GMT';

type Pair = readonly [string, string];
const read = (method: 'GET' | 'HEAD', ...headers: Pair[]) =>
  answerVirtualObject({ method, headers: HeaderList.of(...headers), body, lastModifiedMs });

function refusal(...headers: Pair[]): S3Error {
  try {
    read('GET', ...headers);
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
  throw new Error('was answered');
}

describe('answerVirtualObject', () => {
  test('GET gives the whole body and what it is recognised by', () => {
    expect(read('GET')).toEqual({
      status: 200,
      headers: [
        ['ETag', etag],
        ['Last-Modified', LAST_MODIFIED],
        ['Accept-Ranges', 'bytes'],
        ['Content-Type', 'application/xml'],
        ['Content-Length', '10'],
      ],
      body,
    });
  });

  test('HEAD gives the same head without a body', () => {
    expect(read('HEAD')).toEqual({ ...read('GET'), body: undefined });
  });

  test('a range gives 206 with the part', () => {
    const answer = read('GET', ['Range', 'bytes=2-4']);
    expect(answer.status).toBe(206);
    expect(answer.body?.toString()).toBe('234');
    expect(answer.headers).toContainEqual(['Content-Range', 'bytes 2-4/10']);
    expect(answer.headers).toContainEqual(['Content-Length', '3']);
  });

  test('HEAD takes a range too', () => {
    const answer = read('HEAD', ['Range', 'bytes=-3']);
    expect(answer).toMatchObject({ status: 206, body: undefined });
    expect(answer.headers).toContainEqual(['Content-Range', 'bytes 7-9/10']);
    expect(answer.headers).toContainEqual(['Content-Length', '3']);
  });

  test.each([
    ['two ranges', [['Range', 'bytes=0-1,3-4']]],
    ['another unit', [['Range', 'lines=0-1']]],
    ['no position', [['Range', 'bytes=-']]],
    ['a range that ends before it starts', [['Range', 'bytes=4-2']]],
    [
      'Range twice',
      [
        ['Range', 'bytes=0-1'],
        ['Range', 'bytes=0-1'],
      ],
    ],
    [
      'an If-Range of another state',
      [
        ['Range', 'bytes=0-1'],
        ['If-Range', '"other"'],
      ],
    ],
  ] as [string, Pair[]][])('%s: the whole body', (_what, headers) => {
    expect(read('GET', ...headers)).toEqual(read('GET'));
  });

  test('an If-Range of this state: the part', () => {
    expect(read('GET', ['Range', 'bytes=0-1'], ['If-Range', etag]).status).toBe(206);
  });

  test('an If-Range of another state wins over a range that cannot be satisfied', () => {
    expect(read('GET', ['Range', 'bytes=10-'], ['If-Range', '"other"']).status).toBe(200);
  });

  test('If-None-Match of this state gives 304 without body and length', () => {
    expect(read('GET', ['If-None-Match', etag])).toEqual({
      status: 304,
      headers: [
        ['ETag', etag],
        ['Last-Modified', LAST_MODIFIED],
        ['Accept-Ranges', 'bytes'],
      ],
      body: undefined,
    });
  });

  test('a precondition goes before the range', () => {
    expect(read('GET', ['If-None-Match', etag], ['Range', 'bytes=10-']).status).toBe(304);
    expect(refusal(['If-Match', '"other"'], ['Range', 'bytes=10-']).code).toBe('PreconditionFailed');
  });

  test.each([
    ['If-Match', '"other"'],
    ['If-Unmodified-Since', 'Sat, 21 Nov 2026 12:00:29 GMT'],
  ])('PreconditionFailed names %s', (name, value) => {
    expect(refusal([name, value])).toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
      details: { Condition: name },
    });
  });

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('InvalidRange for %s', (range) => {
    const error = refusal(['Range', range]);
    expect(error).toMatchObject({
      code: 'InvalidRange',
      status: 416,
      details: { RangeRequested: range, ActualObjectSize: '10' },
    });
    expect(contentRangeOf(error)).toBe('bytes */10');
  });
});
