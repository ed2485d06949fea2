// Runs an action for each of many values, a few at a time.

/**
 * Resolves when all are done. Values are taken as they are needed. Where one rejects no more are begun, and it rejects with
 * that when those under way have ended.
 */
export async function concurrently<T>(
  values: Iterable<T>,
  atOnce: number,
  action: (value: T) => Promise<void>,
): Promise<void> {
  const iterator = values[Symbol.iterator]();
  let failed = false;
  const work = async (): Promise<void> => {
    try {
      while (!failed) {
        const next = iterator.next();
        if (next.done === true) return;
        await action(next.value);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, work));
  const rejected = ends.find((end) => end.status === 'rejected');
  if (rejected !== undefined) throw rejected.reason;
}
