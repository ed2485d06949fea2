// What a row of docs/veeam-rest.md is made of. Each cell names where the thing is, so that a test can look.
import type { Place } from './documented.ts';

/** `has` stands in `file`, which is named from the root of the project. */
export interface Proof {
  readonly file: string;
  readonly has: string;
}

export interface Cell {
  readonly text: string;
  readonly proofs: readonly Proof[];
}

export interface Cells {
  readonly client: Cell;
  readonly command: Cell;
  readonly rehearsal: Cell;
  readonly test: Cell;
}

export interface ParameterRow extends Cells {
  readonly in: Place;
  readonly name: string;
}

export interface EndpointRow extends Cells {
  readonly endpoint: string;
  /** The method of the client, as a path from it: `repositories.list`. */
  readonly method: string | undefined;
  readonly api: 'vbr' | 'one';
  /** The names by which the texts' lists call it: `GET Get All Repositories`. */
  readonly names: readonly string[];
  readonly parameters: readonly ParameterRow[];
}

export interface Section {
  readonly title: string;
  readonly text: string;
  readonly rows: readonly EndpointRow[];
}
