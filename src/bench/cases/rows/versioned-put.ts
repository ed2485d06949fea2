// A write whose version id the case needs; without version ids the case says nothing, because row-01 says it.
import type { BenchContext, PutOptions } from '../../bench-context.ts';

/** Skips the case where the store gives no version id of its own. */
export async function putVersion(
  context: BenchContext,
  key: string,
  body: Buffer | string,
  options?: PutOptions,
): Promise<string> {
  const { versionId } = await context.put(key, body, options);
  if (versionId === '' || versionId === 'null') {
    context.skip(
      'The store gives no version id for what is written (see row-01), so there is nothing to ask for.',
    );
  }
  return versionId;
}
