// ListObjectsV2 (Amazon S3 API Reference, ListObjectsV2).
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import { documentAnswer } from '../buckets/document-answer.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { KeyBound } from '../database/catalog.ts';
import { afterKey, afterPrefix } from '../database/key-bounds.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { parameter } from '../server/query.ts';
import { startBehind } from './common-prefix.ts';
import { continuationTokenOf, parseContinuationToken } from './continuation-token.ts';
import { commonPrefixElements, objectElement } from './listed-elements.ts';
import { pageElements, readListingRequest } from './listing-request.ts';
import { collectPage, type PageEntry } from './page.ts';

export function listObjectsV2({ request }: Call, { catalog }: StoreParts): Answer {
  checkListType(request);
  const bucket = requireBucket(catalog.buckets, request);
  const asked = readListingRequest(request);
  const { element } = asked;
  const token = parameter(request, 'continuation-token');
  // A token says all; S3 ignores `start-after` beside it and does not repeat it.
  const startAfter = token === undefined ? (parameter(request, 'start-after') ?? '') : '';
  const withOwner = parameter(request, 'fetch-owner') === 'true';
  const page = collectPage(
    (from) => catalog.versions.currentFrom(bucket.id, from, asked.prefix),
    token === undefined ? startBehind(startAfter, asked) : parseContinuationToken(token),
    asked,
    asked.maxKeys,
  );
  const last = page.isTruncated ? page.entries.at(-1) : undefined;
  return documentAnswer(
    'ListBucketResult',
    [
      xmlElement('Name', bucket.name),
      element('Prefix', asked.prefix),
      startAfter === '' ? '' : element('StartAfter', startAfter),
      token === undefined ? '' : xmlElement('ContinuationToken', token),
      last === undefined ? '' : xmlElement('NextContinuationToken', continuationTokenOf(behind(last))),
      xmlElement('KeyCount', String(page.entries.length)),
      pageElements(asked, page.isTruncated),
      ...page.entries.map((entry) =>
        entry.kind === 'row' ? objectElement(entry.row, element, withOwner) : '',
      ),
      commonPrefixElements(page.entries, element),
    ].join(''),
  );
}

function behind(entry: PageEntry<{ readonly key: string }>): KeyBound {
  return entry.kind === 'row' ? afterKey(entry.row.key) : afterPrefix(entry.prefix);
}

/** Amazon S3 lists by version 1 for every other value, which does not know this version's parameters. */
function checkListType(request: S3Request): void {
  const value = parameter(request, 'list-type');
  if (value === '2') return;
  throw new S3Error('InvalidArgument', {
    message: 'list-type must be 2.',
    details: { ArgumentName: 'list-type', ArgumentValue: (value ?? '').slice(0, 64) },
  });
}
