import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStateDatabase } from '../../../src/capacity/state-database.ts';

let directory: string;
let told: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'state-'));
  told = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (version = 1, path: string | undefined = join(directory, 'x.sqlite')) =>
  openStateDatabase({
    path,
    schema: 'CREATE TABLE IF NOT EXISTS t (a INTEGER)',
    version,
    onSetAside: (message) => told.push(message),
  });

function fill(rows: number): void {
  const database = open();
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  for (let row = 0; row < rows; row += 1) insert.run(row);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

const rows = (database: ReturnType<typeof open>) => database.prepare('SELECT a FROM t').all().length;

test('keeps what was written', () => {
  fill(3);
  const again = open();
  expect(rows(again)).toBe(3);
  expect(told).toEqual([]);
  again.close();
});

test('a file that is no database is set aside', () => {
  writeFileSync(join(directory, 'x.sqlite'), 'not a database, but some other text that is long enough');
  const database = open();
  expect(rows(database)).toBe(0);
  database.close();
  expect(told).toEqual([expect.stringContaining('x.sqlite.broken now, and a new one was begun')]);
  expect(readFileSync(join(directory, 'x.sqlite.broken'), 'utf8')).toContain('not a database');
});

test('damage behind the first page is found at once', () => {
  fill(5_000);
  const path = join(directory, 'x.sqlite');
  const bytes = readFileSync(path);
  bytes.fill(0xff, 4096 * 2, 4096 * 4);
  writeFileSync(path, bytes);
  open().close();
  expect(told).toHaveLength(1);
});

test('a file of another version is kept under its version, both ways', () => {
  fill(3);
  open(2).close();
  open(1).close();
  expect(told).toHaveLength(2);
  expect(readdirSync(directory)).toEqual(
    expect.arrayContaining(['x.sqlite.version-1', 'x.sqlite.version-2', 'x.sqlite']),
  );
});

test('what cannot be opened is told with its path', () => {
  expect(() => open(1, join(directory, 'nowhere', 'x.sqlite'))).toThrow(
    /nowhere\/x\.sqlite cannot be opened: /,
  );
  mkdirSync(join(directory, 'd'));
  expect(() => open(1, join(directory, 'd'))).toThrow(/cannot be opened/);
});
