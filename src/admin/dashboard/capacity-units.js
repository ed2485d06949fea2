// What counts as one in capacity: a bucket, or all buckets of a pool. Pure.

/** @typedef {import('./answers.js').CapacityRow} CapacityRow */
/**
 * @typedef {object} CapacityUnit
 * @property {string} key
 * @property {string} name the bucket, or the pattern of the pool
 * @property {string} title `bucket NAME` or `pool PATTERN`
 * @property {boolean} isPool
 * @property {readonly string[]} buckets
 * @property {CapacityRow} row the numbers, which are the same for all buckets of a pool
 */

/**
 * In the order of the rows, a pool where its first bucket stands.
 * @param {readonly CapacityRow[]} rows
 * @returns {readonly CapacityUnit[]}
 */
export function capacityUnits(rows) {
  /** @type {Map<string, CapacityRow[]>} */
  const groups = new Map();
  for (const row of rows) {
    const key = JSON.stringify([row.backend, row.pool ?? null, row.pool === undefined ? row.bucket : null]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    // One bucket of a pool may have been asked for after the numbers of the others were measured.
    const row = group.find(({ served }) => served) ?? first;
    const isPool = row.pool !== undefined;
    const name = row.pool ?? row.bucket;
    const title = `${isPool ? 'pool' : 'bucket'} ${name}`;
    return [{ key, name, title, isPool, buckets: group.map(({ bucket }) => bucket), row }];
  });
}

/**
 * Of the capacity, between 0 and 1: what the unit uses, what others have taken, what is available. Undefined without numbers.
 * @param {CapacityRow} row
 */
export function capacityShares({ capacityBytes, usedBytes, availableBytes }) {
  if (capacityBytes === undefined || usedBytes === undefined || availableBytes === undefined)
    return undefined;
  const capacity = BigInt(capacityBytes);
  if (capacity === 0n) return undefined;
  const share = (/** @type {bigint} */ bytes) => Number((bytes * 1_000_000n) / capacity) / 1_000_000;
  const available = share(BigInt(availableBytes));
  const used = Math.min(share(BigInt(usedBytes)), 1 - available);
  return { used, others: Math.max(0, 1 - available - used), available };
}
