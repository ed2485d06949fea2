// What the stores do differently, side by side and each with its reason; tests ask here and have no cases of their own.
// Seen with the versions that .ci/run brings (MinIO 7aac2a2, Ceph 16.2.15), 2026-11. The embedded store does as Amazon S3 does
// where nothing else is said.
import type { RunningStore, StoreName } from './running-store.ts';

/** Status and S3 error code; no code where there is no error, or where it has no body. */
export type Told = readonly [status: number, code?: string];

type Difference<T> = Readonly<Record<StoreName, T>> & { readonly why: string };

interface Differing {
  readonly lockedVersionDeleted: Told;
  readonly partsOfAnAbortedUpload: Told;
  readonly pagesOfTenThousandKeys: number;
  readonly keysWithEmptySegments: boolean;
  readonly findsKeysByALeadingSlash: boolean;
  readonly hasSosapiOfItsOwn: boolean;
  readonly mebibytesOfEachBodyInMemoryTests: number;
  readonly takesAwsChunked: boolean;
}

const DIFFERENCES: { readonly [K in keyof Differing]: Difference<Differing[K]> } = {
  lockedVersionDeleted: {
    minio: [400, 'InvalidRequest'],
    ceph: [403, 'AccessDenied'],
    embedded: [403, 'AccessDenied'],
    why: 'MinIO calls a version that is locked an invalid request.',
  },
  partsOfAnAbortedUpload: {
    minio: [404, 'NoSuchUpload'],
    ceph: [404, 'NoSuchKey'],
    embedded: [404, 'NoSuchUpload'],
    why: 'RGW looks for the key first.',
  },
  pagesOfTenThousandKeys: {
    minio: 11,
    ceph: 10,
    embedded: 10,
    why: 'MinIO says that there is more behind the last key, and then there is not.',
  },
  keysWithEmptySegments: {
    minio: false,
    ceph: true,
    embedded: true,
    why: 'MinIO keeps keys as paths of a file system.',
  },
  findsKeysByALeadingSlash: {
    minio: false,
    ceph: true,
    embedded: true,
    why: 'MinIO takes a key with a leading slash and lists nothing under such a prefix.',
  },
  hasSosapiOfItsOwn: {
    minio: true,
    ceph: false,
    embedded: false,
    why: 'MinIO answers the two SOSAPI keys itself in every bucket.',
  },
  takesAwsChunked: {
    minio: true,
    ceph: false,
    embedded: true,
    why: 'RGW learnt trailing checksums after 16.2 (ceph/ceph#54856).',
  },
  mebibytesOfEachBodyInMemoryTests: {
    minio: 64,
    ceph: 16,
    embedded: 64,
    why: "Ceph's OSD here lives in memory, and takes two bytes of it for each one stored.",
  },
};

export function differenceOf<K extends keyof Differing>(store: RunningStore, name: K): Differing[K] {
  return DIFFERENCES[name][store.name];
}

/** By the request as same-as-the-store.test.ts writes it: what each store answers where they do not answer alike. */
export const DIFFERENT_ANSWERS: Readonly<Record<string, Difference<Told>>> = {
  'GET key, range bytes=a-b': {
    minio: [200],
    ceph: [206],
    embedded: [200],
    why: 'A range that is none is ignored (RFC 9110, 14.2); RGW answers with all bytes as a part.',
  },
  'GET key, two ranges': {
    minio: [200],
    ceph: [206],
    embedded: [200],
    why: 'S3 serves one range at a time and ignores several; RGW answers as above.',
  },
  'GET key, If-None-Match: *': {
    minio: [304],
    ceph: [200],
    embedded: [304],
    why: 'RGW compares the star with the ETag.',
  },
  'GET key, a version id that is none': {
    minio: [400, 'InvalidArgument'],
    ceph: [404, 'NoSuchKey'],
    embedded: [400, 'InvalidArgument'],
    why: 'RGW takes any text for a version id.',
  },
  'GET retention of an unlocked key': {
    minio: [400, 'NoSuchObjectLockConfiguration'],
    ceph: [404, 'ObjectLockConfigurationNotFoundError'],
    embedded: [404, 'NoSuchObjectLockConfiguration'],
    why: 'MinIO has the code with another status, RGW the code that belongs to the bucket.',
  },
  'GET legal hold of a key that never had one': {
    minio: [400, 'NoSuchObjectLockConfiguration'],
    ceph: [404, 'ObjectLockConfigurationNotFoundError'],
    embedded: [200],
    why: 'Amazon S3 answers 404 NoSuchObjectLockConfiguration; the embedded store keeps on or off, and says OFF.',
  },
  'GET parts of an upload that is none': {
    minio: [404, 'NoSuchUpload'],
    ceph: [404, 'NoSuchKey'],
    embedded: [404, 'NoSuchUpload'],
    why: 'RGW looks for the key first.',
  },
  'GET part 2 of an object that has one': {
    minio: [416, 'InvalidPartNumber'],
    ceph: [200],
    embedded: [416, 'InvalidPartNumber'],
    why: 'RGW reads objects that were not uploaded in parts as a whole.',
  },
  'GET ?encryption': {
    minio: [404, 'ServerSideEncryptionConfigurationNotFoundError'],
    ceph: [200],
    embedded: [404, 'ServerSideEncryptionConfigurationNotFoundError'],
    why: 'RGW has no object for it and answers with the listing of the bucket.',
  },
  'GET ?website': {
    minio: [404, 'NoSuchWebsiteConfiguration'],
    ceph: [405, 'MethodNotAllowed'],
    embedded: [404, 'NoSuchWebsiteConfiguration'],
    why: 'RGW has websites switched off.',
  },
  'GET ?publicAccessBlock': {
    minio: [501, 'NotImplemented'],
    ceph: [200],
    embedded: [404, 'NoSuchPublicAccessBlockConfiguration'],
    why: 'MinIO does not have it, RGW always has one.',
  },
  'GET ?ownershipControls': {
    minio: [501, 'NotImplemented'],
    ceph: [200],
    embedded: [404, 'OwnershipControlsNotFoundError'],
    why: 'MinIO does not have it, RGW answers with the listing of the bucket.',
  },
  'GET ?replication': {
    minio: [404, 'ReplicationConfigurationNotFoundError'],
    ceph: [200],
    embedded: [404, 'ReplicationConfigurationNotFoundError'],
    why: 'RGW answers with an empty configuration.',
  },
  'GET ?policyStatus': {
    minio: [200],
    ceph: [200],
    embedded: [404, 'NoSuchBucketPolicy'],
    why: 'Without a policy there is no status of one; so Amazon S3.',
  },
  'GET list, max-keys -1': {
    minio: [400, 'InvalidArgument'],
    ceph: [200],
    embedded: [400, 'InvalidArgument'],
    why: 'RGW takes it for its default.',
  },
  'GET list, a continuation token that is none': {
    minio: [400, 'InvalidArgument'],
    ceph: [200],
    embedded: [400, 'InvalidArgument'],
    why: "RGW's token is the key itself.",
  },
  'PUT bucket that is there': {
    minio: [409, 'BucketAlreadyOwnedByYou'],
    ceph: [200],
    embedded: [409, 'BucketAlreadyOwnedByYou'],
    why: 'Amazon S3 answers 200 in us-east-1 and 409 elsewhere; one answer is enough.',
  },
  'PUT versioning Suspended under object lock': {
    minio: [400, 'InvalidBucketState'],
    ceph: [409, 'InvalidBucketState'],
    embedded: [409, 'InvalidBucketState'],
    why: 'MinIO has the code with another status.',
  },
  'DELETE locked version': {
    minio: [400, 'InvalidRequest'],
    ceph: [403, 'AccessDenied'],
    embedded: [403, 'AccessDenied'],
    why: 'As lockedVersionDeleted.',
  },
  'POST delete of a locked version': {
    minio: [200, 'InvalidRequest'],
    ceph: [200, 'AccessDenied'],
    embedded: [200, 'AccessDenied'],
    why: 'As lockedVersionDeleted.',
  },
  'PUT retention that is shortened': {
    minio: [400, 'InvalidRequest'],
    ceph: [403, 'AccessDenied'],
    embedded: [403, 'AccessDenied'],
    why: 'As lockedVersionDeleted.',
  },
  'PUT retention in the past on an unlocked key': {
    minio: [400, 'MalformedXML'],
    ceph: [400, 'InvalidArgument'],
    embedded: [400, 'InvalidArgument'],
    why: 'MinIO judges the date while it reads the document.',
  },
  'PUT key, If-None-Match: * where there is one': {
    minio: [412, 'PreconditionFailed'],
    ceph: [200],
    embedded: [412, 'PreconditionFailed'],
    why: 'RGW 16 has no conditional writes: it writes.',
  },
  'PUT key, If-None-Match with an ETag': {
    minio: [200],
    ceph: [412, 'PreconditionFailed'],
    embedded: [501, 'NotImplemented'],
    why: 'S3 knows only the star there, and answers 501.',
  },
  'PUT absent key, If-Match': {
    minio: [404, 'NoSuchKey'],
    ceph: [412, 'PreconditionFailed'],
    embedded: [404, 'NoSuchKey'],
    why: 'Amazon S3 answers 404.',
  },
  'PUT key, storage class GLACIER': {
    minio: [400, 'InvalidStorageClass'],
    ceph: [400, 'InvalidArgument'],
    embedded: [400, 'InvalidStorageClass'],
    why: 'RGW has the same for every argument.',
  },
  'PUT key, acl public-read': {
    minio: [200],
    ceph: [200],
    embedded: [400, 'AccessControlListNotSupported'],
    why: 'MinIO takes it and keeps nothing of it; RGW has ACLs; the embedded store refuses what it does not do.',
  },
  'PUT key, another CRC32': {
    minio: [400, 'XAmzContentChecksumMismatch'],
    ceph: [200],
    embedded: [400, 'BadDigest'],
    why: 'RGW 16 does not look at it; MinIO has a code of its own.',
  },
  'PUT key, x-amz-sdk-checksum-algorithm without a checksum': {
    minio: [200],
    ceph: [200],
    embedded: [400, 'InvalidRequest'],
    why: 'Amazon S3 refuses what was announced and is not there.',
  },
  'PUT part 10001': {
    minio: [400, 'InvalidArgument'],
    ceph: [404, 'NoSuchUpload'],
    embedded: [400, 'InvalidArgument'],
    why: 'RGW looks for the upload and not at the number.',
  },
  'DELETE upload that is none': {
    minio: [204],
    ceph: [404, 'NoSuchUpload'],
    embedded: [404, 'NoSuchUpload'],
    why: 'MinIO takes what is gone for aborted.',
  },
  'PUT key with empty segments': {
    minio: [400, 'XMinioInvalidObjectName'],
    ceph: [200],
    embedded: [200],
    why: 'As keysWithEmptySegments.',
  },
  'PUT key, copied onto itself': {
    minio: [400, 'InvalidRequest'],
    ceph: [400, 'InvalidRequest'],
    embedded: [200],
    why: 'The embedded store makes a new version, which replaces nothing; where it would replace its source it refuses too.',
  },
};

/** What a store answers to a request that is in the table; undefined where all answer alike. */
export function ownAnswerOf(store: RunningStore, request: string): Told | undefined {
  return DIFFERENT_ANSWERS[request]?.[store.name];
}
