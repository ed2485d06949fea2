// Triggered alarms in SQLite: each stays as it was triggered, and is resolved by a person or when its cause is gone.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { numberOf, textOf } from '../../state/columns.ts';
import type { AlarmCondition, AlarmRule, Severity } from './alarm-rules.ts';

export type AlarmStatus = Severity | 'Acknowledged' | 'Resolved';

export interface TriggeredAlarm {
  readonly id: number;
  readonly rule: AlarmRule;
  readonly repositoryId: string;
  readonly repositoryNumber: number;
  readonly repositoryName: string;
  /** As it was triggered, whatever became of it. */
  readonly severity: Severity;
  readonly status: AlarmStatus;
  readonly description: string;
  readonly comment: string;
  /** Milliseconds since 1970. */
  readonly triggeredAt: number;
  /** Whether the cause is still there. */
  readonly isActive: boolean;
}

const MAX_ALARMS = 1000;
const CAUSE_GONE = 'The cause is gone.';

export class AlarmTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS one_alarms (
        id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, repository_id TEXT NOT NULL,
        repository_number INTEGER NOT NULL, repository_name TEXT NOT NULL, severity TEXT NOT NULL, status TEXT NOT NULL,
        description TEXT NOT NULL, comment TEXT NOT NULL, triggered_at INTEGER NOT NULL, is_active INTEGER NOT NULL
      ) STRICT`,
    );
  }

  /** In the order of triggering. */
  all(): readonly TriggeredAlarm[] {
    return this.#database.prepare('SELECT * FROM one_alarms ORDER BY id').all().map(alarmOf);
  }

  /**
   * Brings the alarms in line with what is amiss now: a cause triggers one alarm as long as it lasts and its severity stays.
   * `now` is milliseconds since 1970.
   */
  reconcile(conditions: readonly AlarmCondition[], now: number): void {
    const active = this.all().filter(({ isActive }) => isActive);
    for (const alarm of active) {
      const cause = conditions.find((condition) => isCause(condition, alarm));
      if (cause === undefined) this.#end(alarm);
      else if (cause.description !== alarm.description) this.#describe(alarm, cause);
    }
    for (const condition of conditions) {
      if (!active.some((alarm) => isCause(condition, alarm))) this.#trigger(condition, now);
    }
  }

  setStatus(id: number, status: AlarmStatus, comment: string): void {
    this.#database
      .prepare('UPDATE one_alarms SET status = ?, comment = ? WHERE id = ?')
      .run(status, comment, id);
  }

  #trigger(condition: AlarmCondition, now: number): void {
    const { rule, repositoryId, repositoryNumber, repositoryName, severity, description } = condition;
    this.#database
      .prepare(
        `INSERT INTO one_alarms (rule, repository_id, repository_number, repository_name, severity, status, description,
          comment, triggered_at, is_active) VALUES (?,?,?,?,?,?,?,'',?,1)`,
      )
      .run(rule, repositoryId, repositoryNumber, repositoryName, severity, severity, description, now);
    this.#database
      .prepare('DELETE FROM one_alarms WHERE is_active = 0 AND id <= (SELECT max(id) FROM one_alarms) - ?')
      .run(MAX_ALARMS);
  }

  #describe({ id }: TriggeredAlarm, { description }: AlarmCondition): void {
    this.#database.prepare('UPDATE one_alarms SET description = ? WHERE id = ?').run(description, id);
  }

  #end({ id, status, comment }: TriggeredAlarm): void {
    const kept = status === 'Resolved' ? comment : CAUSE_GONE;
    this.#database
      .prepare("UPDATE one_alarms SET is_active = 0, status = 'Resolved', comment = ? WHERE id = ?")
      .run(kept, id);
  }
}

function isCause(condition: AlarmCondition, alarm: TriggeredAlarm): boolean {
  return (
    condition.rule === alarm.rule &&
    condition.repositoryId === alarm.repositoryId &&
    condition.severity === alarm.severity
  );
}

function alarmOf(row: Record<string, SQLOutputValue>): TriggeredAlarm {
  return {
    id: numberOf(row, 'id'),
    rule: textOf(row, 'rule') as AlarmRule,
    repositoryId: textOf(row, 'repository_id'),
    repositoryNumber: numberOf(row, 'repository_number'),
    repositoryName: textOf(row, 'repository_name'),
    severity: textOf(row, 'severity') as Severity,
    status: textOf(row, 'status') as AlarmStatus,
    description: textOf(row, 'description'),
    comment: textOf(row, 'comment'),
    triggeredAt: numberOf(row, 'triggered_at'),
    isActive: numberOf(row, 'is_active') === 1,
  };
}
