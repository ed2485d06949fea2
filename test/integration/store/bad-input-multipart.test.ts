import { describe, expect, test } from 'vitest';
import { useEmbeddedStore } from '../../support/embedded-store-fixture.ts';
import { elementOf } from '../../support/raw-http.ts';
import { ask } from '../../support/raw-target.ts';
import { useUnchangedDocuments } from './unchanged-documents.ts';

const at = useEmbeddedStore();
const documents = useUnchangedDocuments(at);
const { Bucket, etags } = documents;

describe('CompleteMultipartUpload', () => {
  type Part = readonly [number | string, string];
  const xml = (parts: readonly Part[]) =>
    `<CompleteMultipartUpload>${parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`).join('')}</CompleteMultipartUpload>`;
  const [one, two] = [() => etags[0] ?? '', () => etags[1] ?? ''];
  const WRONG = '"00000000000000000000000000000000"';

  test.each<[string, () => readonly Part[], number, string]>([
    ['no parts', () => [], 400, 'MalformedXML'],
    ['another ETag', () => [[1, WRONG]], 400, 'InvalidPart'],
    [
      'a part that is not there',
      () => [
        [1, one()],
        [3, WRONG],
      ],
      400,
      'InvalidPart',
    ],
    [
      'parts out of order',
      () => [
        [2, two()],
        [1, one()],
      ],
      400,
      'InvalidPartOrder',
    ],
    [
      'a part twice',
      () => [
        [1, one()],
        [1, one()],
      ],
      400,
      'InvalidPartOrder',
    ],
    [
      'a part that is too small',
      () => [
        [1, one()],
        [2, two()],
      ],
      400,
      'EntityTooSmall',
    ],
    ['part 0', () => [[0, one()]], 400, 'InvalidArgument'],
    ['part 10001', () => [[10_001, one()]], 400, 'InvalidArgument'],
    ['a part that is no number', () => [['one', one()]], 400, 'MalformedXML'],
    [
      '10,001 parts',
      () => Array.from({ length: 10_001 }, (_, index) => [index + 1, WRONG] as const),
      400,
      'MalformedXML',
    ],
  ])('%s', async (_, parts, status, code) => {
    const answer = await ask(at.store.target, {
      method: 'POST',
      target: `/${Bucket}/parts?uploadId=${documents.uploadId}`,
      body: xml(parts()),
    });
    const told = [answer.status, elementOf(answer, 'Code')];
    // Numbers out of range may also be called malformed.
    if (code === 'InvalidArgument')
      expect(told).toEqual([status, expect.toBeOneOf([code, 'MalformedXML', 'InvalidPart'])]);
    else expect(told).toEqual([status, code]);
  });

  test.each([['0'], ['10001'], ['-1'], ['one'], ['1.5'], ['1e1'], [''], ['99999999999999999999'], ['%201']])(
    'UploadPart and UploadPartCopy with part number %j',
    async (number) => {
      const target = `/${Bucket}/parts?partNumber=${number}&uploadId=${documents.uploadId}`;
      for (const headers of [{}, { 'x-amz-copy-source': `/${Bucket}/there` }] as Record<string, string>[]) {
        const body = 'x-amz-copy-source' in headers ? '' : 'x';
        const answer = await ask(at.store.target, { method: 'PUT', target, headers, body });
        expect([answer.status, elementOf(answer, 'Code')]).toEqual([400, 'InvalidArgument']);
      }
    },
  );

  test.each([
    ['PUT', '?partNumber=1&uploadId=unknown', 'x'],
    ['GET', '?uploadId=unknown', undefined],
    ['DELETE', '?uploadId=unknown', undefined],
    ['POST', '?uploadId=unknown', xml([[1, WRONG]])],
  ])('%s%s: an upload that is not there', async (method, query, body) => {
    for (const id of [
      'unknown',
      `${documents.uploadId}0`,
      `${documents.uploadId.slice(0, -1)}`,
      '%00',
      `${documents.uploadId}%20`,
    ]) {
      const answer = await ask(at.store.target, {
        method,
        target: `/${Bucket}/parts${query.replace('unknown', id)}`,
        ...(body === undefined ? {} : { body }),
      });
      expect([id, answer.status, elementOf(answer, 'Code')]).toEqual([id, 404, 'NoSuchUpload']);
    }
    // The id of another key's upload opens nothing.
    const elsewhere = await ask(at.store.target, {
      method,
      target: `/${Bucket}/elsewhere${query.replace('unknown', documents.uploadId)}`,
      ...(body === undefined ? {} : { body }),
    });
    expect([elsewhere.status, elementOf(elsewhere, 'Code')]).toEqual([404, 'NoSuchUpload']);
  });

  test.each([
    ['bytes=0-5', 'InvalidRange'],
    ['bytes=5-9', 'InvalidRange'],
    ['bytes=3-1', 'InvalidArgument'],
    ['bytes=-1', 'InvalidArgument'],
    ['bytes=0-', 'InvalidArgument'],
    ['0-1', 'InvalidArgument'],
  ])('UploadPartCopy of the range %s of five bytes', async (range, code) => {
    const headers = { 'x-amz-copy-source': `/${Bucket}/there`, 'x-amz-copy-source-range': range };
    const target = `/${Bucket}/parts?partNumber=3&uploadId=${documents.uploadId}`;
    const answer = await ask(at.store.target, { method: 'PUT', target, headers, body: '' });
    expect(answer.status).toBeOneOf([400, 416]);
    expect(elementOf(answer, 'Code')).toBeOneOf([code, 'InvalidArgument', 'InvalidRange']);
  });
});
