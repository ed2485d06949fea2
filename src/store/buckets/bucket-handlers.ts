// The handlers of the service and of buckets, without listings and uploads.
import type { Handlers } from '../server/call.ts';
import { ABSENT_SETTINGS } from './absent-settings.ts';
import { getBucketAcl, putBucketAcl } from './bucket-acl.ts';
import { deleteBucket, getBucketLocation, headBucket } from './bucket-existence.ts';
import { getBucketVersioning, putBucketVersioning } from './bucket-versioning.ts';
import { createBucket } from './create-bucket.ts';
import { headService, listBuckets } from './list-buckets.ts';
import { getObjectLockConfiguration, putObjectLockConfiguration } from './object-lock-configuration.ts';

export const BUCKET_HANDLERS: Handlers = {
  ...ABSENT_SETTINGS,
  ListBuckets: listBuckets,
  HeadService: headService,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  GetBucketAcl: getBucketAcl,
  PutBucketAcl: putBucketAcl,
  GetBucketVersioning: getBucketVersioning,
  PutBucketVersioning: putBucketVersioning,
  GetObjectLockConfiguration: getObjectLockConfiguration,
  PutObjectLockConfiguration: putObjectLockConfiguration,
};
