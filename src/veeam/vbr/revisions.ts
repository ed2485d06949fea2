// The revisions of the VBR REST API, and how a client comes down to one that the server knows.
import type { RefusalFacts } from '../transport/veeam-error.ts';

/** Newest first. Source: the vendor's table of revisions; 1.3-rev1 and 1.3-rev2 from the later OpenAPI documents. */
export const REVISIONS = [
  '1.3-rev2',
  '1.3-rev1',
  '1.3-rev0',
  '1.2-rev1',
  '1.2-rev0',
  '1.1-rev2',
  '1.1-rev1',
  '1.1-rev0',
  // Deprecated by the vendor, yet not unsupported.
  '1.0-rev2',
  '1.0-rev1',
] as const;

export type Revision = (typeof REVISIONS)[number];

export const DEFAULT_REVISION: Revision = '1.3-rev0';

export function isRevision(text: string): text is Revision {
  return REVISIONS.some((known) => known === text);
}

/** Whether `revision` has what came with `since`. */
export function reaches(revision: Revision, since: Revision): boolean {
  return REVISIONS.indexOf(revision) <= REVISIONS.indexOf(since);
}

/**
 * The next revision to try after the server refused `refused` with these words; undefined when there is none left.
 * A server that lists what it knows is taken at its word.
 */
export function nextRevision(refused: Revision, said = ''): Revision | undefined {
  const older = REVISIONS.slice(REVISIONS.indexOf(refused) + 1);
  const list = said.split(/supported/i).at(-1) ?? '';
  const known: readonly string[] = (list.match(/\d+\.\d+-rev\d+/g) ?? []).filter((one) => one !== refused);
  return known.length === 0 ? older[0] : older.find((revision) => known.includes(revision));
}

/**
 * Whether an answer says that the server does not know the revision. The documents do not say how. VBR 11 says, with
 * status 400, "Unsupported RESTAPI version. The following versions are supported: v1.0-rev1."
 * (github.com/VeeamHub/grafana, issue 27, 2024-08-27).
 */
export function refusesRevision({ status, code, said = '' }: RefusalFacts): boolean {
  if (status !== 400) return false;
  if (code === 'UnsupportedApiVersion') return true;
  return /\b(un|not )supported\b/i.test(said) && /\b(rest ?api|api|x-api)[ -]version\b/i.test(said);
}
