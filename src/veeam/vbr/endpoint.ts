// One call of the VBR REST API, as the document describes it.
import type { Method } from '../transport/veeam-transport.ts';
import type { Revision } from './revisions.ts';

export interface Endpoint {
  readonly method: Method;
  /** With `{id}` and its like for what is filled in. */
  readonly path: string;
  /** "Available to" in the document of 1.3-rev0. */
  readonly role: string;
  /** The revision that it came with; there in all of them where it is not said. */
  readonly since?: Revision;
  readonly query?: Readonly<Record<string, QueryParameter>>;
}

/** What is not said is there in every revision that has the endpoint. */
export interface QueryParameter {
  readonly since?: Revision;
  /** The revision from which it takes several values. */
  readonly severalSince?: Revision;
  /** Values that came later than the parameter. */
  readonly valuesSince?: Readonly<Record<string, Revision>>;
}

const ANY: QueryParameter = {};

/** Parameters without a history. */
export function parameters(...names: readonly string[]): Readonly<Record<string, QueryParameter>> {
  return Object.fromEntries(names.map((name) => [name, ANY]));
}

export function parametersSince(
  since: Revision,
  ...names: readonly string[]
): Readonly<Record<string, QueryParameter>> {
  return Object.fromEntries(names.map((name) => [name, { since }]));
}

/** What a collection that comes in pages takes. */
export const PAGING = parameters('skip', 'limit', 'orderColumn', 'orderAsc');

export const ADMINISTRATOR = 'Veeam Backup Administrator';
