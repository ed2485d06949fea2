// Versioning of a bucket (Amazon S3 API Reference, GetBucketVersioning and PutBucketVersioning).
import { S3Error } from '../../s3/error.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import type { BucketVersioning } from '../database/rows.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { readDocument, SMALL_DOCUMENT_BYTES } from '../server/read-document.ts';
import { malformed, parseConfiguration, textOf } from './configuration-xml.ts';
import { documentAnswer } from './document-answer.ts';
import { requireBucket } from './require-bucket.ts';
import { checkWriteHeaders } from './write-headers.ts';

const ROOT = 'VersioningConfiguration';
const STATUS: Readonly<Record<BucketVersioning, string | undefined>> = {
  off: undefined,
  enabled: 'Enabled',
  suspended: 'Suspended',
};

/** The element is there also where versioning was never on. */
export function getBucketVersioning({ request }: Call, { catalog }: StoreParts): Answer {
  const status = STATUS[requireBucket(catalog.buckets, request).versioning];
  return documentAnswer(ROOT, status === undefined ? '' : xmlElement('Status', status));
}

/** Throws InvalidBucketState for a suspension where object lock is on: an overwritten `null` version is a deleted one. */
export async function putBucketVersioning(call: Call, { catalog }: StoreParts): Promise<Answer> {
  const { request } = call;
  checkWriteHeaders(request);
  requireBucket(catalog.buckets, request);
  const versioning = parseVersioning(await readDocument(call, SMALL_DOCUMENT_BYTES));
  await catalog.write(({ buckets }) => {
    const bucket = requireBucket(buckets, request);
    if (bucket.objectLock && versioning !== 'enabled') {
      throw new S3Error('InvalidBucketState', {
        message:
          'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      });
    }
    buckets.setVersioning(bucket.id, versioning);
  });
  return { status: 200, headers: [] };
}

function parseVersioning(body: Buffer): BucketVersioning {
  const children = parseConfiguration(body, ROOT, ['Status', 'MfaDelete']);
  const mfaDelete = textOf(children, 'MfaDelete');
  if (mfaDelete === 'Enabled')
    throw new S3Error('NotImplemented', { message: 'MFA delete is not implemented.' });
  if (mfaDelete !== undefined && mfaDelete !== 'Disabled') throw malformed('MfaDelete');
  switch (textOf(children, 'Status')) {
    case 'Enabled':
      return 'enabled';
    case 'Suspended':
      return 'suspended';
    default:
      throw malformed('Status');
  }
}
