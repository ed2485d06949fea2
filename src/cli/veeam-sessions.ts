// `veeam sessions`: what Veeam does or did, its log, and how to end it.
import type { Session, SessionLogRecord, TaskSession } from '../veeam/vbr/schemas/session.ts';
import type { SessionLogsQuery, SessionsQuery, TaskSessionsQuery } from '../veeam/vbr/vbr-queries.ts';
import { oneLine } from './admin-client.ts';
import { renderTable } from './table.ts';
import { listed } from './veeam-connect.ts';
import { PAGED, sectionCommand } from './veeam-section.ts';

const TIMES = {
  createdAfterFilter: 'text',
  createdBeforeFilter: 'text',
  endedAfterFilter: 'text',
  endedBeforeFilter: 'text',
} as const;

export const veeamSessions = sectionCommand({
  name: 'sessions',
  about: 'what Veeam does and did',
  options: {},
  actions: {
    list: {
      usage: '',
      query: {
        ...PAGED,
        ...TIMES,
        nameFilter: 'text',
        typeFilter: 'texts',
        stateFilter: 'text',
        resultFilter: 'texts',
        jobIdFilter: 'text',
      },
      async run({ client }, { query }) {
        const rows = await listed(client.sessions.list(query as SessionsQuery));
        return { json: rows, text: renderSessions(rows) };
      },
    },
    show: {
      usage: 'ID',
      words: 'one',
      async run({ client }, { words: [id = ''] }) {
        const session = await client.sessions.get(id);
        return { json: session, text: renderSession(session) };
      },
    },
    logs: {
      usage: 'ID',
      words: 'one',
      query: { statusFilter: 'text' },
      async run({ client }, { words: [id = ''], query }) {
        const log = await client.sessions.logs(id, query as SessionLogsQuery);
        return { json: log, text: renderLog(log.records ?? []) };
      },
    },
    tasks: {
      usage: 'ID',
      words: 'one',
      query: {
        ...PAGED,
        ...TIMES,
        nameFilter: 'text',
        typeFilter: 'text',
        sessionTypeFilter: 'text',
        stateFilter: 'text',
        resultFilter: 'text',
        scanTypeFilter: 'text',
        scanResultFilter: 'text',
        scanStateFilter: 'text',
        sessionIdFilter: 'text',
      },
      async run({ client }, { words: [id = ''], query }) {
        const rows = await listed(client.sessions.taskSessions(id, query as TaskSessionsQuery));
        return { json: rows, text: renderTasks(rows) };
      },
    },
    wait: {
      usage: 'ID [--deadline SECONDS]',
      words: 'one',
      async run(visit, { words: [id = ''], deadlineMs }) {
        const session = await visit.wait(await visit.client.sessions.get(id), deadlineMs);
        return { json: session, text: renderSession(session) };
      },
    },
    stop: {
      usage: 'ID --yes',
      words: 'one',
      destroys: 'ends a session in its midst',
      async run({ client }, { words: [id = ''] }) {
        await client.sessions.stop(id);
        return { json: { stopped: id }, text: `Session ${id} was told to stop.\n` };
      },
    },
  },
});

function renderSessions(rows: readonly Session[]): string {
  if (rows.length === 0) return 'Veeam has no such session.\n';
  return renderTable<Session>(
    [
      { title: 'CREATED', text: ({ creationTime }) => oneLine(creationTime) },
      { title: 'NAME', text: ({ name }) => oneLine(name) },
      { title: 'TYPE', text: ({ sessionType }) => sessionType },
      { title: 'STATE', text: ({ state }) => state },
      { title: 'RESULT', text: ({ result }) => result?.result ?? '-' },
      { title: 'ID', text: ({ id }) => id },
    ],
    rows,
  );
}

function renderSession(session: Session): string {
  const { id, name, sessionType, creationTime, endTime, state, progressPercent, result } = session;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['id', id],
    ['type', sessionType],
    ['created', creationTime],
    ['ended', endTime],
    ['state', progressPercent === undefined ? state : `${state}, ${progressPercent} %`],
    ['result', result?.result],
    ['message', result?.message],
  ];
  const lines = pairs.flatMap(([label, text]) =>
    text === undefined || text === '' ? [] : [`  ${label.padEnd(8)} ${oneLine(text)}`],
  );
  return `${[oneLine(name), ...lines].join('\n')}\n`;
}

function renderLog(records: readonly SessionLogRecord[]): string {
  if (records.length === 0) return 'The log of this session is empty.\n';
  return renderTable<SessionLogRecord>(
    [
      { title: 'TIME', text: ({ startTime }) => oneLine(startTime ?? '-') },
      { title: 'STATUS', text: ({ status }) => status ?? '-' },
      { title: 'WHAT', text: ({ title }) => oneLine(title ?? '') },
      { title: 'MORE', text: ({ description }) => oneLine(description ?? '') },
    ],
    records,
  );
}

function renderTasks(rows: readonly TaskSession[]): string {
  if (rows.length === 0) return 'This session has no tasks.\n';
  return renderTable<TaskSession>(
    [
      { title: 'CREATED', text: ({ creationTime }) => oneLine(creationTime) },
      { title: 'NAME', text: ({ name }) => oneLine(name ?? '-') },
      { title: 'TYPE', text: ({ type }) => type },
      { title: 'STATE', text: ({ state }) => state ?? '-' },
      { title: 'RESULT', text: ({ result }) => result?.result ?? '-' },
      { title: 'ID', text: ({ id }) => id },
    ],
    rows,
  );
}
