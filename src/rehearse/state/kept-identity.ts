// The id of this rehearsal's server, made once and kept with its state.
import type { DatabaseSync } from 'node:sqlite';
import { textOf } from './columns.ts';

export function keptIdentity(database: DatabaseSync, newId: () => string): string {
  database.prepare("INSERT OR IGNORE INTO identity (name, value) VALUES ('server', ?)").run(newId());
  const row = database.prepare("SELECT value FROM identity WHERE name = 'server'").get();
  return textOf(row ?? {}, 'value');
}
