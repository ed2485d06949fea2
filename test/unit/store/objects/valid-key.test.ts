import { describe, expect, test } from 'vitest';
import { checkKeyIsUtf8 } from '../../../../src/store/server/valid-key.ts';
import { codeOf, understood } from '../../s3/s3-fixture.ts';

const check = (target: string, lines: readonly string[] = []) =>
  codeOf(() => checkKeyIsUtf8(understood({ method: 'PUT', target, lines: ['Content-Length: 0', ...lines] })));
const copying = (source: string) => check('/bucket/key', [`x-amz-copy-source: ${source}`]);

describe('keys are UTF-8', () => {
  test.each(['', 'a', '%C3%A9', '%EF%BF%BD', '%F0%9F%98%80', '%EF%BB%BF', '%C3%83%C2%A9'])('%s', (key) => {
    expect(check(`/bucket/${key}`)).toBe('accepted');
  });

  test.each([
    ['a byte alone', '%FF'],
    ['latin1', 'caf%E9'],
    ['cut off', '%C3'],
    ['overlong', '%C0%AF'],
    ['a surrogate', '%ED%A0%80'],
    ['beyond Unicode', '%F4%90%80%80'],
  ])('%s is refused: it would be the same text as another key', (_name, key) => {
    expect(check(`/bucket/${key}`)).toBe('InvalidURI');
    expect(copying(`/bucket/${key}`)).toBe('InvalidURI');
  });

  test('sources of copies, encoded, raw and with a version', () => {
    expect(copying('/bucket/%C3%A9?versionId=null')).toBe('accepted');
    expect(copying('/bucket/\xc3\xa9')).toBe('accepted');
    expect(copying('/bucket/\xe9')).toBe('InvalidURI');
  });
});
