// Revisions of the VBR REST API: which are spoken, and which one a request asked for.
import type { FastifyRequest } from 'fastify';
import { badRequest } from './rest-error.ts';

/** Oldest first: the table of the vendor's overview (2025), and the two that came after it. */
export const REVISIONS = [
  '1.0-rev1',
  '1.0-rev2',
  '1.1-rev0',
  '1.1-rev1',
  '1.1-rev2',
  '1.2-rev0',
  '1.2-rev1',
  '1.3-rev0',
  '1.3-rev1',
  '1.3-rev2',
] as const;

export type Revision = (typeof REVISIONS)[number];

export function isRevision(text: string): text is Revision {
  return (REVISIONS as readonly string[]).includes(text);
}

/** Throws RestError 400 where the header is missing or names a revision that is not spoken here. */
export function requireRevision(request: FastifyRequest, spoken: readonly Revision[]): Revision {
  const header = request.headers['x-api-version'];
  if (typeof header !== 'string' || header === '') {
    throw badRequest('The header x-api-version is missing: it names the revision, as 1.3-rev0.');
  }
  const revision = spoken.find((one) => one === header);
  if (revision !== undefined) return revision;
  // The words of VBR 11 (github.com/VeeamHub/grafana, issue 27, 2024-08-27): clients read the list out of them.
  throw badRequest(
    `Unsupported RESTAPI version. The following versions are supported: ${spoken.map((one) => `v${one}`).join(', ')}.`,
  );
}

/** The revision of a request that got as far as its route. */
export function revisionOf(request: FastifyRequest): Revision {
  return requireRevision(request, REVISIONS);
}

/** Whether `revision` is `than` or later. */
export function isAtLeast(revision: Revision, than: Revision): boolean {
  return REVISIONS.indexOf(revision) >= REVISIONS.indexOf(than);
}
