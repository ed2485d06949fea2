// The path and query of one call at one revision; what the revision does not have is refused, never left out.
import { VeeamRevisionError } from '../transport/veeam-error.ts';
import type { Endpoint, QueryParameter } from './endpoint.ts';
import { type Revision, reaches } from './revisions.ts';

export type QueryValue = string | number | boolean | readonly string[] | undefined;
export type QueryValues = Readonly<Record<string, QueryValue>>;

/** Throws a VeeamRevisionError that names what the revision lacks. */
export function requestLine(
  endpoint: Endpoint,
  revision: Revision,
  { id, query = {} }: { readonly id?: string; readonly query?: QueryValues },
): string {
  const { method } = endpoint;
  if (endpoint.since !== undefined && !reaches(revision, endpoint.since)) {
    throw lacking(`${method} ${endpoint.path}`, endpoint.since, revision);
  }
  const path = id === undefined ? endpoint.path : endpoint.path.replace('{id}', encodeURIComponent(id));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const values = typeof value === 'object' ? value : [String(value)];
    checkParameter(name, values, endpoint.query?.[name], revision);
    for (const one of values) search.append(name, one);
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

function checkParameter(
  name: string,
  values: readonly string[],
  parameter: QueryParameter | undefined,
  revision: Revision,
): void {
  if (parameter === undefined) throw new TypeError(`${name} is no parameter of this call`);
  const { since, severalSince, valuesSince } = parameter;
  if (since !== undefined && !reaches(revision, since)) throw lacking(name, since, revision);
  if (values.length > 1) {
    if (severalSince === undefined) throw new TypeError(`${name} takes one value`);
    if (!reaches(revision, severalSince))
      throw lacking(`${name} with several values`, severalSince, revision);
  }
  for (const value of values) {
    const from = valuesSince?.[value];
    if (from !== undefined && !reaches(revision, from)) throw lacking(`${name}=${value}`, from, revision);
  }
}

export function lacking(what: string, since: Revision, revision: Revision): VeeamRevisionError {
  return new VeeamRevisionError(
    `${what} needs revision ${since} of the VBR REST API or later; this server is spoken to in ${revision}.`,
  );
}
