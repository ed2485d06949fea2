// GetObject and HeadObject: the same answer, with and without its body.
import { evaluateConditions } from '../../s3/conditional.ts';
import { S3Error } from '../../s3/error.ts';
import { formatHttpDate } from '../../s3/http-date.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { VersionRow } from '../database/rows.ts';
import type { Answer, AnswerHeaders, Call, StoreParts } from '../server/call.ts';
import { findObject } from './find-version.ts';
import { checkReadHeaders } from './read-headers.ts';
import { withOverrides } from './response-overrides.ts';
import { type SelectedBytes, selectBytes } from './selected-bytes.ts';
import { checksumHeaders, objectHeaders, versionIdHeader } from './version-headers.ts';

type Read =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | {
      readonly kind: 'object';
      readonly row: VersionRow;
      readonly selected: SelectedBytes;
      readonly headers: AnswerHeaders;
    };

export function headObject(call: Call, store: StoreParts): Answer {
  const read = readObject(call, store);
  if (read.kind === 'answer') return read.answer;
  const { status, first, last } = read.selected;
  return { status, headers: [...read.headers, ['Content-Length', String(last - first + 1)]] };
}

export async function getObject(call: Call, store: StoreParts): Promise<Answer> {
  const read = readObject(call, store);
  if (read.kind === 'answer') return read.answer;
  const { row, selected, headers } = read;
  const { status, first, last } = selected;
  if (last < first) return { status, headers, body: Buffer.alloc(0) };
  // Nothing is awaited since the version was found: from here on its files are held open for this reader.
  const stream = await store.bodies.open(store.catalog.versions.content(row.id), { first, last });
  return { status, headers, stream };
}

function readObject({ request }: Call, { catalog }: StoreParts): Read {
  checkReadHeaders(request);
  const bucket = requireBucket(catalog.buckets, request);
  const found = findObject(catalog.versions, bucket, request);
  if (found.kind === 'marker') return { kind: 'answer', answer: found.answer };
  const { row } = found;
  const validators = { etag: `"${row.etag}"`, lastModifiedMs: row.modifiedMs };
  const verdict = evaluateConditions(request.head.headers, validators);
  switch (verdict.kind) {
    case 'failed':
      throw new S3Error('PreconditionFailed', { details: { Condition: verdict.condition } });
    case 'not-modified': {
      const lastModified = ['Last-Modified', formatHttpDate(row.modifiedMs)] as const;
      const headers = [['ETag', validators.etag], lastModified, ...versionIdHeader(bucket, row)] as const;
      return { kind: 'answer', answer: { status: 304, headers } };
    }
    case 'proceed':
      break;
  }
  const selected = selectBytes(request, row, validators, () => catalog.versions.parts(row.id));
  const wantsChecksum = request.head.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const headers = [
    ...withOverrides(objectHeaders(row, bucket), request),
    ...selected.headers,
    ...(wantsChecksum ? checksumHeaders(selected.checksum) : []),
  ];
  return { kind: 'object', row, selected, headers };
}
