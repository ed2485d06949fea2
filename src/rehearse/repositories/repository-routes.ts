// The paths of repositories: list, add, rescan, states, one, edit, remove.
import type { FastifyInstance } from 'fastify';
import { type ListQuery, listAnswer, matches } from '../http/list-answer.ts';
import { PathId, type PathIdOf } from '../http/path-id.ts';
import { badRequest, notFound } from '../http/rest-error.ts';
import { revisionOf } from '../http/revision.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import { sessionModel } from '../sessions/session-model.ts';
import type { RepositoryRecord } from '../state/repository-record.ts';
import { addRepository, editRepository, rescanRepositories } from './repository-actions.ts';
import { pathOf, repositoryModel, stateAnswer, stateModel } from './repository-model.ts';
import {
  AddQuery,
  type LIST_COLUMNS,
  RemoveQuery,
  RepositoriesQuery,
  RepositoryEdit,
  RepositorySpec,
  RescanSpec,
  type STATE_COLUMNS,
  StatesQuery,
} from './repository-schemas.ts';
import { typeOf } from './repository-types.ts';

const BASE = '/api/v1/backupInfrastructure/repositories';
const TAGS = ['Repositories'];

export function registerRepositories(app: FastifyInstance, context: RehearsalContext): void {
  const found = (id: string): RepositoryRecord => {
    const repository = context.repositories.get(id.toLowerCase());
    if (repository === undefined) throw notFound('repository', id);
    return repository;
  };

  app.get<{ Querystring: RepositoriesQuery }>(
    BASE,
    { schema: { tags: TAGS, summary: 'Get All Repositories', querystring: RepositoriesQuery } },
    async (request) => listed(request.query, revisionOf(request), context),
  );

  app.post<{ Querystring: AddQuery; Body: RepositorySpec }>(
    BASE,
    { schema: { tags: TAGS, summary: 'Add Repository', querystring: AddQuery, body: RepositorySpec } },
    async (request, reply) => {
      const overwriteOwner = request.query.overwriteOwner === true;
      const session = addRepository(request.body, { overwriteOwner, revision: revisionOf(request) }, context);
      return await reply.code(201).send(sessionModel(session, revisionOf(request)));
    },
  );

  app.post<{ Body: RescanSpec }>(
    `${BASE}/rescan`,
    { schema: { tags: TAGS, summary: 'Rescan Repositories', body: RescanSpec } },
    async (request, reply) => {
      const session = rescanRepositories(request.body.repositoryIds, context);
      return await reply.code(201).send(sessionModel(session, revisionOf(request)));
    },
  );

  app.get<{ Querystring: StatesQuery }>(
    `${BASE}/states`,
    { schema: { tags: TAGS, summary: 'Get All Repository States', querystring: StatesQuery } },
    async (request) => states(request.query, revisionOf(request), context),
  );

  app.get<{ Params: PathIdOf }>(
    `${BASE}/:id`,
    { schema: { tags: TAGS, summary: 'Get Repository', params: PathId } },
    async (request) => repositoryModel(found(request.params.id), revisionOf(request)),
  );

  app.put<{ Params: PathIdOf; Body: RepositoryEdit }>(
    `${BASE}/:id`,
    { schema: { tags: TAGS, summary: 'Edit Repository', params: PathId, body: RepositoryEdit } },
    async (request, reply) => {
      const session = editRepository(found(request.params.id), request.body, revisionOf(request), context);
      return await reply.code(201).send(sessionModel(session, revisionOf(request)));
    },
  );

  // Nothing in the store is removed, also with deleteBackups: a rehearsal never deletes what it did not write.
  app.delete<{ Params: PathIdOf }>(
    `${BASE}/:id`,
    {
      schema: {
        tags: TAGS,
        summary: 'Remove Repository',
        description: 'Nothing is removed from a store, also with deleteBackups.',
        params: PathId,
        querystring: RemoveQuery,
      },
    },
    async ({ params }, reply) => {
      const { id, name } = found(params.id);
      const membership = context.scaleOuts.holding(id);
      if (membership !== undefined) {
        throw badRequest(
          `The repository ${name} is an extent of the scale-out repository ${membership.scaleOut.name}: remove it there first.`,
          id,
        );
      }
      context.repositories.remove(id);
      return await reply.code(204).send();
    },
  );
}

type Revision = ReturnType<typeof revisionOf>;

function listed(query: RepositoriesQuery, revision: Revision, context: RehearsalContext) {
  const { identity, scaleOuts } = context;
  const { typeFilter, hostIdFilter, pathFilter, excludeExtents } = query;
  const rows = context.repositories
    .all()
    .filter(
      (row) =>
        (typeFilter === undefined || typeFilter.includes(typeOf(row, revision))) &&
        (hostIdFilter === undefined || hostIdFilter.toLowerCase() === identity.serverId) &&
        (pathFilter === undefined || matches(pathFilter, [pathOf(row)])) &&
        (excludeExtents !== true || scaleOuts.holding(row.id) === undefined),
    );
  const { data, pagination } = listAnswer(rows, query as ListQuery<(typeof LIST_COLUMNS)[number]>, {
    texts: (row) => [row.name, row.description, typeOf(row, revision), pathOf(row), identity.hostName],
    columns: {
      Name: ({ name }) => name,
      Description: ({ description }) => description,
      Type: (row) => typeOf(row, revision),
      Host: () => identity.hostName,
      Path: pathOf,
    },
  });
  return { data: data.map((row) => repositoryModel(row, revision)), pagination };
}

function states(query: StatesQuery, revision: Revision, context: RehearsalContext) {
  const { identity, scaleOuts } = context;
  const rows = context.repositories
    .all()
    .map((row) => stateModel(row, scaleOuts.holding(row.id), identity, revision))
    .filter((row) => passes(row, query));
  const { data, pagination } = listAnswer(rows, query as ListQuery<(typeof STATE_COLUMNS)[number]>, {
    texts: (row) => [row.name, row.description, row.type, row.path, row.hostName],
    columns: {
      Name: ({ name }) => name,
      Type: ({ type }) => type,
      Host: ({ hostName }) => hostName,
      Path: ({ path }) => path,
      CapacityGB: ({ capacityGB }) => capacityGB,
      FreeGB: ({ freeGB }) => freeGB,
      UsedSpaceGB: ({ usedSpaceGB }) => usedSpaceGB,
      Description: ({ description }) => description,
      Membership: ({ scaleOutRepositoryDetails: details }) => details?.membership,
      Status: ({ isOnline }) => Number(isOnline),
    },
  });
  return { data: data.map((row) => stateAnswer(row, revision)), pagination };
}

function passes(row: ReturnType<typeof stateModel>, query: StatesQuery): boolean {
  const details = row.scaleOutRepositoryDetails;
  const same = <Value>(wanted: Value | undefined, value: Value): boolean =>
    wanted === undefined || wanted === value;
  return (
    same(query.idFilter?.toLowerCase(), row.id) &&
    (query.typeFilter === undefined || query.typeFilter.includes(row.type)) &&
    same(query.capacityFilter, row.capacityGB) &&
    same(query.freeSpaceFilter, row.freeGB) &&
    same(query.usedSpaceFilter, row.usedSpaceGB) &&
    same(query.isOnlineFilter, row.isOnline) &&
    same(query.isOutOfDateFilter, row.isOutOfDate) &&
    (query.sobrIdFilter === undefined ||
      details?.scaleOutRepositoryId === query.sobrIdFilter.toLowerCase()) &&
    (query.sobrExtentTypeFilter === undefined ||
      (details !== undefined && query.sobrExtentTypeFilter.includes(details.extentType))) &&
    (query.sobrMembershipFilter === undefined ||
      matches(query.sobrMembershipFilter, [details?.membership])) &&
    (query.excludeExtents !== true || details === undefined)
  );
}
