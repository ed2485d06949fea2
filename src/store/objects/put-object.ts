// PutObject.
import { requireBucket } from '../buckets/require-bucket.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { addReceived } from './add-received.ts';
import { checkMayAdd } from './add-version.ts';
import { readBodyExpectations } from './body-expectations.ts';
import { readObjectHeaders } from './object-headers.ts';
import { checksumHeaders, versionIdHeader } from './version-headers.ts';

export async function putObject(call: Call, store: StoreParts): Promise<Answer> {
  const { request, exchange } = call;
  const { catalog, bodies } = store;
  const bucket = requireBucket(catalog.buckets, request);
  const described = readObjectHeaders(call, bucket, store);
  const expectations = readBodyExpectations(call);
  checkMayAdd(catalog, store, bucket, request, request.key, expectations.length);
  const received = await bodies.receive(exchange, expectations, { inline: true });
  const added = await addReceived(store, request, received, described, expectations.checksum?.algorithm);
  return {
    status: 200,
    headers: [
      ['ETag', `"${added.row.etag}"`],
      ...versionIdHeader(added.bucket, added.row),
      ...checksumHeaders(added.row.checksum),
    ],
  };
}
