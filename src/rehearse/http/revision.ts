// Which revision of the VBR REST API a request asks for.
import type { FastifyRequest } from 'fastify';
import { REVISIONS, type Revision } from '../../veeam/vbr/revisions.ts';
import { badRequest } from './rest-error.ts';

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
