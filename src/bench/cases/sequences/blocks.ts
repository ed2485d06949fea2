// Writing the data blocks of a backup, many at a time, as a task slot does.
import type { BenchContext, PutOptions } from '../../bench-context.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { blockKey } from '../veeam-layout.ts';

/** Parallel S3 requests of one task slot (S3ConcurrentTaskLimit, 64 unless changed). */
export const SLOT_WIDTH = 64;

export interface Block {
  readonly n: number;
  readonly key: string;
  readonly versionId: string;
  readonly body: Buffer;
}

/** `optionsOf` gives what the n-th is put with. Fails the case where a write fails or gives no version id. */
export function writeBlocks(
  context: BenchContext,
  count: number,
  bytes: number,
  optionsOf: (n: number) => PutOptions = () => ({}),
): Promise<readonly Block[]> {
  const numbers = Array.from({ length: count }, (_, n) => n);
  return inParallel(numbers, SLOT_WIDTH, async (n) => {
    const key = blockKey(context.prefix, n);
    const body = context.bytes(bytes, `block ${n}`);
    const { versionId } = await context.put(key, body, optionsOf(n));
    if (versionId === '' || versionId === 'null') {
      context.fail(
        `The PUT of block ${n} gave the version id "${versionId}"; the bucket is versioned (see sequence-03).`,
      );
    }
    return { n, key, versionId, body };
  });
}
