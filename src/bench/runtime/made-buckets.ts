// Buckets that a run made, so that they can be deleted at its end.
import type { S3Answer, S3Call } from '../bench-context.ts';
import { bucketOfRun } from './own-keys.ts';

export interface BucketOptions {
  readonly objectLock?: boolean;
  readonly versioning?: 'Enabled' | 'Suspended';
}

export class MadeBuckets {
  readonly #runId: string;
  readonly #region: string;
  readonly #names = new Set<string>();
  #count = 0;

  constructor(runId: string, region: string) {
    this.#runId = runId;
    this.#region = region;
  }

  /** Also those of which nobody knows whether they came about. */
  names(): readonly string[] {
    return [...this.#names];
  }

  /** `call` rejects where the store refuses. */
  async make(call: (call: S3Call) => Promise<S3Answer>, options: BucketOptions): Promise<string> {
    const bucket = bucketOfRun(this.#runId, ++this.#count);
    this.#names.add(bucket);
    await call({
      method: 'PUT',
      bucket,
      ...(options.objectLock === true ? { headers: { 'x-amz-bucket-object-lock-enabled': 'true' } } : {}),
      ...(this.#region === 'us-east-1' ? {} : { body: locationDocument(this.#region) }),
    });
    if (options.versioning !== undefined) {
      await call({
        method: 'PUT',
        bucket,
        query: [['versioning', '']],
        body: versioningDocument(options.versioning),
      });
    }
    return bucket;
  }
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** S3 takes no constraint for us-east-1 (API reference of CreateBucket, read 2026-11). */
function locationDocument(region: string): string {
  return `<CreateBucketConfiguration xmlns="${NAMESPACE}"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
}

function versioningDocument(status: string): string {
  return `<VersioningConfiguration xmlns="${NAMESPACE}"><Status>${status}</Status></VersioningConfiguration>`;
}
