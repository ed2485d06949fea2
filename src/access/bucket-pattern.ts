// Bucket patterns: `*` stands for any run of characters, `?` for one; everything else for itself, case and all.
// Not a regular expression, which a pattern of many stars would make exponential: the time here is at most
// the product of both lengths, because only the latest star is ever tried again.

export interface BucketPattern {
  /** The pattern as written in the config. */
  readonly text: string;
  matches(bucket: string): boolean;
}

export function compileBucketPattern(text: string): BucketPattern {
  const pattern = text.replace(/\*+/g, '*');
  return { text, matches: (bucket) => matches(pattern, bucket) };
}

function matches(pattern: string, bucket: string): boolean {
  let p = 0;
  let b = 0;
  let star = -1;
  let starTook = 0;
  while (b < bucket.length) {
    if (pattern[p] === '*') {
      star = p;
      starTook = b;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === bucket[b])) {
      p += 1;
      b += 1;
    } else if (star !== -1) {
      starTook += 1;
      p = star + 1;
      b = starTook;
    } else {
      return false;
    }
  }
  return p === pattern.length || (pattern[p] === '*' && p + 1 === pattern.length);
}
