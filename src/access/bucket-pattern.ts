// Bucket patterns: `*` stands for any run of characters, `?` for one; everything else for itself, case and all.
// Not matched by a plain regular expression, which many stars would make exponential: the time here is at most
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

/**
 * The same pattern as a regular expression, for a process that is told over a channel. What stands between two stars is
 * looked for once, from the left, and never again (a lookahead is not gone back into), so its time is bounded likewise.
 */
export function bucketPatternRegExp(text: string): RegExp {
  const [first = '', ...rest] = text.replace(/\*+/g, '*').split('*').map(literal);
  const last = rest.pop();
  if (last === undefined) return new RegExp(`^${first}$`);
  const between = rest.map((part, index) => `(?=(.*?${part}))\\${index + 1}`);
  return new RegExp(`^${first}${between.join('')}.*${last}$`, 's');
}

function literal(part: string): string {
  return part
    .replace(/[^a-z0-9?]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('?', '.');
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
