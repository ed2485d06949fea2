// Rows read one at a time, as far as somebody asks. A listing must be read in one go: SQLite holds on to the moment at
// which it began, and while it is open the write-ahead log cannot start again.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

interface OpenListing {
  readonly close: () => void;
  stale: boolean;
}

/** The listings of one connection that are being read. */
export class OpenListings {
  readonly #open = new Set<OpenListing>();

  add(listing: OpenListing): void {
    this.#open.add(listing);
  }

  remove(listing: OpenListing): void {
    this.#open.delete(listing);
  }

  /** Ends those that somebody left half read; whoever goes on with one gets an error, never a shorter list. */
  endAll(): void {
    for (const listing of this.#open) {
      listing.stale = true;
      listing.close();
    }
    this.#open.clear();
  }
}

/** One query whose rows come lazily, as often at the same time as one likes. */
export class LazyRows<Row> {
  readonly #database: DatabaseSync;
  readonly #open: OpenListings;
  readonly #sql: string;
  /** Running a statement again would invalidate the iteration that uses it, so each open one has its own. */
  readonly #idle: StatementSync[] = [];

  constructor(database: DatabaseSync, open: OpenListings, sql: string) {
    this.#database = database;
    this.#open = open;
    this.#sql = sql;
    this.#idle.push(database.prepare(sql));
  }

  *from(...parameters: SQLInputValue[]): Generator<Row, void, void> {
    const statement = this.#idle.pop() ?? this.#database.prepare(this.#sql);
    const rows = statement.iterate(...parameters);
    const listing: OpenListing = { close: () => rows.return?.(), stale: false };
    this.#open.add(listing);
    try {
      for (;;) {
        if (listing.stale) throw new Error('a listing was left open while a transaction ran');
        const next = rows.next();
        if (next.done === true) return;
        yield next.value as Row;
      }
    } finally {
      this.#open.remove(listing);
      listing.close();
      this.#idle.push(statement);
    }
  }
}
