// Tries one backend with its own credentials and says what is there.
import type { Backend } from '../backend/backend.ts';
import type { Capacity } from '../capacity/capacity.ts';
import { type BucketRule, ruleFor } from '../gateway/bucket-rules.ts';
import { type BucketEntry, parseBucketList } from '../s3/bucket-list.ts';
import { type ObjectLock, parseObjectLock, parseVersioning, type Versioning } from '../s3/bucket-settings.ts';
import { S3Error } from '../s3/error.ts';

export interface ProbedBucket {
  readonly name: string;
  readonly versioning: Versioning | 'unknown';
  /** `none`: the bucket was made without. */
  readonly objectLock: ObjectLock | 'none' | 'unknown';
  /** Or why it is not known. */
  readonly capacity: Capacity | string;
}

export interface ProbedBackend {
  readonly name: string;
  readonly reachable: boolean;
  /** Why it is not usable, where it is not. */
  readonly problem: string | undefined;
  /** The store's clock less ours, in whole seconds; undefined where it sent no date. */
  readonly clockSkewSeconds: number | undefined;
  readonly buckets: readonly ProbedBucket[];
}

export interface ProbeOptions {
  readonly backend: Backend;
  readonly rules: readonly BucketRule[];
  readonly capacityOf: (bucket: string) => Promise<Capacity>;
  readonly wallClock: () => number;
  /** Called after each bucket, for a progress line. */
  onBucket(done: number, of: number): void;
}

/** Never rejects: what fails is the finding. */
export async function probeBackend(options: ProbeOptions): Promise<ProbedBackend> {
  const { backend, wallClock } = options;
  const { name } = backend;
  try {
    const { head, body } = await backend.call({ method: 'GET', bucket: '', rawQuery: '' });
    const clockSkewSeconds = skewOf(head.headers.get('date'), wallClock());
    const list = head.status === 200 ? parseBucketList(body) : undefined;
    if (list === undefined) {
      const problem = `ListBuckets was answered with status ${head.status}${codeIn(body)}: are the credentials right?`;
      return { name, reachable: true, problem, clockSkewSeconds, buckets: [] };
    }
    const leading = list.buckets.filter((bucket) => leadsHere(bucket, options));
    const buckets: ProbedBucket[] = [];
    for (const bucket of leading) {
      buckets.push(await probeBucket(bucket.name, options));
      options.onBucket(buckets.length, leading.length);
    }
    return { name, reachable: true, problem: undefined, clockSkewSeconds, buckets };
  } catch (error) {
    return { name, reachable: false, problem: reasonOf(error), clockSkewSeconds: undefined, buckets: [] };
  }
}

function leadsHere({ name }: BucketEntry, { rules, backend }: ProbeOptions): boolean {
  return ruleFor(rules, name)?.backend === backend;
}

async function probeBucket(name: string, { backend, capacityOf }: ProbeOptions): Promise<ProbedBucket> {
  const versioning = await backend.call({ method: 'GET', bucket: name, rawQuery: 'versioning' });
  const objectLock = await backend.call({ method: 'GET', bucket: name, rawQuery: 'object-lock' });
  return {
    name,
    versioning: (versioning.head.status === 200 ? parseVersioning(versioning.body) : undefined) ?? 'unknown',
    objectLock:
      objectLock.head.status === 404
        ? 'none'
        : ((objectLock.head.status === 200 ? parseObjectLock(objectLock.body) : undefined) ?? 'unknown'),
    capacity: await capacityOf(name).catch((error: unknown) => reasonOf(error)),
  };
}

/** A Date header names a whole second; its middle is the best guess. */
function skewOf(date: string | undefined, nowMs: number): number | undefined {
  const atMs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(atMs) ? undefined : Math.round((atMs + 500 - nowMs) / 1000);
}

function codeIn(body: Buffer): string {
  const [, code] = /<Code>(\w{1,64})<\/Code>/.exec(body.toString('latin1')) ?? [];
  return code === undefined ? '' : ` (${code})`;
}

function reasonOf(error: unknown): string {
  if (error instanceof S3Error) return error.reason ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
