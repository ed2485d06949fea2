// The paths of sessions: list, one, its log, stop, and its tasks.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { type ListQuery, type ListRules, listAnswer, listQuery } from '../http/list-answer.ts';
import { PathId, type PathIdOf } from '../http/path-id.ts';
import { notFound } from '../http/rest-error.ts';
import { revisionOf } from '../http/revision.ts';
import type { RehearsalContext } from '../rehearsal-context.ts';
import { sessionLogModel, sessionModel } from './session-model.ts';
import type { SessionRecord } from './session-record.ts';
import { SESSION_STATES, SESSION_TYPES } from './session-types.ts';

const COLUMNS = ['Name', 'SessionType', 'CreationTime', 'EndTime', 'State', 'Result', 'InitiatedBy'] as const;
type Column = (typeof COLUMNS)[number];

const Time = Type.String({ format: 'date-time' });
const SessionsQuery = Type.Object({
  ...listQuery(COLUMNS),
  createdAfterFilter: Type.Optional(Time),
  createdBeforeFilter: Type.Optional(Time),
  endedAfterFilter: Type.Optional(Time),
  endedBeforeFilter: Type.Optional(Time),
  typeFilter: Type.Optional(Type.Array(Type.Enum(SESSION_TYPES))),
  stateFilter: Type.Optional(Type.Enum(SESSION_STATES)),
  resultFilter: Type.Optional(Type.Array(Type.Enum(['None', 'Success', 'Warning', 'Failed']))),
  jobIdFilter: Type.Optional(Type.String({ format: 'uuid' })),
});
type SessionsQuery = Type.Static<typeof SessionsQuery>;

const LogQuery = Type.Object({
  statusFilter: Type.Optional(Type.Enum(['None', 'Succeeded', 'Warning', 'Failed'])),
});
type LogQuery = Type.Static<typeof LogQuery>;

const TasksQuery = Type.Object(listQuery(COLUMNS));

const RULES: ListRules<SessionRecord, Column> = {
  texts: ({ name, sessionType, state, result, message, initiatedBy }) => [
    name,
    sessionType,
    state,
    result,
    message,
    initiatedBy,
  ],
  columns: {
    Name: ({ name }) => name,
    SessionType: ({ sessionType }) => sessionType,
    CreationTime: ({ createdAt }) => createdAt,
    EndTime: ({ endedAt }) => endedAt,
    State: ({ state }) => state,
    Result: ({ result }) => result,
    InitiatedBy: ({ initiatedBy }) => initiatedBy,
  },
};

const TAGS = ['Sessions'];

export function registerSessions(app: FastifyInstance, context: RehearsalContext): void {
  const { sessionTable: table } = context;
  const found = (id: string): SessionRecord => {
    const session = table.get(id.toLowerCase());
    if (session === undefined) throw notFound('session', id);
    return session;
  };

  app.get<{ Querystring: SessionsQuery }>(
    '/api/v1/sessions',
    { schema: { tags: TAGS, summary: 'Get All Sessions', querystring: SessionsQuery } },
    async (request) => {
      const { query } = request;
      const { data, pagination } = listAnswer(
        table.all().filter(passes(query)),
        query as ListQuery<Column>,
        RULES,
      );
      const revision = revisionOf(request);
      return { data: data.map((session) => sessionModel(session, revision)), pagination };
    },
  );

  app.get<{ Params: PathIdOf }>(
    '/api/v1/sessions/:id',
    { schema: { tags: TAGS, summary: 'Get Session', params: PathId } },
    async (request) => sessionModel(found(request.params.id), revisionOf(request)),
  );

  app.get<{ Params: PathIdOf; Querystring: LogQuery }>(
    '/api/v1/sessions/:id/logs',
    { schema: { tags: TAGS, summary: 'Get Session Logs', params: PathId, querystring: LogQuery } },
    async ({ params, query }) => {
      const records = table
        .logs(found(params.id).id)
        .filter(({ status }) => query.statusFilter === undefined || status === query.statusFilter);
      return { totalRecords: records.length, records: records.map(sessionLogModel) };
    },
  );

  app.post<{ Params: PathIdOf }>(
    '/api/v1/sessions/:id/stop',
    { schema: { tags: TAGS, summary: 'Stop Session', params: PathId } },
    async ({ params }, reply) => {
      // One that has ended already needs no stop: that is no error.
      if (context.sessions.stop(params.id.toLowerCase()) === 'unknown') throw notFound('session', params.id);
      return await reply.code(200).send({});
    },
  );

  // Tasks are machines of a backup: the actions of a rehearsal have none. The documents know no 404 here.
  app.get<{ Params: PathIdOf; Querystring: Type.Static<typeof TasksQuery> }>(
    '/api/v1/sessions/:id/taskSessions',
    { schema: { tags: TAGS, summary: 'Get Task Sessions', params: PathId, querystring: TasksQuery } },
    async ({ query }) => listAnswer<SessionRecord, Column>([], query as ListQuery<Column>, RULES),
  );
}

function passes(query: SessionsQuery): (session: SessionRecord) => boolean {
  const after = (at: number | undefined, limit: string | undefined) =>
    limit === undefined || (at !== undefined && at > Date.parse(limit));
  const before = (at: number | undefined, limit: string | undefined) =>
    limit === undefined || (at !== undefined && at < Date.parse(limit));
  const isOneOf = (value: string, wanted: readonly string[] | undefined) =>
    wanted === undefined || wanted.includes(value);
  return (session) =>
    after(session.createdAt, query.createdAfterFilter) &&
    before(session.createdAt, query.createdBeforeFilter) &&
    after(session.endedAt, query.endedAfterFilter) &&
    before(session.endedAt, query.endedBeforeFilter) &&
    isOneOf(session.sessionType, query.typeFilter) &&
    isOneOf(session.result, query.resultFilter) &&
    (query.stateFilter === undefined || session.state === query.stateFilter) &&
    (query.jobIdFilter === undefined || session.jobId === query.jobIdFilter.toLowerCase());
}
