// Repositories in SQLite.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { numberOf, optionalNumber, optionalText, textOf } from './columns.ts';
import type { RepositoryObservation, RepositoryRecord, RepositorySettings } from './repository-record.ts';

type Row = Record<string, SQLOutputValue>;

export class RepositoryTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** In the order of adding. */
  all(): readonly RepositoryRecord[] {
    return this.#database.prepare('SELECT * FROM repositories ORDER BY number').all().map(recordOf);
  }

  get(id: string): RepositoryRecord | undefined {
    const row = this.#database.prepare('SELECT * FROM repositories WHERE id = ?').get(id);
    return row === undefined ? undefined : recordOf(row);
  }

  /** Names are compared without regard to case. */
  named(name: string): RepositoryRecord | undefined {
    const row = this.#database.prepare('SELECT * FROM repositories WHERE name = ? COLLATE NOCASE').get(name);
    return row === undefined ? undefined : recordOf(row);
  }

  insert(record: Omit<RepositoryRecord, 'number'>): void {
    this.#database
      .prepare(
        `INSERT INTO repositories (id, name, description, unique_id, added_at, settings, is_online, problem, is_sosapi,
          model_name, capacity_bytes, available_bytes, used_bytes, capacity_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      )
      .run(
        record.id,
        record.name,
        record.description,
        record.uniqueId,
        record.addedAt,
        JSON.stringify(record.settings),
        ...observationColumns(record.observation),
      );
  }

  edit(record: Pick<RepositoryRecord, 'id' | 'name' | 'description' | 'uniqueId' | 'settings'>): void {
    this.#database
      .prepare('UPDATE repositories SET name = ?, description = ?, unique_id = ?, settings = ? WHERE id = ?')
      .run(record.name, record.description, record.uniqueId, JSON.stringify(record.settings), record.id);
  }

  /** Does nothing where the repository was removed meanwhile. */
  observe(id: string, observation: RepositoryObservation): void {
    this.#database
      .prepare(
        `UPDATE repositories SET is_online = ?, problem = ?, is_sosapi = ?, model_name = ?, capacity_bytes = ?,
          available_bytes = ?, used_bytes = ?, capacity_at = ? WHERE id = ?`,
      )
      .run(...observationColumns(observation), id);
  }

  remove(id: string): void {
    this.#database.prepare('DELETE FROM repositories WHERE id = ?').run(id);
  }
}

// Byte counts are text: SQLite's integers would come back as numbers, which end at 2^53.
function observationColumns(observation: RepositoryObservation) {
  const { capacity } = observation;
  return [
    observation.isOnline ? 1 : 0,
    observation.problem,
    observation.isSosapi ? 1 : 0,
    observation.modelName ?? null,
    capacity === undefined ? null : String(capacity.capacityBytes),
    capacity === undefined ? null : String(capacity.availableBytes),
    capacity === undefined ? null : String(capacity.usedBytes),
    observation.capacityAt ?? null,
  ] as const;
}

function recordOf(row: Row): RepositoryRecord {
  const capacityBytes = optionalText(row, 'capacity_bytes');
  return {
    id: textOf(row, 'id'),
    number: numberOf(row, 'number'),
    name: textOf(row, 'name'),
    description: textOf(row, 'description'),
    uniqueId: textOf(row, 'unique_id'),
    addedAt: numberOf(row, 'added_at'),
    settings: JSON.parse(textOf(row, 'settings')) as RepositorySettings,
    observation: {
      isOnline: numberOf(row, 'is_online') === 1,
      problem: textOf(row, 'problem'),
      isSosapi: numberOf(row, 'is_sosapi') === 1,
      modelName: optionalText(row, 'model_name'),
      capacity:
        capacityBytes === undefined
          ? undefined
          : {
              capacityBytes: BigInt(capacityBytes),
              availableBytes: BigInt(textOf(row, 'available_bytes')),
              usedBytes: BigInt(textOf(row, 'used_bytes')),
            },
      capacityAt: optionalNumber(row, 'capacity_at'),
    },
  };
}
