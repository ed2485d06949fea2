// ListObjects, the first version (Amazon S3 API Reference, ListObjects).
import { xmlElement } from '../../s3/xml-text.ts';
import { documentAnswer } from '../buckets/document-answer.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { parameter } from '../server/query.ts';
import { startBehind } from './common-prefix.ts';
import { commonPrefixElements, objectElement } from './listed-elements.ts';
import { pageElements, readListingRequest } from './listing-request.ts';
import { collectPage, type PageEntry } from './page.ts';

export function listObjects({ request }: Call, { catalog }: StoreParts): Answer {
  const bucket = requireBucket(catalog.buckets, request);
  const asked = readListingRequest(request);
  const { element } = asked;
  const marker = parameter(request, 'marker') ?? '';
  const page = collectPage(
    (from) => catalog.versions.currentFrom(bucket.id, from, asked.prefix),
    startBehind(marker, asked),
    asked,
    asked.maxKeys,
  );
  const last = page.isTruncated ? page.entries.at(-1) : undefined;
  return documentAnswer(
    'ListBucketResult',
    [
      xmlElement('Name', bucket.name),
      element('Prefix', asked.prefix),
      element('Marker', marker),
      // Without a delimiter a client goes on from the last key, and S3 sends none.
      last === undefined || asked.delimiter === undefined ? '' : element('NextMarker', nameOf(last)),
      pageElements(asked, page.isTruncated),
      ...page.entries.map((entry) => (entry.kind === 'row' ? objectElement(entry.row, element, true) : '')),
      commonPrefixElements(page.entries, element),
    ].join(''),
  );
}

function nameOf(entry: PageEntry<{ readonly key: string }>): string {
  return entry.kind === 'row' ? entry.row.key : entry.prefix;
}
