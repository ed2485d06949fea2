// A row of Veeam ONE's task sessions. Here they are the sessions of the VBR port, so that there is something to see.
import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import type { SessionRecord } from '../../sessions/session-record.ts';
import { Moment, nullable } from './nullable.ts';

export const SessionResource = Type.Object({
  jobSessionId: Type.Optional(Type.Integer()),
  name: nullable(Type.String()),
  type: Type.Optional(Type.String()),
  status: Type.Optional(Type.String()),
  statusPriority: Type.Optional(Type.Integer()),
  start: nullable(Moment),
  end: nullable(Moment),
});

const FIRST_NUMBER = 1000;

/** By how much a status asks for attention, as the document's example has 0 for success. */
export const STATUS_PRIORITY = {
  Success: 0,
  Warning: 1,
  Failed: 2,
  Stopped: 3,
  Stopping: 4,
  InQueue: 5,
  Processing: 6,
} as const;

export type TaskStatus = keyof typeof STATUS_PRIORITY;

/** Numbers for sessions, which have UUIDs on the VBR port: given in the order of asking and kept. */
export class SessionNumbers {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      'CREATE TABLE IF NOT EXISTS one_sessions (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE) STRICT',
    );
  }

  numberOf(id: string): number {
    const known = this.#database.prepare('SELECT number FROM one_sessions WHERE id = ?').get(id);
    const number =
      known === undefined
        ? this.#database.prepare('INSERT INTO one_sessions (id) VALUES (?)').run(id).lastInsertRowid
        : known['number'];
    return FIRST_NUMBER - 1 + Number(number);
  }
}

/** Oldest first. All are of one type, for each session of a rehearsal reads what a repository is and holds. */
export function sessionResources(
  sessions: readonly SessionRecord[],
  numbers: Pick<SessionNumbers, 'numberOf'>,
): readonly unknown[] {
  return sessions.toReversed().map((session) => {
    const status = statusOf(session);
    return {
      jobSessionId: numbers.numberOf(session.id),
      name: session.name,
      type: 'AggregateProperties',
      status,
      statusPriority: STATUS_PRIORITY[status],
      start: new Date(session.createdAt).toISOString(),
      end: session.endedAt === undefined ? null : new Date(session.endedAt).toISOString(),
    };
  });
}

function statusOf({ state, result, isCanceled }: SessionRecord): TaskStatus {
  switch (state) {
    case 'Starting':
      return 'InQueue';
    case 'Working':
      return 'Processing';
    case 'Stopping':
      return 'Stopping';
    case 'Stopped':
      return isCanceled || result === 'None' ? 'Stopped' : result;
  }
}
