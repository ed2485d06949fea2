// Faults of single objects and of multi-delete: metadata, class, copies, conditions, checksums.
import { createHash } from 'node:crypto';
import {
  answering,
  asking,
  type Fault,
  handling,
  questionOf,
  refusing,
  withHeader,
  withoutHeaders,
  withText,
} from '../fault.ts';
import { changeEntries, elementText, escapeXml } from '../listing-xml.ts';
import type { StoreRequest } from '../store-request.ts';

export const OBJECT_FAULTS: readonly Fault[] = [
  {
    id: 'row-04',
    row: 4,
    does: 'never answers HEAD of a folder object',
    caughtBy: ['row-04'],
    handler: handling((request, store) =>
      request.method === 'HEAD' && /^Veeam\/.*\/$/.test(request.key) ? request.hungUp : store.pass(request),
    ),
  },
  {
    id: 'row-18',
    row: 18,
    does: 'writes the names of user metadata with capitals',
    caughtBy: ['row-18'],
    handler: answering(
      (request) => request.isRead,
      (answer) => ({
        ...answer,
        headers: answer.headers.map(([name, value]) => [
          /^x-amz-meta-/i.test(name) ? name.replace(/(^|-)[a-z]/g, (part) => part.toUpperCase()) : name,
          value,
        ]),
      }),
    ),
  },
  {
    id: 'row-18-times',
    row: 18,
    does: 'writes the times of lists as HTTP dates',
    caughtBy: ['row-18'],
    handler: answering(
      (request) => request.isList,
      (answer) =>
        withText(answer, (xml) =>
          xml.replace(
            /<LastModified>(.*?)<\/LastModified>/g,
            (_, time: string) => `<LastModified>${new Date(time).toUTCString()}</LastModified>`,
          ),
        ),
    ),
  },
  {
    id: 'row-24',
    row: 24,
    does: 'says the storage class SMART in HEAD and GET',
    caughtBy: ['row-24', 'precondition-storage-class'],
    handler: answering(
      (request) => request.isRead,
      (answer) => (answer.status === 200 ? withHeader(answer, 'x-amz-storage-class', 'SMART') : answer),
    ),
  },
  {
    id: 'row-24-lists',
    row: 24,
    does: 'says the storage class SMART in lists',
    caughtBy: ['row-24', 'precondition-storage-class'],
    handler: answering(
      (request) => request.isList,
      (answer) => withText(answer, (xml) => xml.replaceAll('>STANDARD<', '>SMART<')),
    ),
  },
  {
    id: 'row-26',
    row: 26,
    does: 'refuses CopyObject (412 PreconditionFailed)',
    caughtBy: ['row-26'],
    handler: refusing((request) => request.isCopy, 412, 'PreconditionFailed'),
  },
  {
    id: 'row-26-if-match',
    row: 26,
    does: 'refuses PUT with If-Match (501 NotImplemented)',
    caughtBy: ['row-26'],
    handler: refusing(
      (request) => request.isPut && request.header('if-match') !== undefined,
      501,
      'NotImplemented',
    ),
  },
  {
    id: 'row-37',
    row: 37,
    does: 'sends lists in chunks, without Content-Length',
    caughtBy: ['row-37'],
    handler: answering(
      (request) => request.isList,
      (answer) => ({ ...answer, isChunked: true }),
    ),
  },
  {
    id: 'row-37-ids',
    row: 37,
    does: 'sends no x-amz-id-2',
    caughtBy: ['row-37'],
    handler: answering(
      () => true,
      (answer) => withoutHeaders(answer, 'x-amz-id-2'),
    ),
  },
  {
    id: 'row-39',
    row: 39,
    does: 'decodes the keys of DeleteObjects a second time',
    caughtBy: ['row-39'],
    handler: handling((request, store) => {
      if (!request.isMultiDelete) return store.pass(request);
      const body = Buffer.from(
        request.body.toString().replace(/<Key>.*?<\/Key>/gs, (key) => decodedAgain(elementText(key, 'Key'))),
      );
      if (body.equals(request.body)) return store.pass(request);
      const question = questionOf(request);
      const headers = { ...question.headers, 'content-md5': createHash('md5').update(body).digest('base64') };
      return store.ask(request, { ...question, headers, body });
    }),
  },
  {
    id: 'row-42',
    row: 42,
    does: 'answers DeleteObjects that makes markers with 502 where x-amz-checksum-sha256 proves its body',
    caughtBy: ['row-42'],
    handler: refusing(
      (request) =>
        request.isMultiDelete &&
        request.header('x-amz-checksum-sha256') !== undefined &&
        !request.body.includes('<VersionId>'),
      502,
      'BadGateway',
    ),
  },
  {
    id: 'row-55',
    row: 55,
    does: 'demands Content-MD5 for DeleteObjects (400 InvalidRequest)',
    caughtBy: ['row-55'],
    handler: refusing(
      (request) => request.isMultiDelete && request.header('content-md5') === undefined,
      400,
      'InvalidRequest',
    ),
  },
  {
    id: 'row-56',
    row: 56,
    does: 'ignores If-None-Match on PUT',
    caughtBy: ['row-56'],
    handler: asking((request) =>
      isConditionalPut(request)
        ? { headers: withoutCondition(questionOf(request).headers ?? {}) }
        : undefined,
    ),
  },
  {
    id: 'precondition-multi-delete',
    does: 'names only the first 500 keys in the answer to DeleteObjects',
    caughtBy: ['precondition-multi-delete'],
    handler: answering(
      (request) => request.isMultiDelete,
      (answer) =>
        withText(answer, (xml) => changeEntries(xml, ['Deleted'], (entry, i) => (i < 500 ? entry : ''))),
    ),
  },
  {
    id: 'variant-aws-chunked',
    does: 'keeps aws-chunked as the Content-Encoding of the object',
    caughtBy: ['variant-aws-chunked-path', 'variant-aws-chunked-virtual-hosted'],
    handler: () => {
      const chunked = new Set<string>();
      return async (request, store) => {
        if (request.isPut && request.header('content-encoding')?.includes('aws-chunked') === true) {
          chunked.add(request.path);
        }
        const answer = await store.pass(request);
        return request.isRead && chunked.has(request.path)
          ? withHeader(answer, 'Content-Encoding', 'aws-chunked')
          : answer;
      };
    },
  },
];

function decodedAgain(key: string): string {
  return `<Key>${escapeXml(decodeURIComponent(key.replaceAll('+', ' ').replace(/%(?![0-9A-Fa-f]{2})/g, '%25')))}</Key>`;
}

function isConditionalPut(request: StoreRequest): boolean {
  return request.isPut && request.header('if-none-match') !== undefined;
}

function withoutCondition({
  'if-none-match': _,
  ...others
}: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return others;
}
