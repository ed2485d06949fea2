// Sessions and their logs in SQLite.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { numberOf, optionalNumber, optionalText, textOf } from '../state/columns.ts';
import type {
  LogStatus,
  SessionLogRecord,
  SessionRecord,
  SessionResult,
  SessionState,
  SessionType,
} from './session-record.ts';

export type SessionChange = Partial<
  Pick<
    SessionRecord,
    | 'state'
    | 'progressPercent'
    | 'result'
    | 'message'
    | 'isCanceled'
    | 'endedAt'
    | 'resourceId'
    | 'resourceReference'
  >
>;

type Row = Record<string, SQLOutputValue>;

// So that a server that runs for months does not grow without end.
const MAX_SESSIONS = 10_000;

export class SessionTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  insert(session: Omit<SessionRecord, 'usn'>): SessionRecord {
    const usn = this.#nextUsn();
    this.#database
      .prepare(
        `INSERT INTO sessions (id, name, job_id, session_type, created_at, ended_at, state, progress, result, message,
          is_canceled, resource_id, resource_reference, usn, initiated_by) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      )
      .run(
        session.id,
        session.name,
        session.jobId,
        session.sessionType,
        session.createdAt,
        session.endedAt ?? null,
        session.state,
        session.progressPercent,
        session.result,
        session.message,
        session.isCanceled ? 1 : 0,
        session.resourceId ?? null,
        session.resourceReference ?? null,
        usn,
        session.initiatedBy,
      );
    this.#prune();
    return { ...session, usn };
  }

  /** The session as it is then; undefined where there is none. */
  change(id: string, change: SessionChange): SessionRecord | undefined {
    const before = this.get(id);
    if (before === undefined) return undefined;
    const after = { ...before, ...change, usn: this.#nextUsn() };
    this.#database
      .prepare(
        `UPDATE sessions SET state = ?, progress = ?, result = ?, message = ?, is_canceled = ?, ended_at = ?,
          resource_id = ?, resource_reference = ?, usn = ? WHERE id = ?`,
      )
      .run(
        after.state,
        after.progressPercent,
        after.result,
        after.message,
        after.isCanceled ? 1 : 0,
        after.endedAt ?? null,
        after.resourceId ?? null,
        after.resourceReference ?? null,
        after.usn,
        id,
      );
    return after;
  }

  get(id: string): SessionRecord | undefined {
    const row = this.#database.prepare('SELECT * FROM sessions WHERE id = ?').get(id);
    return row === undefined ? undefined : recordOf(row);
  }

  /** Newest first, which is the order of a list that no other was asked for. */
  all(): readonly SessionRecord[] {
    return this.#database
      .prepare('SELECT * FROM sessions ORDER BY created_at DESC, rowid DESC')
      .all()
      .map(recordOf);
  }

  addLog(sessionId: string, entry: Omit<SessionLogRecord, 'id'>): void {
    this.#database
      .prepare(
        'INSERT INTO session_logs (session_id, status, started_at, updated_at, title, description) VALUES (?,?,?,?,?,?)',
      )
      .run(sessionId, entry.status, entry.startedAt, entry.updatedAt, entry.title, entry.description);
  }

  /** In the order they were written; ids count from 1 within the session. */
  logs(sessionId: string): readonly SessionLogRecord[] {
    return this.#database
      .prepare('SELECT * FROM session_logs WHERE session_id = ? ORDER BY rowid')
      .all(sessionId)
      .map((row, index) => ({
        id: index + 1,
        status: textOf(row, 'status') as LogStatus,
        startedAt: numberOf(row, 'started_at'),
        updatedAt: numberOf(row, 'updated_at'),
        title: textOf(row, 'title'),
        description: textOf(row, 'description'),
      }));
  }

  #nextUsn(): number {
    const row = this.#database.prepare('SELECT coalesce(max(usn), 0) + 1 AS usn FROM sessions').get();
    return row === undefined ? 1 : numberOf(row, 'usn');
  }

  #prune(): void {
    this.#database
      .prepare(
        `DELETE FROM sessions WHERE state = 'Stopped' AND rowid <= (SELECT max(rowid) FROM sessions) - ${MAX_SESSIONS}`,
      )
      .run();
  }
}

function recordOf(row: Row): SessionRecord {
  return {
    id: textOf(row, 'id'),
    name: textOf(row, 'name'),
    jobId: textOf(row, 'job_id'),
    sessionType: textOf(row, 'session_type') as SessionType,
    createdAt: numberOf(row, 'created_at'),
    endedAt: optionalNumber(row, 'ended_at'),
    state: textOf(row, 'state') as SessionState,
    progressPercent: numberOf(row, 'progress'),
    result: textOf(row, 'result') as SessionResult,
    message: textOf(row, 'message'),
    isCanceled: numberOf(row, 'is_canceled') === 1,
    resourceId: optionalText(row, 'resource_id'),
    resourceReference: optionalText(row, 'resource_reference'),
    usn: numberOf(row, 'usn'),
    initiatedBy: textOf(row, 'initiated_by'),
  };
}
