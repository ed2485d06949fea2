// Cloud credentials in SQLite. The secret keys are there in plain text, as the store must be asked with them; the file is for its owner only.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { Secret } from '../../secret.ts';
import { numberOf, textOf } from './columns.ts';

type Row = Record<string, SQLOutputValue>;

export interface CloudCredentialsRecord {
  readonly id: string;
  readonly accessKey: string;
  readonly secretKey: Secret;
  readonly description: string;
  readonly uniqueId: string;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

export class CloudCredentialsTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** In the order of adding. */
  all(): readonly CloudCredentialsRecord[] {
    return this.#database.prepare('SELECT * FROM cloud_credentials ORDER BY number').all().map(recordOf);
  }

  get(id: string): CloudCredentialsRecord | undefined {
    const row = this.#database.prepare('SELECT * FROM cloud_credentials WHERE id = ?').get(id);
    return row === undefined ? undefined : recordOf(row);
  }

  insert(record: CloudCredentialsRecord): void {
    this.#database
      .prepare(
        'INSERT INTO cloud_credentials (id, access_key, secret_key, description, unique_id, changed_at) VALUES (?,?,?,?,?,?)',
      )
      .run(
        record.id,
        record.accessKey,
        record.secretKey.reveal(),
        record.description,
        record.uniqueId,
        record.changedAt,
      );
  }

  edit(record: CloudCredentialsRecord): void {
    this.#database
      .prepare(
        `UPDATE cloud_credentials SET access_key = ?, secret_key = ?, description = ?, unique_id = ?, changed_at = ?
          WHERE id = ?`,
      )
      .run(
        record.accessKey,
        record.secretKey.reveal(),
        record.description,
        record.uniqueId,
        record.changedAt,
        record.id,
      );
  }

  remove(id: string): void {
    this.#database.prepare('DELETE FROM cloud_credentials WHERE id = ?').run(id);
  }
}

function recordOf(row: Row): CloudCredentialsRecord {
  return {
    id: textOf(row, 'id'),
    accessKey: textOf(row, 'access_key'),
    secretKey: new Secret(textOf(row, 'secret_key')),
    description: textOf(row, 'description'),
    uniqueId: textOf(row, 'unique_id'),
    changedAt: numberOf(row, 'changed_at'),
  };
}
