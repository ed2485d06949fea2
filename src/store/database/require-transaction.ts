// Changes belong into a transaction: outside of one each would be a commit of its own that nobody syncs.
import type { DatabaseSync } from 'node:sqlite';

/** Throws where a change is tried outside of `Catalog.write`. */
export function requireTransaction(database: DatabaseSync): void {
  if (!database.isTransaction) throw new Error('a change of the catalog outside of a transaction');
}
