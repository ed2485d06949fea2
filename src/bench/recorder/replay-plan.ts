// Which requests of a recording can be made again, and after which others; what cannot be is named with its reason.
import { SOSAPI_PREFIX } from '../runtime/own-keys.ts';
import type { RecordedRequest } from './recording-format.ts';
import { operationOf } from './s3-operation.ts';

export interface PlannedRequest {
  readonly recorded: RecordedRequest;
  /** Place in the recording, by the time at which it began. */
  readonly index: number;
  /** Of the request on the same key before it: it must have ended. */
  readonly after?: number;
}

export interface ReplayPlan {
  readonly requests: readonly PlannedRequest[];
  /** The last place at which a key is named. */
  readonly lastUse: ReadonlyMap<string, number>;
  readonly notReplayed: readonly NotReplayed[];
}

export interface NotReplayed {
  readonly operation: string;
  readonly reason: string;
  readonly count: number;
}

const READS_OF_BUCKET = [
  'HeadBucket',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'ListMultipartUploads',
  'GetBucketLocation',
  'GetBucketVersioning',
  'GetObjectLockConfiguration',
  'GetBucketLifecycleConfiguration',
];
const READS_OF_OBJECT = ['GetObject', 'HeadObject', 'GetObjectRetention', 'GetObjectLegalHold'];
const OTHERS = ['ListBuckets', 'PutObject', 'PutObjectRetention', 'DeleteObject', 'DeleteObjects'];
const REPLAYED = [...READS_OF_BUCKET, ...READS_OF_OBJECT, ...OTHERS];
/** S3's own, in bytes. */
const MAX_KEY_BYTES = 1024;
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** `prefix`: goes before every key. */
export function planReplay(recorded: readonly RecordedRequest[], prefix: string): ReplayPlan {
  const bucket = mainBucket(recorded);
  const counts = new Map<string, NotReplayed>();
  const requests: PlannedRequest[] = [];
  const lastUse = new Map<string, number>();
  const lastOn = new Map<string, number>();
  const written = new Set<string>();
  for (const [index, request] of recorded.entries()) {
    const reason = whyNot(request, { bucket, prefix, written });
    if (reason !== undefined) {
      const { operation } = request;
      const name = `${operation} ${reason}`;
      counts.set(name, { operation, reason, count: (counts.get(name)?.count ?? 0) + 1 });
      continue;
    }
    const { key, operation, version } = request;
    const after = key === undefined ? undefined : lastOn.get(key);
    requests.push({ recorded: request, index, ...(after === undefined ? {} : { after }) });
    if (key === undefined) continue;
    lastOn.set(key, index);
    lastUse.set(key, index);
    if (operation === 'PutObject' && isSuccess(request)) {
      written.add(key);
      if (version !== undefined) written.add(versionName(key, version));
    }
    // A marker is a version too, which later requests may name.
    if (operation === 'DeleteObject' && version !== undefined) written.add(versionName(key, version));
  }
  return { requests, lastUse, notReplayed: [...counts.values()] };
}

export function versionName(key: string, version: string): string {
  return `${version} ${key}`;
}

export function isSuccess({ status }: Pick<RecordedRequest, 'status'>): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

/** The documents of SOSAPI stand at one place alone: they are read where they are. */
export function isOfSosapi(key: string): boolean {
  return key.startsWith(SOSAPI_PREFIX);
}

interface Place {
  readonly bucket: string | undefined;
  readonly prefix: string;
  readonly written: ReadonlySet<string>;
}

function whyNot(request: RecordedRequest, { bucket, prefix, written }: Place): string | undefined {
  const { operation, key, query, signed } = request;
  const named = query.find(([name]) => name === 'versionId')?.[1];
  if (request.incomplete === true || request.status === undefined) return 'the recording has no whole answer';
  if (signed === 'presigned') return 'presigned: its signature is not recorded';
  if (request.headers.some(([name]) => name.toLowerCase() === 'x-amz-copy-source')) {
    return 'a copy: its source is not recorded';
  }
  if (!REPLAYED.includes(operation)) return 'replay does not know this operation';
  if (operation !== operationIn(request)) return 'its method and path are not those of its operation';
  if (request.bucket !== undefined && request.bucket !== bucket) {
    return 'another bucket than the one that most requests name';
  }
  if (request.requestBytes > MAX_BODY_BYTES) return `a body of more than ${MAX_BODY_BYTES} bytes`;
  if (key === undefined) return undefined;
  if (isOfSosapi(key))
    return READS_OF_OBJECT.includes(operation) ? undefined : 'changes a document of SOSAPI';
  if (Buffer.byteLength(prefix + key) > MAX_KEY_BYTES)
    return 'with the prefix of the replay its key is too long';
  if (named !== undefined && named !== 'null' && !written.has(versionName(key, named))) {
    return 'names a version that the recording did not write';
  }
  const needsObject = READS_OF_OBJECT.includes(operation) || operation === 'PutObjectRetention';
  if (needsObject && isSuccess(request) && !written.has(key)) {
    return 'needs an object that the recording did not write';
  }
  return undefined;
}

/** Again from its parts: a recording that was changed must not delete what is not the bench's. */
function operationIn({ method, bucket, key, query }: RecordedRequest): string {
  return operationOf({
    method,
    hasBucket: bucket !== undefined,
    hasKey: key !== undefined,
    parameters: new Map(query.map(([name, value = '']) => [name, value])),
    isCopy: false,
  });
}

/** Undefined where none names one. */
function mainBucket(recorded: readonly RecordedRequest[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { bucket } of recorded) {
    if (bucket !== undefined) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return [...counts].reduce<readonly [string, number] | undefined>(
    (best, each) => (best === undefined || each[1] > best[1] ? each : best),
    undefined,
  )?.[0];
}
