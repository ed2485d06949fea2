// Header names of S3, each once. Lower-case, as HeaderList compares them.

export const AMZ_PREFIX = 'x-amz-';
export const AMZ_BYPASS_GOVERNANCE = 'x-amz-bypass-governance-retention';
export const AMZ_CONTENT_SHA256 = 'x-amz-content-sha256';
export const AMZ_COPY_SOURCE = 'x-amz-copy-source';
export const AMZ_DATE = 'x-amz-date';
export const AMZ_DECODED_CONTENT_LENGTH = 'x-amz-decoded-content-length';
export const AMZ_REQUEST_ID = 'x-amz-request-id';
export const AMZ_SECURITY_TOKEN = 'x-amz-security-token';
export const AMZ_TRAILER = 'x-amz-trailer';

// MinIO unpacks a tar archive into many objects when this is set (cmd/object-handlers.go at 7aac2a2): keys that the
// gateway never sees. It looks like user metadata, which is how it slips through (CVE-2026-40344).
export const MINIO_SNOWBALL_EXTRACT = 'x-amz-meta-snowball-auto-extract';
