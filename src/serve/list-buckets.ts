// The names of all buckets that a store has, asked with the gateway's own key.
import type { Backend } from '../backend/backend.ts';
import { CapacityUnknownError } from '../capacity/capacity.ts';
import { parseBucketList } from '../s3/bucket-list.ts';
import { S3Error } from '../s3/error.ts';

/** Rejects with a CapacityUnknownError. */
export async function listBuckets(backend: Backend): Promise<readonly string[]> {
  const asked = `asked backend ${backend.name} for its buckets`;
  try {
    const { head, body } = await backend.call({ method: 'GET', bucket: '', rawQuery: '' });
    const list = head.status === 200 ? parseBucketList(body) : undefined;
    if (list === undefined) throw new CapacityUnknownError(`${asked}: answered ${head.status}`);
    return list.buckets.map(({ name }) => name);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    throw new CapacityUnknownError(`${asked}: ${error.reason ?? error.message}`, { cause: error });
  }
}
