// The paths of scale-out repositories: list, add, one, edit, remove, and the modes of extents.
import type { FastifyInstance } from 'fastify';
import { type ListQuery, listAnswer } from '../http/list-answer.ts';
import { PathId, type PathIdOf } from '../http/path-id.ts';
import { badRequest, notFound } from '../http/rest-error.ts';
import { revisionOf } from '../http/revision.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import { sessionModel } from '../sessions/session-model.ts';
import type { ScaleOutRecord } from '../state/scale-out-record.ts';
import { addScaleOut, changeMode, editScaleOut, type ModeChange } from './scale-out-actions.ts';
import { scaleOutModel } from './scale-out-model.ts';
import {
  ModeSpec,
  RemoveQuery,
  type SCALE_OUT_COLUMNS,
  ScaleOutEdit,
  ScaleOutSpec,
  ScaleOutsQuery,
} from './scale-out-schemas.ts';

const BASE = '/api/v1/backupInfrastructure/scaleOutRepositories';
const TAGS = ['Repositories'];

const MODES: Readonly<Record<string, ModeChange>> = {
  enableSealedMode: { mode: 'Sealed', isOn: true },
  disableSealedMode: { mode: 'Sealed', isOn: false },
  enableMaintenanceMode: { mode: 'Maintenance', isOn: true },
  disableMaintenanceMode: { mode: 'Maintenance', isOn: false },
};

export function registerScaleOuts(app: FastifyInstance, context: RehearsalContext): void {
  const { scaleOuts, repositories, identity } = context;
  const found = (id: string): ScaleOutRecord => {
    const scaleOut = scaleOuts.get(id.toLowerCase());
    if (scaleOut === undefined) throw notFound('scale-out repository', id);
    return scaleOut;
  };

  app.get<{ Querystring: ScaleOutsQuery }>(
    BASE,
    { schema: { tags: TAGS, summary: 'Get All Scale-Out Backup Repositories', querystring: ScaleOutsQuery } },
    async (request) => {
      const query = request.query as ListQuery<(typeof SCALE_OUT_COLUMNS)[number]>;
      const { data, pagination } = listAnswer(scaleOuts.all(), query, {
        texts: ({ name, description }) => [name, description, identity.hostName],
        columns: {
          Name: ({ name }) => name,
          Description: ({ description }) => description,
          // A rehearsal's are all of one type, on one host, without a path and not encrypted.
          Type: () => undefined,
          Host: () => undefined,
          Path: () => undefined,
          EncryptionState: () => undefined,
        },
      });
      const revision = revisionOf(request);
      return { data: data.map((row) => scaleOutModel(row, repositories, revision)), pagination };
    },
  );

  app.post<{ Body: ScaleOutSpec }>(
    BASE,
    { schema: { tags: TAGS, summary: 'Add Scale-Out Backup Repository', body: ScaleOutSpec } },
    async (request, reply) => {
      const session = addScaleOut(request.body, context);
      return await reply.code(201).send(sessionModel(session, revisionOf(request)));
    },
  );

  app.get<{ Params: PathIdOf }>(
    `${BASE}/:id`,
    { schema: { tags: TAGS, summary: 'Get Scale-Out Backup Repository', params: PathId } },
    async (request) => scaleOutModel(found(request.params.id), repositories, revisionOf(request)),
  );

  app.put<{ Params: PathIdOf; Body: ScaleOutEdit }>(
    `${BASE}/:id`,
    {
      schema: { tags: TAGS, summary: 'Edit Scale-Out Backup Repository', params: PathId, body: ScaleOutEdit },
    },
    async (request, reply) => {
      const session = editScaleOut(found(request.params.id), request.body, context);
      return await reply.code(201).send(sessionModel(session, revisionOf(request)));
    },
  );

  // Its extents are repositories of their own again; nothing in a store is removed.
  app.delete<{ Params: PathIdOf }>(
    `${BASE}/:id`,
    {
      schema: {
        tags: TAGS,
        summary: 'Remove Scale-Out Backup Repository',
        description: 'Nothing is removed from a store, also with deleteBackups.',
        params: PathId,
        querystring: RemoveQuery,
      },
    },
    async ({ params }, reply) => {
      scaleOuts.remove(found(params.id).id);
      return await reply.code(204).send();
    },
  );

  for (const [action, change] of Object.entries(MODES)) {
    app.post<{ Params: PathIdOf; Body: ModeSpec }>(
      `${BASE}/:id/${action}`,
      { schema: { tags: TAGS, summary: `${change.mode} Mode`, params: PathId, body: ModeSpec } },
      async (request, reply) => {
        const { params, body } = request;
        const scaleOut = scaleOuts.get(params.id.toLowerCase());
        // The documents know no 404 here.
        if (scaleOut === undefined) {
          throw badRequest(`There is no scale-out repository with the ID ${params.id}.`, params.id);
        }
        const session = changeMode(scaleOut, body.repositoryIds, change, context);
        return await reply.code(201).send(sessionModel(session, revisionOf(request)));
      },
    );
  }
}
