// A short name for one version of one object, so that a size can be remembered without its key.

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;

/**
 * 64 bits over the bucket's number, the key and the version, as two words. Two chains of 32 bits that do not hang on
 * each other cost a fifth of SHA-1 here. With 200,000 sizes remembered, one look-up in 9 x 10^13 finds that of another
 * key: one in three years at a million a second. It would make one number wrong until the next measurement.
 */
export class VersionHash {
  high = 0;
  low = 0;

  /** Leaves the hash in `high` and `low`. No version and `null` are the same: what a bucket without versions holds. */
  of(bucketId: number, key: string, versionId = 'null'): void {
    this.high = Math.imul(bucketId, PRIME_2) ^ key.length;
    this.low = bucketId ^ PRIME_1;
    this.#take(key);
    this.#take(versionId);
    // Every bit of the input reaches every bit of both words; as a whole it can be undone, so it joins no two.
    this.high = mixed(this.high ^ versionId.length);
    this.low = mixed(this.low ^ this.high);
  }

  #take(text: string): void {
    let { high, low } = this;
    for (let at = 0; at < text.length; at += 2) {
      const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
      const word = text.charCodeAt(at) | (next << 16);
      high = Math.imul(high ^ word, PRIME_1);
      high = (high << 15) | (high >>> 17);
      low = Math.imul(low ^ word, PRIME_2);
      low = (low << 13) | (low >>> 19);
    }
    this.high = high;
    this.low = low;
  }
}

/** The last step of MurmurHash3 (32 bits). */
function mixed(word: number): number {
  let bits = word ^ (word >>> 16);
  bits = Math.imul(bits, PRIME_2);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae3d);
  return bits ^ (bits >>> 16);
}
