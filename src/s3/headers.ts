// Header names of S3, each once. Lower-case, as HeaderList compares them.

export const AMZ_PREFIX = 'x-amz-';
export const AMZ_BYPASS_GOVERNANCE = 'x-amz-bypass-governance-retention';
export const AMZ_CONTENT_SHA256 = 'x-amz-content-sha256';
export const AMZ_COPY_SOURCE = 'x-amz-copy-source';
export const AMZ_COPY_SOURCE_RANGE = 'x-amz-copy-source-range';
export const AMZ_COPY_SOURCE_VERSION_ID = 'x-amz-copy-source-version-id';
export const AMZ_DATE = 'x-amz-date';
export const AMZ_DECODED_CONTENT_LENGTH = 'x-amz-decoded-content-length';
export const AMZ_DELETE_MARKER = 'x-amz-delete-marker';
export const AMZ_META_PREFIX = 'x-amz-meta-';
export const AMZ_REQUEST_ID = 'x-amz-request-id';
export const AMZ_SDK_CHECKSUM_ALGORITHM = 'x-amz-sdk-checksum-algorithm';
export const AMZ_SECURITY_TOKEN = 'x-amz-security-token';
export const AMZ_TRAILER = 'x-amz-trailer';
export const AMZ_VERSION_ID = 'x-amz-version-id';

// MinIO unpacks a tar archive into many objects when this is set (cmd/object-handlers.go at 7aac2a2): keys that the
// gateway never sees. It looks like user metadata, which is how it slips through (CVE-2026-40344).
export const MINIO_SNOWBALL_EXTRACT = 'x-amz-meta-snowball-auto-extract';

// S3 has it in answers only. MinIO takes `REPLICA` in a request for the word of another store of its cluster, if the key may
// replicate: it then deletes versions under compliance retention and writes without the bucket's default retention
// (cmd/object-handlers.go, DeleteObjectHandler, and cmd/bucket-object-lock.go at 7aac2a2; seen 2026-11).
export const AMZ_REPLICATION_STATUS = 'x-amz-replication-status';
