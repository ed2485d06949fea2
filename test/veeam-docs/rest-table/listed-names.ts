// The names of endpoints in the documents' lists, each with the row that it has above, or without one.
import { OUT_OF_SCOPE } from './out-of-scope.ts';
import { SECTIONS } from './sections.ts';

export const NOT_IN_SCOPE = 'documented, not in scope of a gateway';

export interface ListedName {
  /** `GET Get All Repositories`. */
  readonly name: string;
  /** Undefined where it is not in scope. */
  readonly endpoint: string | undefined;
}

export const LISTED_NAMES: readonly ListedName[] = [
  ...SECTIONS.flatMap(({ rows }) =>
    rows.flatMap(({ endpoint, names }) => names.map((name) => ({ name, endpoint }))),
  ),
  ...OUT_OF_SCOPE.map((name) => ({ name, endpoint: undefined })),
];
