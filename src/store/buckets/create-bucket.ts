// CreateBucket (Amazon S3 API Reference, CreateBucket).
import { announcesBody } from '../../http1/head.ts';
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import type { Answer, Call, StoreParts } from '../server/call.ts';
import { readDocument, SMALL_DOCUMENT_BYTES } from '../server/read-document.ts';
import { parseConfiguration, textOf } from './configuration-xml.ts';
import { checkCannedAcl, checkWriteHeaders } from './write-headers.ts';

const OBJECT_LOCK = 'x-amz-bucket-object-lock-enabled';
const OWNERSHIP = 'x-amz-object-ownership';
const KNOWN_HEADERS = ['x-amz-acl', OBJECT_LOCK, OWNERSHIP];

const ROOT = 'CreateBucketConfiguration';
/** Of directory buckets, and tags. */
const NOT_KEPT = ['Bucket', 'Location', 'Tags'];

/**
 * Makes a bucket, with `x-amz-bucket-object-lock-enabled` one with versioning and object lock. One that exists is
 * BucketAlreadyOwnedByYou in every region, as with MinIO; Amazon S3 answers 200 in us-east-1.
 */
export async function createBucket(call: Call, store: StoreParts): Promise<Answer> {
  const { request } = call;
  const objectLock = readHeaders(request);
  checkLocation(await readLocation(call), store.region);
  const name = request.bucket;
  await store.catalog.write(({ buckets }) => {
    if (buckets.find(name) !== undefined) {
      throw new S3Error('BucketAlreadyOwnedByYou', { details: { BucketName: name } });
    }
    const versioning = objectLock ? 'enabled' : 'off';
    buckets.insert({ name, createdMs: store.wallClock(), versioning, objectLock });
  });
  return { status: 200, headers: [['Location', `/${name}`]] };
}

/** Whether object lock is asked for. */
function readHeaders(request: S3Request): boolean {
  checkWriteHeaders(request, KNOWN_HEADERS);
  checkCannedAcl(request);
  const { headers } = request.head;
  const ownership = headers.get(OWNERSHIP);
  if (ownership !== undefined && ownership !== 'BucketOwnerEnforced') {
    throw new S3Error('NotImplemented', {
      message: `The object ownership "${ownership.slice(0, 64)}" is not implemented: the owner of a bucket owns its objects.`,
    });
  }
  const objectLock = headers.get(OBJECT_LOCK)?.toLowerCase() ?? 'false';
  if (objectLock !== 'true' && objectLock !== 'false') {
    throw new S3Error('InvalidArgument', {
      message: `${OBJECT_LOCK} must be true or false.`,
      details: { ArgumentName: OBJECT_LOCK, ArgumentValue: objectLock.slice(0, 64) },
    });
  }
  return objectLock === 'true';
}

async function readLocation(call: Call): Promise<string> {
  if (!announcesBody(call.exchange.head.framing)) return '';
  const body = await readDocument(call, SMALL_DOCUMENT_BYTES);
  if (body.length === 0) return '';
  // SDKs write the root also where there is nothing to say; it then has no children.
  const configuration = parseConfiguration(body, ROOT, ['LocationConstraint', ...NOT_KEPT]);
  const lost = NOT_KEPT.find((name) => configuration.has(name));
  if (lost !== undefined) {
    throw new S3Error('NotImplemented', { message: `<${lost}> of a new bucket is not implemented.` });
  }
  return textOf(configuration, 'LocationConstraint') ?? '';
}

/** Unlike Amazon S3 it also takes `us-east-1` by name, and no constraint at all in every region: there is one region here. */
function checkLocation(location: string, region: string): void {
  if (location === '' || location === region) return;
  throw new S3Error('IllegalLocationConstraintException', {
    message: `The ${location.slice(0, 64)} location constraint is incompatible with this store's region, ${region}.`,
  });
}
