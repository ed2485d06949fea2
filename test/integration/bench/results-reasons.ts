// Why a case does not pass on a store, looked up in the store's source, and what the gateway makes of it.
// MinIO: github.com/minio/minio at 7aac2a2 (2026-02). Ceph: rgw of ceph/ceph. Both read 2026-11.

/** By case: Markdown. A case that does not pass somewhere and does not stand here fails the writing of the page. */
export const REASONS: Readonly<Record<string, string>> = {
  'sosapi-presence':
    'RGW has no SOSAPI: nothing in its source knows the reserved prefix. The gateway serves both documents before it.',
  'sosapi-missing-bucket':
    '`veeamSOSAPIGetObject` (`cmd/veeam-sos-api.go`) is asked before anybody looks whether the bucket exists. The gateway answers by its own rules for buckets and asks the store.',
  'sosapi-range':
    'An invalid range ends `veeamSOSAPIGetObject` with an error that `GetObjectNInfo` (`cmd/erasure-server-pool.go`) takes for "not one of these documents", and the object is then looked for in vain. The gateway serves the documents itself.',
  'sosapi-last-modified-still':
    '`veeamSOSAPIGetObject` says `ModTime: UTCNow()` for both documents, whatever is in them. The gateway says when the numbers changed.',
  'sosapi-not-writable':
    'Only reads know the reserved keys in MinIO: `PutObject` stores an object there, which no GET gives and ListObjectVersions shows. The gateway refuses writes below the reserved prefix, and hides in lists what is there from before.',
  'sequence-09':
    '`ErrObjectLocked` is `InvalidRequest`, 400 (`cmd/api-errors.go`). The version stays, which is what matters. The gateway passes the code on: it does not reword what a store says of an object.',
  'sequence-12':
    '`RGWCopyObj_ObjStore_S3::send_partial_response` ends the head before anybody asks for the version (`rgw_rest_s3.cc`). The gateway cannot know the id without another call, and an id that somebody else wrote meanwhile would be worse than none.',
  'row-29':
    'MinIO has no route for HEAD / and answers as to a malformed request; RGW answers it like GET, body and all. The gateway answers with the head alone.',
  'row-30':
    'MinIO sends the header where `MINIO_SITE_REGION` is set (`cmd/api-headers.go`); RGW sends no such header. One project alone names it, and VBR works with stores that lack it: passed on as it is.',
  'row-34':
    'No store but one sends this header, and S3 does not: the case is there to find out whether it matters. Passed on as it is.',
  'row-09':
    'S3 itself finds nothing with such a prefix. The gateway changes no key and no prefix: two names for one object are a way round policies and locks. The reports are of SeaweedFS alone, and VBR works with stores that answer like S3.',
  'row-10': 'As `row-09`: S3 itself answers so, and the gateway changes no prefix.',
  'row-27':
    'MinIO writes a key that ends with a slash through its directory layer (`__XLDIR__`, `cmd/utils.go`), and the answer carries no version id. It is reported with another product than Veeam.',
  'row-48':
    'MinIO: `ErrNoSuchObjectLockConfiguration` and `ErrObjectLocked` are 400 (`cmd/api-errors.go`). RGW: `ERR_NO_SUCH_OBJECT_LOCK_CONFIGURATION` is named `ObjectLockConfigurationNotFoundError` (`rgw_common.cc`). Veeam is not known to read these codes; the gateway passes them on.',
  'row-48-suspend':
    '`cmd/bucket-versioning-handler.go` answers 400 where S3 answers 409, with the same code. It refuses, which is what matters.',
  'row-26':
    'RGW 16 compares If-Match with the object that it is about to write, and in a bucket with versions that is a new one without an ETag; newer releases look at the current version (`get_current_version_state`, `check_preconditions` in `rgw_rados.cc`). The gateway cannot test a condition for the store; it passes the refusal on, so nothing is overwritten that should not be.',
  'row-37':
    'RGW lists in chunked encoding and sends no x-amz-id-2; the embedded store sends Content-Length and no x-amz-id-2. One project alone found that a client minds. The gateway streams lists and does not hold them back to count them.',
  'row-56':
    'RGW 16: as `row-26`, the new object of a version never exists before. MinIO compares If-None-Match with an ETag as HTTP says; S3 refuses everything but `*`. Seen with other clients than Veeam; the gateway does not answer for the store.',
  'row-51':
    'MinIO: "Delete marker already present we are not going to create new delete markers" (`cmd/erasure-server-pool.go`). RGW leaves it at one marker too. Nothing is lost by it: the newest version is a marker either way.',
  'row-01-suspended':
    'MinIO sends no id where it is "null" (`setPutObjHeaders`, `cmd/object-handlers-common.go`); RGW likewise. Veeam asks for versioning that is enabled.',
  'variant-aws-chunked-path':
    'RGW 16 keeps the Content-Encoding of the transfer as that of the object. The gateway takes aws-chunked apart for such a store, so that the object has none.',
};
