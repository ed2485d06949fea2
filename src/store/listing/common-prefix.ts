// How a listing groups keys (Amazon S3 User Guide, "Organizing objects using prefixes").
import type { KeyBound } from '../database/catalog.ts';
import { afterKey, afterPrefix, fromKey } from '../database/key-bounds.ts';

export interface Grouping {
  /** Keys that do not start with it are not listed. */
  readonly prefix: string;
  /** Any text; undefined: keys are not grouped. */
  readonly delimiter: string | undefined;
}

/** The key up to and with the first delimiter behind the prefix; undefined where the key stands for itself. */
export function commonPrefixOf(key: string, { prefix, delimiter }: Grouping): string | undefined {
  if (delimiter === undefined || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/**
 * Where a page starts that continues behind `marker`; an empty one is none. A marker within a common prefix, or the
 * common prefix itself, leaves that prefix behind it, as Amazon S3 does (seen by LocalStack's tests, 2026-02).
 */
export function startBehind(marker: string, grouping: Grouping): KeyBound {
  if (marker === '') return fromKey(grouping.prefix);
  const group = commonPrefixOf(marker, grouping);
  return group === undefined ? afterKey(marker) : afterPrefix(group);
}
