// Scale-out repositories in SQLite.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { numberOf, textOf } from './columns.ts';
import type { Extent, ScaleOutRecord, ScaleOutSettings } from './scale-out-record.ts';

type Row = Record<string, SQLOutputValue>;

export class ScaleOutTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** In the order of adding. */
  all(): readonly ScaleOutRecord[] {
    return this.#database.prepare('SELECT * FROM scale_out_repositories ORDER BY number').all().map(recordOf);
  }

  get(id: string): ScaleOutRecord | undefined {
    return this.all().find((record) => record.id === id);
  }

  /** Names are compared without regard to case. */
  named(name: string): ScaleOutRecord | undefined {
    return this.all().find((record) => record.name.toLowerCase() === name.toLowerCase());
  }

  /** The scale-out repository that the repository is an extent of, if any. */
  holding(repositoryId: string): { readonly scaleOut: ScaleOutRecord; readonly extent: Extent } | undefined {
    for (const scaleOut of this.all()) {
      const extent = scaleOut.extents.find((one) => one.repositoryId === repositoryId);
      if (extent !== undefined) return { scaleOut, extent };
    }
    return undefined;
  }

  insert(record: Omit<ScaleOutRecord, 'number'>): void {
    this.#database
      .prepare(
        `INSERT INTO scale_out_repositories (id, name, description, unique_id, added_at, extents, settings)
          VALUES (?,?,?,?,?,?,?)`,
      )
      .run(
        record.id,
        record.name,
        record.description,
        record.uniqueId,
        record.addedAt,
        JSON.stringify(record.extents),
        JSON.stringify(record.settings),
      );
  }

  edit(record: Omit<ScaleOutRecord, 'number' | 'addedAt'>): void {
    this.#database
      .prepare(
        `UPDATE scale_out_repositories SET name = ?, description = ?, unique_id = ?, extents = ?, settings = ?
          WHERE id = ?`,
      )
      .run(
        record.name,
        record.description,
        record.uniqueId,
        JSON.stringify(record.extents),
        JSON.stringify(record.settings),
        record.id,
      );
  }

  remove(id: string): void {
    this.#database.prepare('DELETE FROM scale_out_repositories WHERE id = ?').run(id);
  }
}

function recordOf(row: Row): ScaleOutRecord {
  return {
    id: textOf(row, 'id'),
    number: numberOf(row, 'number'),
    name: textOf(row, 'name'),
    description: textOf(row, 'description'),
    uniqueId: textOf(row, 'unique_id'),
    addedAt: numberOf(row, 'added_at'),
    extents: JSON.parse(textOf(row, 'extents')) as readonly Extent[],
    settings: JSON.parse(textOf(row, 'settings')) as ScaleOutSettings,
  };
}
