import { describe, expect, test } from 'vitest';
import { S3_ERRORS, S3Error, type S3ErrorCode } from '../../../src/s3/error.ts';
import { renderError } from '../../../src/s3/error-document.ts';
import { parseStrictXml } from '../../../src/s3/strict-xml.ts';
import { escapeXml } from '../../../src/s3/xml-text.ts';

const CODES = Object.keys(S3_ERRORS) as S3ErrorCode[];

describe('the error table', () => {
  test('how many codes there are: another one is a visible act', () => {
    expect(CODES).toHaveLength(60);
  });

  test.each(CODES)('%s has a status that fits and a text', (code) => {
    const { status, message } = S3_ERRORS[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(message).toMatch(/^[A-Z].*\w\.?$/);
    const error = new S3Error(code);
    expect(error).toMatchObject({ code, status, message, reason: undefined, details: {} });
  });

  test('how many of each status', () => {
    const counts: Record<number, number> = {};
    for (const code of CODES) counts[S3_ERRORS[code].status] = (counts[S3_ERRORS[code].status] ?? 0) + 1;
    expect(counts).toEqual({
      400: 25,
      403: 5,
      404: 15,
      405: 1,
      409: 3,
      411: 1,
      412: 1,
      416: 2,
      500: 1,
      501: 1,
      502: 1,
      503: 2,
      504: 1,
      507: 1,
    });
  });
});

describe('the error document', () => {
  test('is written as S3 writes it', () => {
    const error = new S3Error('NoSuchKey', {
      details: { Key: 'k' },
      reason: 'for the log only',
      cause: new Error('x'),
    });
    expect(renderError(error, '/bucket/k', 'ID').toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>k</Key><Resource>/bucket/k</Resource><RequestId>ID</RequestId></Error>',
    );
  });

  test('nothing that a client sent can end an element', () => {
    const evil = '</Key><Code>Evil</Code>&amp;"\'\u0000\u0008\ud800\ufffe';
    const document = renderError(
      new S3Error('NoSuchKey', { message: evil, details: { Key: evil } }),
      evil,
      evil,
    );
    const read = parseStrictXml(document, 'Error', new Set());
    const shown = '</Key><Code>Evil</Code>&amp;"\'\ufffd\ufffd\ufffd\ufffd';
    expect(read).toEqual({
      Code: 'NoSuchKey',
      Message: shown,
      Key: shown,
      Resource: shown,
      RequestId: shown,
    });
  });

  test('text beyond ASCII is UTF-8', () => {
    expect(renderError(new S3Error('NoSuchKey'), '/b/é😀', '').toString('utf8')).toContain(
      '<Resource>/b/é😀</Resource>',
    );
  });

  test('tabs and line ends are left as they are', () => {
    expect(escapeXml('a\tb\nc\rd')).toBe('a\tb\nc\rd');
  });
});
