// Keeps a case within what is its own: a mistake in a case must not cost anybody an object or a bucket's settings.
import type { S3Call } from '../bench-context.ts';
import { isOwnBucket, isOwnKey, SOSAPI_PREFIX } from './own-keys.ts';
import { asObject, listAt, parseXml } from './xml-tree.ts';

/** Throws where a call would change something that is not the bench's. */
export function guardCall(call: S3Call, ownBucket: string): void {
  const { method, bucket = ownBucket, key } = call;
  if (method === 'GET' || method === 'HEAD') return;
  if (bucket !== ownBucket) {
    if (isOwnBucket(bucket)) return;
    throw new Error(
      `the case wanted to change "${bucket}", which is no bucket of the bench: ${method} was not sent`,
    );
  }
  if (key !== undefined) {
    if (mayChange(key)) return;
    throw new Error(
      `the case wanted to change "${key}", which is not below its prefix: ${method} was not sent`,
    );
  }
  const isMultiDelete = method === 'POST' && call.query?.some(([name]) => name === 'delete');
  if (!isMultiDelete) {
    throw new Error(`the case wanted to change the bucket "${bucket}" itself: ${method} was not sent`);
  }
  const foreign = keysToDelete(call).find((each) => !mayChange(each));
  if (foreign !== undefined) {
    throw new Error(
      `the case wanted to delete "${foreign}", which is not below its prefix: POST was not sent`,
    );
  }
}

function mayChange(key: string): boolean {
  return isOwnKey(key) || key.startsWith(SOSAPI_PREFIX);
}

/** None where the document cannot be read: that is what the case is about. */
function keysToDelete({ body = '' }: S3Call): readonly string[] {
  try {
    const document = asObject(parseXml(body.toString('utf8')));
    return listAt(document, ['Delete', 'Object', 'Key']).map(String);
  } catch {
    return [];
  }
}
