// Deletes what earlier runs left, of which nobody knows the ids any more: all below the bench's own prefix.
import type { BenchTarget } from './bench-target.ts';
import { type Cleanup, cleanUp } from './clean-up.ts';
import { EvidenceLog } from './evidence-log.ts';
import { createHttpClient } from './http-client.ts';
import { inspectBucket } from './inspect-bucket.ts';
import { isOwnBucket, OWN_PREFIXES } from './own-keys.ts';
import { createRedactor } from './redact.ts';
import { S3Client } from './s3-client.ts';
import { createSigner } from './signer.ts';
import { asObject, listAt, parseXml } from './xml-tree.ts';

export interface CleanOptions {
  readonly target: BenchTarget;
  /** How long locks are waited for. */
  readonly lockWaitMs: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onProgress: (text: string) => void;
}

/** Rejects with BenchRefusal where the bucket cannot be reached. */
export async function cleanBench(options: CleanOptions): Promise<Cleanup> {
  const { target, signal, now, onProgress } = options;
  const http = createHttpClient(target);
  try {
    const evidence = new EvidenceLog(createRedactor(target.credentials));
    const client = new S3Client({ target, signer: createSigner(target), http, evidence, signal, now });
    await inspectBucket((call) => client.call(call), target, { allowForeignObjects: true });
    return await cleanUp({
      ask: (call) => client.call(call),
      bucket: target.bucket,
      prefixes: OWN_PREFIXES,
      buckets: await ownBuckets(client),
      waitMs: options.lockWaitMs,
      signal,
      now,
      onProgress,
    });
  } finally {
    http.close();
  }
}

/** By their name, which nobody else gives. None where the credentials may not list buckets. */
async function ownBuckets(client: S3Client): Promise<readonly string[]> {
  const { status, body } = await client.call({ method: 'GET', bucket: '' });
  if (status !== 200) return [];
  const document = asObject(parseXml(body.toString('utf8')));
  return listAt(document, ['ListAllMyBucketsResult', 'Buckets', 'Bucket', 'Name'])
    .map(String)
    .filter(isOwnBucket);
}
