// What the server says about itself: its time, its certificate, and that it is a rehearsal.
import type { FastifyInstance } from 'fastify';
import { reaches } from '../veeam/vbr/revisions.ts';
import { revisionOf } from './http/revision.ts';
import type { RehearsalContext } from './rehearsal-context.ts';

const TAGS = ['Service'];
// Clients compare the major number; no build of Veeam has the rest.
const BUILD_VERSION = '13.0.0.0';

export function registerServer(app: FastifyInstance, context: RehearsalContext): void {
  const { clock, certificate, identity } = context;

  app.get(
    '/api/v1/serverTime',
    { config: { anonymous: true }, schema: { tags: TAGS, summary: 'Get Server Time' } },
    async (request) => ({
      serverTime: new Date(clock.now()).toISOString(),
      timeZone: '(UTC) Coordinated Universal Time',
      ...(reaches(revisionOf(request), '1.3-rev2') ? { ianaTimeZoneId: 'Etc/UTC' } : {}),
    }),
  );

  app.get(
    '/api/v1/serverCertificate',
    { config: { anonymous: true }, schema: { tags: TAGS, summary: 'Get Backup Server Certificate' } },
    async (request) => ({
      thumbprint: certificate.thumbprint,
      serialNumber: certificate.serialNumber,
      keyAlgorithm: 'ECC',
      keySize: '256',
      subject: certificate.subject,
      issuedTo: certificate.commonName,
      issuedBy: certificate.commonName,
      validFrom: new Date(certificate.validFrom).toISOString(),
      validBy: new Date(certificate.validUntil).toISOString(),
      ...(reaches(revisionOf(request), '1.3-rev0') ? { isTrusted: false } : {}),
    }),
  );

  app.get(
    '/api/v1/serverInfo',
    { schema: { tags: TAGS, summary: 'Get Server Information' } },
    async (request) => ({
      vbrId: identity.serverId,
      name: `${identity.hostName} (rehearsal by sosapi-gateway)`,
      buildVersion: BUILD_VERSION,
      patches: ['This is a rehearsal by sosapi-gateway, not a Veeam server'],
      databaseVendor: 'SQLite',
      sqlServerEdition: '',
      sqlServerVersion: '',
      databaseSchemaVersion: '1',
      databaseContentVersion: '1',
      ...(reaches(revisionOf(request), '1.3-rev0')
        ? { veeamRegistration: { isRegistered: false }, platform: 'Linux' }
        : {}),
    }),
  );
}
