// Rules between credentials: those of the config and those of a file of their own.
import type { Notes, PartialTree } from './partial-tree.ts';
import type { ConfigPath } from './problem.ts';

type PartialCredential = NonNullable<PartialTree['credentials']>[number];

export interface PlacedCredential {
  readonly credential: PartialCredential;
  /** Its first key says which of the files it stands in. */
  readonly path: ConfigPath;
}

/** `placeOf`: a path with its file and line, for messages about another. */
export function checkCredentials(
  placed: readonly PlacedCredential[],
  placeOf: (path: ConfigPath) => string,
  { problem, warning }: Notes,
): void {
  const seen = new Map<string, PlacedCredential>();
  for (const each of placed) {
    const { credential, path } = each;
    if (credential?.bypassGovernance && credential.access === 'read-only') {
      warning([...path, 'bypassGovernance'], 'has no effect: access is read-only');
    }
    if (credential?.accessKeyId === undefined) continue;
    const before = seen.get(credential.accessKeyId);
    seen.set(credential.accessKeyId, before ?? each);
    if (before === undefined) continue;
    const where =
      before.path[0] === path[0]
        ? 'one that stands further up too'
        : `the one of ${placeOf(before.path)} again`;
    problem([...path, 'accessKeyId'], `expected an id of its own, found ${where}`);
  }
}
