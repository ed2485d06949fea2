// Runs a task for each of a list of things, so many at a time.

/** Results in the order of `items`. Rejects with the first that rejects, once those under way have ended. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  task: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = new Array(items.length);
  const queue = items.entries();
  const failed: unknown[] = [];
  const lane = async () => {
    for (const [i, item] of queue) {
      if (failed.length > 0) {
        return;
      }
      try {
        results[i] = await task(item);
      } catch (error) {
        failed.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  if (failed.length > 0) {
    throw failed[0];
  }
  return results;
}
