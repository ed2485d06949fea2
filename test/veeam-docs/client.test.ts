// Every request of the VBR client against the vendor's OpenAPI documents: method, path, parameters, body, role.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/secret.ts';
import { createVbrClient } from '../../src/veeam/vbr/create-vbr-client.ts';
import type { Endpoint, QueryParameter } from '../../src/veeam/vbr/endpoint.ts';
import {
  CLOUD_BROWSER_ENDPOINTS,
  CLOUD_CREDENTIALS_ENDPOINTS,
  REPOSITORY_ENDPOINTS,
  SCALE_OUT_ENDPOINTS,
  SERVER_ENDPOINTS,
  SESSION_ENDPOINTS,
} from '../../src/veeam/vbr/endpoints.ts';
import { LICENSE_ENDPOINTS } from '../../src/veeam/vbr/license-endpoints.ts';
import { ORDER_COLUMNS } from '../../src/veeam/vbr/order-columns.ts';
import { type Revision, reaches } from '../../src/veeam/vbr/revisions.ts';
import type { VbrClient } from '../../src/veeam/vbr/vbr-client.ts';
import type { RepositorySpec } from '../../src/veeam/vbr/vbr-specs.ts';
import { type CheckingVbr, startCheckingVbr } from '../support/veeam-docs/checking-vbr.ts';
import { documentDirectory, withDocuments } from '../support/veeam-docs/document-directory.ts';
import type { OpenApiSchema } from '../support/veeam-docs/json-schemas.ts';
import {
  DOCUMENTED_REVISIONS,
  openApiDocument,
  openApiDocumentsHere,
} from '../support/veeam-docs/open-api-documents.ts';
import { allOf } from '../unit/veeam/vbr-script.ts';

const ENDPOINTS: readonly Endpoint[] = [
  SERVER_ENDPOINTS,
  REPOSITORY_ENDPOINTS,
  SCALE_OUT_ENDPOINTS,
  LICENSE_ENDPOINTS,
  CLOUD_CREDENTIALS_ENDPOINTS,
  SESSION_ENDPOINTS,
  CLOUD_BROWSER_ENDPOINTS,
].flatMap((group) => Object.values<Endpoint>(group));

const ID = '497f6eca-6276-4993-bfeb-53cbbbba6f08';
const DATE = '2026-03-01T08:00:00Z';

/**
 * In 1.3-rev2 the names of all grants begin with a capital letter. The vendor's own overview, and RFC 6749, which it
 * follows, have small ones.
 */
const GRANT_TYPE_SLIP =
  'POST /api/oauth2/token: /grant_type must be equal to one of the allowed values (Password,';

describe.skipIf(documentDirectory() === undefined)(withDocuments("the vendor's documents"), () => {
  describe.each(DOCUMENTED_REVISIONS)('%s', (revision) => {
    let vbr: CheckingVbr;
    let client: VbrClient;
    beforeAll(async () => {
      vbr = await startCheckingVbr(revision);
      client = createVbrClient({
        ...{ url: vbr.server.url, trust: { kind: 'fingerprint', sha256: vbr.server.fingerprint } },
        ...{ userName: 'DOMAIN\\user', password: new Secret('pass word'), revision },
      });
      for (const call of callsOf(client, revision)) await call();
      await client.close();
    });
    afterAll(() => vbr?.[Symbol.asyncDispose]());

    test('every request is one that the document describes', () => {
      expect(vbr.problems.filter((problem) => !problem.startsWith(GRANT_TYPE_SLIP))).toEqual([]);
    });

    test('every call that the revision has was made', () => {
      const { operation } = openApiDocument(revision);
      const wanted = ENDPOINTS.flatMap(({ method, path }) => operation(method, path) ?? []);
      const made = [...vbr.operations];
      expect(made).toEqual(expect.arrayContaining(wanted.map((one) => `${one.method} ${one.path}`)));
      expect(made).toEqual(expect.arrayContaining(['POST /api/oauth2/token', 'POST /api/oauth2/logout']));
      expect(made.length).toBe(wanted.length + 2);
    });

    test('every parameter that the revision has was sent', () => {
      const { operation } = openApiDocument(revision);
      const wanted = ENDPOINTS.flatMap(({ method, path }) => {
        const one = operation(method, path);
        const names = (one?.parameters ?? []).filter((parameter) => parameter.in === 'query');
        return names.map(({ name }) => `${method} ${one?.path} ${name}`);
      });
      expect([...vbr.parameters].sort()).toEqual(wanted.sort());
    });
  });

  describe.each(ENDPOINTS)('$method $path', ({ method, path, role, since, query = {} }) => {
    const documents = openApiDocumentsHere();

    test('is in the revisions that the table says', () => {
      for (const { revision, operation } of documents) {
        const there = operation(method, path) !== undefined;
        expect([revision, there]).toEqual([revision, since === undefined || reaches(revision, since)]);
      }
    });

    test('has the role of the document', () => {
      const [, document] = documents;
      expect(role).toBe(document?.operation(method, path)?.role);
    });

    test('has the parameters of the documents, each from the revision that the table says', () => {
      for (const { revision, operation, schemas } of documents) {
        const listed = operation(method, path)?.parameters.filter((one) => one.in === 'query') ?? [];
        const ours = Object.entries<QueryParameter>(query).filter(
          ([, parameter]) => parameter.since === undefined || reaches(revision, parameter.since),
        );
        const reached = since === undefined || reaches(revision, since) ? ours : [];
        expect(reached.map(([name]) => name).sort()).toEqual(listed.map(({ name }) => name).sort());
        for (const { name, schema } of listed) {
          const { severalSince, valuesSince = {} } = query[name] ?? {};
          const several = severalSince !== undefined && reaches(revision, severalSince);
          expect([revision, name, several]).toEqual([revision, name, schema.type === 'array']);
          const values = enumOf(schema, schemas);
          for (const [value, from] of Object.entries(valuesSince)) {
            expect([revision, value, values.includes(value)]).toEqual([
              revision,
              value,
              reaches(revision, from),
            ]);
          }
        }
      }
    });
  });

  test.each([
    ['repositories', REPOSITORY_ENDPOINTS.list],
    ['states', REPOSITORY_ENDPOINTS.states],
    ['scaleOutRepositories', SCALE_OUT_ENDPOINTS.list],
    ['sockets', LICENSE_ENDPOINTS.sockets],
    ['instances', LICENSE_ENDPOINTS.instances],
    ['cloudCredentials', CLOUD_CREDENTIALS_ENDPOINTS.list],
    ['sessions', SESSION_ENDPOINTS.list],
    ['taskSessions', SESSION_ENDPOINTS.taskSessions],
  ] as const)('%s can be ordered by the columns of the newest document', (name, { method, path }) => {
    const { operation, schemas } = openApiDocument('1.3-rev2');
    const column = operation(method, path)?.parameters.find((one) => one.name === 'orderColumn');
    expect([...ORDER_COLUMNS[name]].sort()).toEqual([...enumOf(column?.schema ?? {}, schemas)].sort());
  });

  test('the check can fail', async () => {
    await using vbr = await startCheckingVbr('1.2-rev1');
    const newer = createVbrClient({
      ...{ url: vbr.server.url, trust: { kind: 'fingerprint', sha256: vbr.server.fingerprint } },
      ...{ userName: 'user', password: new Secret('password'), revision: '1.3-rev0' },
    });
    await allOf(newer.repositories.list({ excludeExtents: true, typeFilter: 'Nothing' }));
    await newer.repositories.rescan(['no id']);
    await newer.close();
    expect(vbr.problems).toEqual(
      expect.arrayContaining([
        expect.stringContaining('x-api-version is 1.3-rev0'),
        expect.stringContaining('there is no parameter excludeExtents'),
        expect.stringContaining('typeFilter=Nothing: (whole) must be equal to one of the allowed values'),
        expect.stringContaining('/repositoryIds/0 must match format "uuid"'),
      ]),
    );
  });
});

function enumOf(schema: OpenApiSchema, schemas: Readonly<Record<string, OpenApiSchema>>): readonly unknown[] {
  const found = schema.$ref === undefined ? schema : schemas[schema.$ref.split('/').at(-1) ?? ''];
  return found?.enum ?? [];
}

/** Every call, with every parameter that the revision has. */
function callsOf(client: VbrClient, revision: Revision): readonly (() => Promise<unknown>)[] {
  const from = <Fields extends object>(since: Revision, fields: Fields): Partial<Fields> =>
    reaches(revision, since) ? fields : {};
  const page = { skip: 0, limit: 10, orderAsc: true, nameFilter: '*a*' };
  const times = { createdAfterFilter: DATE, createdBeforeFilter: DATE, endedAfterFilter: DATE };
  const { repositories, scaleOutRepositories, license, cloudCredentials, sessions, cloudBrowser } = client;
  const secretKey = new Secret('secret');
  const browse = { serviceType: 'S3Compatible', credentialsId: ID, regionId: 'us-east-1' } as const;
  return [
    () => client.serverTime(),
    () => client.serverInfo(),
    () => client.serverCertificate(),
    () =>
      allOf(
        repositories.list({
          ...{ ...page, orderColumn: 'Path', hostIdFilter: ID, pathFilter: 'a', typeFilter: 'S3Compatible' },
          ...{ vmbApiFilter: 'a', vmbApiPlatform: ID, ...from('1.3-rev0', { excludeExtents: true }) },
          ...from('1.3-rev0', { typeFilter: ['S3Compatible', 'WinLocal'] }),
        }),
      ),
    () => repositories.get(ID),
    () => repositories.add(repositorySpec(revision), { overwriteOwner: true }),
    async () => repositories.edit(ID, await repositories.get(ID)),
    () => repositories.remove(ID, { deleteBackups: false }),
    () => repositories.rescan([ID]),
    () =>
      allOf(
        repositories.states({
          ...{
            ...page,
            orderColumn: 'FreeGB',
            idFilter: ID,
            typeFilter: 'S3Compatible',
            isOnlineFilter: true,
          },
          ...{ capacityFilter: 10.5, freeSpaceFilter: 5, usedSpaceFilter: 5.5 },
          ...from('1.3-rev0', { isOutOfDateFilter: false, sobrIdFilter: ID, sobrMembershipFilter: 'a' }),
          ...from('1.3-rev0', { excludeExtents: false, sobrExtentTypeFilter: ['Performance', 'Capacity'] }),
          ...from('1.3-rev2', { typeFilter: ['S3Compatible', 'S3Integrated'], orderColumn: 'Status' }),
        }),
      ),
    () => allOf(scaleOutRepositories.list({ ...page, orderColumn: 'Name' })),
    () => scaleOutRepositories.get(ID),
    () =>
      scaleOutRepositories.add({
        ...{ name: 'SOBR', description: '' },
        performanceTier: { performanceExtents: [{ id: ID }], advancedSettings: { perVmBackup: true } },
        placementPolicy: { type: 'DataLocality', settings: [{ extentId: ID, allowedBackups: 'All' }] },
        capacityTier: { isEnabled: true, extents: [{ id: ID }], copyPolicyEnabled: true },
        archiveTier: { isEnabled: false },
      }),
    async () => scaleOutRepositories.edit(ID, await scaleOutRepositories.get(ID)),
    () => scaleOutRepositories.remove(ID, { deleteBackups: false }),
    () => scaleOutRepositories.enableSealedMode(ID, [ID]),
    () => scaleOutRepositories.disableSealedMode(ID, [ID]),
    () => scaleOutRepositories.enableMaintenanceMode(ID, [ID]),
    () => scaleOutRepositories.disableMaintenanceMode(ID, [ID]),
    () => license.show(),
    () => license.install({ license: 'PD94', forceStandaloneMode: true, promo: { enableAutoUpdate: true } }),
    () => license.remove(),
    () => license.remove({ section: 'Instance', forceStandaloneMode: true }),
    async () => {
      const pdf = await license.createReport('Pdf');
      expect([...pdf], 'the bytes of the report, as they were').toEqual([0x25, 0x50, 0x44, 0x46, 0xff]);
    },
    () => license.renew({ forceStandaloneMode: false }),
    () =>
      allOf(
        license.sockets({
          ...{
            ...page,
            orderColumn: 'CoresNumber',
            hostNameFilter: 'a',
            hostIdFilter: ID,
            typeFilter: 'vSphere',
          },
          ...{ socketsNumberFilter: 1, coresNumberFilter: 2 },
        }),
      ),
    () => license.revokeSocket(ID),
    () =>
      allOf(
        license.instances({
          ...{
            ...page,
            orderColumn: 'InstanceId',
            hostNameFilter: 'a',
            typeFilter: 'VM',
            instanceIdFilter: ID,
          },
          usedInstancesNumberFilter: 1.5,
        }),
      ),
    () => license.assignInstance(ID, 'Server'),
    () => license.revokeInstance(ID),
    async () => (reaches(revision, '1.3-rev0') ? license.removeInstance(ID) : undefined),
    () => license.capacity(),
    () => license.revokeCapacity(ID),
    () => license.update(),
    () => license.autoUpdate(true, from('1.3-rev0', { proactiveSupportEnabled: true })),
    () => license.agentConsumption(false),
    () => allOf(cloudCredentials.list({ ...page, orderColumn: 'Name', typeFilter: 'Amazon' })),
    () => cloudCredentials.get(ID),
    () =>
      cloudCredentials.add({ type: 'Amazon', accessKey: 'AKIA', secretKey, description: '', uniqueId: ID }),
    async () => cloudCredentials.edit(ID, await cloudCredentials.get(ID)),
    () => cloudCredentials.remove(ID),
    () => cloudCredentials.changeSecretKey(ID, secretKey),
    () =>
      allOf(
        sessions.list({
          ...{ ...page, ...times, endedBeforeFilter: DATE, orderColumn: 'Result', jobIdFilter: ID },
          ...{ typeFilter: 'Infrastructure', stateFilter: 'Working', resultFilter: 'Failed' },
          ...from('1.3-rev0', {
            resultFilter: ['Failed', 'Warning'],
            typeFilter: ['BackupJob', 'Infrastructure'],
          }),
        }),
      ),
    () => sessions.get(ID),
    () => sessions.logs(ID, from('1.3-rev0', { statusFilter: 'Failed' })),
    () => sessions.stop(ID),
    () =>
      allOf(
        sessions.taskSessions(
          ID,
          from('1.3-rev2', {
            ...{
              ...page,
              ...times,
              endedBeforeFilter: DATE,
              orderColumn: 'ScanResult',
              typeFilter: 'Backup',
            },
            ...{ sessionTypeFilter: 'BackupJob', stateFilter: 'Working', resultFilter: 'Failed' },
            ...{ scanTypeFilter: 'Yara', scanResultFilter: 'Clean', scanStateFilter: 'Finished' },
            sessionIdFilter: ID,
          }),
        ),
      ),
    () =>
      cloudBrowser.browse(
        { ...browse, servicePoint: 'https://gateway', gatewayServerId: ID },
        { resetCache: true },
      ),
    () =>
      cloudBrowser.newFolder({
        ...{ ...browse, connectionPoint: 'https://gateway', bucketName: 'b', newFolderName: 'f', hostId: ID },
      }),
  ];
}

function repositorySpec(revision: Revision): RepositorySpec {
  const mount = { mountServerId: ID, writeCacheFolder: '/cache', vPowerNFSEnabled: false };
  const recent = reaches(revision, '1.3-rev0');
  return {
    ...{ type: 'S3Compatible', name: 'Ours', description: '', uniqueId: 'u', taskLimitEnabled: true },
    ...(recent ? { importBackup: false, importIndex: false } : {}),
    ...{ maxTaskCount: 4, proxyAppliance: { managedServerId: ID } },
    account: {
      ...{ servicePoint: 'https://gateway', regionId: 'us-east-1', credentialsId: ID },
      connectionSettings: { connectionType: 'SelectedGateway', gatewayServerIds: [ID] },
    },
    bucket: {
      ...{ bucketName: 'veeam-backup', folderName: 'vbr' },
      storageConsumptionLimit: { isEnabled: true, consumptionLimitCount: 10, consumptionLimitKind: 'TB' },
      immutability: {
        ...{ isEnabled: true, daysCount: 14 },
        ...(recent ? { immutabilityMode: 'RepositorySettings' } : {}),
      },
      ...(reaches(revision, '1.3-rev1') ? { enableAutoProvision: false, workloadsPerBucketLimit: 5 } : {}),
    },
    mountServer: { mountServerSettingsType: 'linux', linux: mount },
  };
}
