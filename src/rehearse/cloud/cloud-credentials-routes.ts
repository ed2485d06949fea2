// The paths of cloud credentials: list, add, one, edit, remove, another secret key. A secret never comes back.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Secret } from '../../secret.ts';
import { type Revision, reaches } from '../../veeam/vbr/revisions.ts';
import { type ListQuery, listAnswer, listQuery } from '../http/list-answer.ts';
import { PathId, type PathIdOf } from '../http/path-id.ts';
import { badRequest, notFound } from '../http/rest-error.ts';
import { revisionOf } from '../http/revision.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import type { CloudCredentialsRecord } from '../state/cloud-credentials-table.ts';

const BASE = '/api/v1/cloudCredentials';
const TAGS = ['Credentials'];
const COLUMNS = ['Name', 'Description', 'Type', 'LastModified'] as const;

const CredentialsQuery = Type.Object({
  ...listQuery(COLUMNS),
  typeFilter: Type.Optional(Type.Enum(['AzureStorage', 'AzureCompute', 'Amazon', 'Google', 'GoogleService'])),
});
type CredentialsQuery = Type.Static<typeof CredentialsQuery>;

const COMMON = {
  // Of all types, a rehearsal has the one that S3-compatible stores use.
  type: Type.Literal('Amazon'),
  accessKey: Type.String({ minLength: 1, maxLength: 1024 }),
  description: Type.Optional(Type.String({ maxLength: 4096 })),
  uniqueId: Type.Optional(Type.String()),
};
const CredentialsSpec = Type.Object({ ...COMMON, secretKey: Type.String({ minLength: 1, maxLength: 1024 }) });
type CredentialsSpec = Type.Static<typeof CredentialsSpec>;

const CredentialsEdit = Type.Object({ ...COMMON, id: Type.String({ format: 'uuid' }) });
type CredentialsEdit = Type.Static<typeof CredentialsEdit>;

const SecretSpec = Type.Object({ newSecretKey: Type.String({ minLength: 1, maxLength: 1024 }) });
type SecretSpec = Type.Static<typeof SecretSpec>;

export function registerCloudCredentials(app: FastifyInstance, context: RehearsalContext): void {
  const { cloudCredentials: table, clock } = context;
  const found = (id: string): CloudCredentialsRecord => {
    const record = table.get(id.toLowerCase());
    if (record === undefined) throw notFound('cloud credentials record', id);
    return record;
  };

  app.get<{ Querystring: CredentialsQuery }>(
    BASE,
    { schema: { tags: TAGS, summary: 'Get All Cloud Credentials', querystring: CredentialsQuery } },
    async (request) => {
      const { query } = request;
      const isWanted = query.typeFilter === undefined || query.typeFilter === 'Amazon';
      const list = query as ListQuery<(typeof COLUMNS)[number]>;
      const { data, pagination } = listAnswer(isWanted ? table.all() : [], list, {
        texts: ({ accessKey, description }) => [accessKey, description, 'Amazon'],
        columns: {
          Name: ({ accessKey }) => accessKey,
          Description: ({ description }) => description,
          Type: () => 'Amazon',
          LastModified: ({ changedAt }) => changedAt,
        },
      });
      return { data: data.map((record) => model(record, revisionOf(request))), pagination };
    },
  );

  app.post<{ Body: CredentialsSpec }>(
    BASE,
    { schema: { tags: TAGS, summary: 'Add Cloud Credentials Record', body: CredentialsSpec } },
    async (request, reply) => {
      const { body } = request;
      const id = clock.newId();
      const { accessKey, secretKey, description = '', uniqueId = id } = body;
      const record = { id, accessKey, secretKey: new Secret(secretKey), description, uniqueId };
      const kept: CloudCredentialsRecord = { ...record, changedAt: clock.now() };
      table.insert(kept);
      return await reply.code(201).send(model(kept, revisionOf(request)));
    },
  );

  app.get<{ Params: PathIdOf }>(
    `${BASE}/:id`,
    { schema: { tags: TAGS, summary: 'Get Cloud Credentials Record', params: PathId } },
    async (request) => model(found(request.params.id), revisionOf(request)),
  );

  app.put<{ Params: PathIdOf; Body: CredentialsEdit }>(
    `${BASE}/:id`,
    {
      schema: { tags: TAGS, summary: 'Edit Cloud Credentials Record', params: PathId, body: CredentialsEdit },
    },
    async (request) => {
      const { params, body } = request;
      const before = found(params.id);
      if (body.id.toLowerCase() !== before.id) {
        throw badRequest(`The id in the body is not ${before.id}, which the path names.`, before.id);
      }
      const { accessKey, description = before.description, uniqueId = before.uniqueId } = body;
      const after = { ...before, accessKey, description, uniqueId, changedAt: clock.now() };
      table.edit(after);
      return model(after, revisionOf(request));
    },
  );

  app.delete<{ Params: PathIdOf }>(
    `${BASE}/:id`,
    { schema: { tags: TAGS, summary: 'Remove Cloud Credentials Record', params: PathId } },
    async ({ params }, reply) => {
      const { id, accessKey } = found(params.id);
      const user = context.repositories.all().find(({ settings }) => settings.account.credentialsId === id);
      if (user !== undefined) {
        throw badRequest(`The cloud credentials ${accessKey} are used by the repository ${user.name}.`, id);
      }
      table.remove(id);
      return await reply.code(204).send();
    },
  );

  app.post<{ Params: PathIdOf; Body: SecretSpec }>(
    `${BASE}/:id/changeSecretKey`,
    { schema: { tags: TAGS, summary: 'Change Secret Key', params: PathId, body: SecretSpec } },
    async (request, reply) => {
      const revision = revisionOf(request);
      const { id } = request.params;
      // The documents know no 404 here before 1.3-rev2, and answered 201 before 1.3-rev0.
      if (!reaches(revision, '1.3-rev2') && table.get(id.toLowerCase()) === undefined) {
        throw badRequest(`There is no cloud credentials record with the ID ${id}.`, id);
      }
      const secretKey = new Secret(request.body.newSecretKey);
      const after = { ...found(id), secretKey, changedAt: clock.now() };
      table.edit(after);
      return await reply.code(reaches(revision, '1.3-rev0') ? 200 : 201).send(model(after, revision));
    },
  );
}

function model(record: CloudCredentialsRecord, revision: Revision) {
  const { id, accessKey, description, uniqueId, changedAt } = record;
  const lastModified = reaches(revision, '1.3-rev0')
    ? { lastModified: new Date(changedAt).toISOString() }
    : {};
  return { type: 'Amazon', id, accessKey, description, ...lastModified, uniqueId };
}
