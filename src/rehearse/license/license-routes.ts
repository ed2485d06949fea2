// The license section of the VBR port. Each call is a change of the state, or a look at it.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { reaches } from '../../veeam/vbr/revisions.ts';
import { badRequest, RestError } from '../http/rest-error.ts';
import { revisionOf } from '../http/revision.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import {
  assignInstance,
  consumption,
  install,
  remove,
  removeInstance,
  revokeCapacity,
  revokeInstance,
  revokeSocket,
  setAutoUpdate,
  type WorkloadChange,
} from './license-changes.ts';
import { readLicenseFile } from './license-file.ts';
import { instanceList, socketList } from './license-lists.ts';
import { createReport } from './license-report.ts';
import * as schemas from './license-schemas.ts';
import type { CapacityUser, InstanceWorkload, LicenseState } from './license-state.ts';
import { LicenseTable } from './license-table.ts';
import { viewCapacity, viewInstance, viewLicense } from './license-view.ts';
import { seededLicense } from './seeded-license.ts';

/** What is asked of the state, and how it is answered. */
interface License {
  state(): LicenseState;
  users(): readonly CapacityUser[];
  shown(request: FastifyRequest): unknown;
  changed(request: FastifyRequest, change: (state: LicenseState) => LicenseState): unknown;
  workload<T>(change: (state: LicenseState) => WorkloadChange<T>): T;
}

export function registerLicense(app: FastifyInstance, context: RehearsalContext): void {
  const license = licenseOf(context);
  registerInstallation(app, license, context);
  registerSettings(app, license);
  registerSockets(app, license);
  registerInstances(app, license);
  registerCapacity(app, license);
}

function licenseOf({ database, clock, repositories }: RehearsalContext): License {
  const table = new LicenseTable(database, () => seededLicense(clock.now(), () => clock.newId()));
  // Veeam licenses sources that are backed up. A rehearsal has none, so its repositories stand in for them.
  const all = (): readonly CapacityUser[] =>
    repositories.all().map(({ id, name, observation }) => ({
      repositoryId: id,
      name,
      usedBytes: observation.capacity?.usedBytes ?? 0n,
    }));
  const users = () => consumption(table.get(), all());
  const shown = (request: FastifyRequest) =>
    viewLicense(table.get(), users(), clock.now(), revisionOf(request));
  return {
    state: () => table.get(),
    users,
    shown,
    changed: (request, change) => {
      table.set(change(table.get()));
      return shown(request);
    },
    workload: (change) => {
      const { state, workload } = change(table.get());
      table.set(state);
      return workload;
    },
  };
}

function registerInstallation(app: FastifyInstance, license: License, context: RehearsalContext): void {
  const { clock, identity } = context;
  app.get(
    '/api/v1/license',
    described('Get Installed License', { 200: schemas.LicenseAnswer }),
    async (request) => license.shown(request),
  );
  app.post<{ Body: Static<typeof schemas.InstallSpec> }>(
    '/api/v1/license/install',
    described('Install License', { 200: schemas.LicenseAnswer }, { body: schemas.InstallSpec }),
    async (request) => {
      const { license: file, promo } = request.body;
      const read = readLicenseFile(file, clock.newId(), clock.now());
      return license.changed(request, (state) => install(state, read, promo));
    },
  );
  app.post<{ Body: Static<typeof schemas.RemoveSpec> }>(
    '/api/v1/license/remove',
    described('Remove License', { 200: schemas.LicenseAnswer }, { body: schemas.RemoveSpec }),
    async (request) => license.changed(request, (state) => remove(state, request.body.section ?? 'All')),
  );
  app.post<{ Body: Static<typeof schemas.ReportSpec> }>(
    '/api/v1/license/createReport',
    described('Create License Usage Report', {}, { body: schemas.ReportSpec }),
    async ({ body }, reply) => {
      const source = { state: license.state(), users: license.users(), productVersion: 'rehearsal' };
      const report = createReport(
        { ...source, installationId: identity.serverId, now: clock.now() },
        body.reportFormat,
      );
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${report.fileName}"`)
        .send(report.content);
    },
  );
  app.post(
    '/api/v1/license/renew',
    described('Renew Installed License', { 200: schemas.RenewalAnswer }, { body: schemas.RenewSpec }),
    async () => {
      const { license: installed } = license.state();
      if (installed === undefined) throw badRequest('No license is installed that could be renewed.');
      // A name that is reserved to lead nowhere (RFC 2606): nothing real can be bought with it.
      return { renewalUrl: `https://rehearsal.invalid/renew?license-id=${installed.licenseId}` };
    },
  );
}

function registerSettings(app: FastifyInstance, license: License): void {
  app.post('/api/v1/license/update', described('Update License', { 200: schemas.UpdateAnswer }), async () => {
    const isSuccessful = license.state().license !== undefined;
    const message = isSuccessful ? 'License key is up-to-date' : 'No license is installed';
    return { message: `Rehearsal:\n ${message}`, isSuccessful };
  });
  app.post<{ Body: Static<typeof schemas.AutoUpdateSpec> }>(
    '/api/v1/license/autoupdate',
    described(
      'Enable or Disable License Auto Update',
      { 200: schemas.LicenseAnswer },
      { body: schemas.AutoUpdateSpec },
    ),
    async (request) => {
      const { enabled, proactiveSupportEnabled } = request.body;
      return license.changed(request, (state) => setAutoUpdate(state, enabled, proactiveSupportEnabled));
    },
  );
  app.post<{ Body: Static<typeof schemas.AgentConsumptionSpec> }>(
    '/api/v1/license/agentConsumption',
    described(
      'Enable or Disable Instance Consumption for Unlicensed Agents',
      { 200: schemas.LicenseAnswer },
      { body: schemas.AgentConsumptionSpec },
    ),
    async (request) =>
      license.changed(request, (state) => ({
        ...state,
        freeAgentInstanceConsumptionEnabled: request.body.enabled,
      })),
  );
}

function registerSockets(app: FastifyInstance, license: License): void {
  app.get<{ Querystring: Static<typeof schemas.SocketQuery> }>(
    '/api/v1/license/sockets',
    described('Get Consumption of Socket Licenses', {}, { querystring: schemas.SocketQuery }),
    async ({ query }) => socketList(license.state().sockets, query),
  );
  app.post<{ Params: Static<typeof schemas.HostIdPath> }>(
    '/api/v1/license/sockets/:hostId/revoke',
    described('Revoke Socket License', { 200: schemas.SocketWorkloadAnswer }, { params: schemas.HostIdPath }),
    async ({ params }) => license.workload((state) => revokeSocket(state, params.hostId)),
  );
}

function registerInstances(app: FastifyInstance, license: License): void {
  const answers = { 200: schemas.InstanceWorkloadAnswer };
  const params = schemas.InstanceIdPath;
  type Path = Static<typeof params>;
  const changed = (
    request: FastifyRequest,
    change: (state: LicenseState) => WorkloadChange<InstanceWorkload>,
  ) => viewInstance(license.workload(change), revisionOf(request));

  app.get<{ Querystring: Static<typeof schemas.InstanceQuery> }>(
    '/api/v1/license/instances',
    described('Get Instance Licenses Consumption', {}, { querystring: schemas.InstanceQuery }),
    async (request) => {
      const { data, pagination } = instanceList(license.state().instances, request.query);
      return { data: data.map((one) => viewInstance(one, revisionOf(request))), pagination };
    },
  );
  app.post<{ Params: Path; Body: Static<typeof schemas.AssignSpec> }>(
    '/api/v1/license/instances/:instanceId/assign',
    described('Assign Instance License', answers, { params, body: schemas.AssignSpec }),
    async (request) =>
      changed(request, (state) => assignInstance(state, request.params.instanceId, request.body.role)),
  );
  app.post<{ Params: Path }>(
    '/api/v1/license/instances/:instanceId/revoke',
    described('Revoke Instance License', answers, { params }),
    async (request) => changed(request, (state) => revokeInstance(state, request.params.instanceId)),
  );
  app.post<{ Params: Path }>(
    '/api/v1/license/instances/:instanceId/remove',
    described('Remove Instance License', answers, { params }),
    async (request) => {
      if (!reaches(revisionOf(request), '1.3-rev0')) {
        throw new RestError(404, 'InvalidURI', 'The revision has no such path: it came with 1.3-rev0.');
      }
      return changed(request, (state) => removeInstance(state, request.params.instanceId));
    },
  );
}

function registerCapacity(app: FastifyInstance, license: License): void {
  app.get(
    '/api/v1/license/capacity',
    described('Get Capacity License Consumption', { 200: schemas.CapacityAnswer }),
    async () => ({ workloads: license.users().map(viewCapacity) }),
  );
  app.post<{ Params: Static<typeof schemas.InstanceIdPath> }>(
    '/api/v1/license/capacity/:instanceId/revoke',
    described(
      'Revoke Capacity License From Unstructured Data Workload',
      { 200: schemas.CapacityWorkloadAnswer },
      { params: schemas.InstanceIdPath },
    ),
    async ({ params }) =>
      viewCapacity(license.workload((state) => revokeCapacity(state, license.users(), params.instanceId))),
  );
}

function described(
  summary: string,
  response: Readonly<Record<number, TSchema>>,
  parts: { readonly body?: TSchema; readonly querystring?: TSchema; readonly params?: TSchema } = {},
) {
  return { schema: { tags: ['License'], summary, ...parts, response } };
}
