// S3 errors: one class, one table. The code alone decides status and default text.
// Codes and statuses: Amazon S3 API Reference, "Error responses" (read 2026-11); deviations say why.

interface ErrorEntry {
  readonly status: number;
  readonly message: string;
}

export const S3_ERRORS = {
  AccessControlListNotSupported: { status: 400, message: 'The bucket does not allow ACLs.' },
  AccessDenied: { status: 403, message: 'Access Denied' },
  AuthorizationHeaderMalformed: {
    status: 400,
    message: 'The authorization header that you provided is not valid.',
  },
  AuthorizationQueryParametersError: {
    status: 400,
    message: 'The authorization query parameters that you provided are not valid.',
  },
  BadDigest: {
    status: 400,
    message: 'The Content-MD5 or checksum value that you specified did not match what the server received.',
  },
  // The store broke HTTP; S3 has no code of its own for a gateway, 502 is HTTP's.
  BadGateway: { status: 502, message: 'The store behind the gateway sent an answer that is not valid.' },
  BadRequest: { status: 400, message: 'The request is not valid HTTP/1.1.' },
  BucketAlreadyOwnedByYou: {
    status: 409,
    message: 'The bucket that you tried to create already exists, and you own it.',
  },
  BucketNotEmpty: { status: 409, message: 'The bucket that you tried to delete is not empty.' },
  EntityTooLarge: { status: 400, message: 'Your proposed upload exceeds the maximum allowed size.' },
  EntityTooSmall: {
    status: 400,
    message: 'Your proposed upload is smaller than the minimum allowed object size.',
  },
  GatewayTimeout: { status: 504, message: 'The store behind the gateway did not answer in time.' },
  IllegalLocationConstraintException: {
    status: 400,
    message: "The location constraint does not name this store's region.",
  },
  IncompleteBody: {
    status: 400,
    message: 'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  },
  // S3 itself is never full. 507 is what MinIO answers (XMinioStorageFull, cmd/api-errors.go at 7aac2a2); SDKs do not repeat it.
  InsufficientStorage: { status: 507, message: 'The store has no room for this object.' },
  InternalError: { status: 500, message: 'We encountered an internal error. Please try again.' },
  InvalidAccessKeyId: {
    status: 403,
    message: 'The access key ID that you provided does not exist in our records.',
  },
  InvalidArgument: { status: 400, message: 'Invalid Argument' },
  InvalidBucketName: { status: 400, message: 'The specified bucket is not valid.' },
  InvalidBucketState: {
    status: 409,
    message: 'The request is not valid for the current state of the bucket.',
  },
  InvalidDigest: {
    status: 400,
    message: 'The Content-MD5 or checksum value that you specified is not valid.',
  },
  InvalidPart: {
    status: 400,
    message:
      "One or more of the specified parts could not be found. The part might not have been uploaded, or the specified entity tag might not match the part's entity tag.",
  },
  InvalidPartNumber: { status: 416, message: 'The requested part number is not satisfiable.' },
  InvalidPartOrder: {
    status: 400,
    message:
      'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
  },
  InvalidRange: { status: 416, message: 'The requested range is not satisfiable.' },
  InvalidRequest: { status: 400, message: 'Invalid Request' },
  InvalidStorageClass: { status: 400, message: 'The storage class that you specified is not valid.' },
  InvalidTag: { status: 400, message: 'The tag provided was not a valid tag.' },
  InvalidToken: { status: 400, message: 'The provided token is malformed or otherwise not valid.' },
  InvalidURI: { status: 400, message: "Couldn't parse the specified URI." },
  KeyTooLongError: { status: 400, message: 'Your key is too long.' },
  MalformedXML: {
    status: 400,
    message:
      'The XML that you provided was not well formed or did not validate against our published schema.',
  },
  MetadataTooLarge: {
    status: 400,
    message: 'Your metadata headers exceed the maximum allowed metadata size.',
  },
  MethodNotAllowed: { status: 405, message: 'The specified method is not allowed against this resource.' },
  MissingContentLength: { status: 411, message: 'You must provide the Content-Length HTTP header.' },
  NoSuchBucket: { status: 404, message: 'The specified bucket does not exist.' },
  NoSuchBucketPolicy: { status: 404, message: 'The specified bucket does not have a bucket policy.' },
  NoSuchCORSConfiguration: { status: 404, message: 'The CORS configuration does not exist.' },
  NoSuchKey: { status: 404, message: 'The specified key does not exist.' },
  NoSuchLifecycleConfiguration: { status: 404, message: 'The lifecycle configuration does not exist.' },
  NoSuchObjectLockConfiguration: {
    status: 404,
    message: 'The specified object does not have an Object Lock configuration.',
  },
  NoSuchPublicAccessBlockConfiguration: {
    status: 404,
    message: 'The public access block configuration was not found.',
  },
  NoSuchTagSet: { status: 404, message: 'There is no tag set associated with the bucket.' },
  NoSuchUpload: {
    status: 404,
    message:
      'The specified multipart upload does not exist. The upload ID might not be valid, or the multipart upload might have been aborted or completed.',
  },
  NoSuchVersion: { status: 404, message: 'The specified version does not exist.' },
  NoSuchWebsiteConfiguration: {
    status: 404,
    message: 'The specified bucket does not have a website configuration.',
  },
  NotImplemented: {
    status: 501,
    message: 'A header or query parameter that you provided implies functionality that is not implemented.',
  },
  ObjectLockConfigurationNotFoundError: {
    status: 404,
    message: 'Object Lock configuration does not exist for this bucket.',
  },
  OwnershipControlsNotFoundError: { status: 404, message: 'The bucket ownership controls were not found.' },
  PreconditionFailed: {
    status: 412,
    message: 'At least one of the preconditions that you specified did not hold.',
  },
  // Ceph RGW's code and status (Ceph documentation, "Object gateway quotas").
  QuotaExceeded: { status: 403, message: 'The quota of the bucket is used up.' },
  ReplicationConfigurationNotFoundError: {
    status: 404,
    message: 'The replication configuration was not found.',
  },
  RequestHeaderSectionTooLarge: {
    status: 400,
    message: 'Your request header section exceeds the maximum allowed size.',
  },
  RequestTimeout: {
    status: 400,
    message:
      'Your socket connection to the server was not read from or written to within the timeout period.',
  },
  RequestTimeTooSkewed: {
    status: 403,
    message: "The difference between the request time and the server's time is too large.",
  },
  ServerSideEncryptionConfigurationNotFoundError: {
    status: 404,
    message: 'The server side encryption configuration was not found.',
  },
  ServiceUnavailable: {
    status: 503,
    message: 'The store behind the gateway cannot be reached. Please try again.',
  },
  SignatureDoesNotMatch: {
    status: 403,
    message:
      'The request signature that we calculated does not match the signature that you provided. Check your secret access key and signing method.',
  },
  SlowDown: { status: 503, message: 'Please reduce your request rate.' },
  XAmzContentSHA256Mismatch: {
    status: 400,
    message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type S3ErrorCode = keyof typeof S3_ERRORS;

/** What an error may carry beyond its code. */
export interface S3ErrorOptions {
  /** Text for the client instead of the table's. */
  readonly message?: string;
  /** Text for the log only. Must not hold a secret or a correct signature. */
  readonly reason?: string;
  /** Extra XML elements, in order: `Region`, `HeadersNotSigned`, `ArgumentName` … */
  readonly details?: Readonly<Record<string, string>>;
  /** For 503: when to try again. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** An error that a client is told as S3 XML. Thrown anywhere, rendered in one place. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: S3ErrorCode;
  readonly status: number;
  readonly reason: string | undefined;
  readonly details: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number;

  constructor(code: S3ErrorCode, options: S3ErrorOptions = {}) {
    const entry: ErrorEntry = S3_ERRORS[code];
    super(options.message ?? entry.message, { cause: options.cause });
    this.code = code;
    this.status = entry.status;
    this.reason = options.reason;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }
}
