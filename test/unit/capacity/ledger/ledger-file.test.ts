// The ledger and its file: closed and opened, killed, broken, out of reach.
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { complete, LedgerRig, part, put, remove, temporaryFolder } from './ledger-fixture.ts';

function written(rig: LedgerRig): void {
  rig.measured({ bytes: 1_000n });
  rig.pass(5_000);
  rig.take(put('k', 100, 'v'), put('l', 50), part('u', 1, 7), part('u', 2, 8));
  rig.pass(5_000);
}

test('a closed one that is opened again answers as before, and knows the sizes and the uploads', () => {
  const rig = new LedgerRig({}, join(temporaryFolder(), 'ledger.sqlite'));
  written(rig);
  const before = rig.answers();
  rig.reopen();
  expect(rig.answers()).toEqual(before);
  expect(rig.delta()).toBe(165n);
  rig.take(complete('u', 'v'), put('l', 10), remove('k', 'v'), remove('big', 'v'));
  expect(rig.delta()).toBe(10n);
  expect(rig.ledger.changedSince('store', 'b', rig.nowMs)).toEqual({ any: true, unknown: false });
  rig.ledger.close();
});

test('the order in which buckets changed is kept over two restarts', () => {
  const rig = new LedgerRig({ maxBuckets: 3 }, join(temporaryFolder(), 'ledger.sqlite'));
  const touch = (bucket: string) => rig.take({ ...put('k', 1, 'v'), bucket });
  for (const bucket of ['a', 'b', 'c']) touch(bucket);
  rig.reopen();
  touch('a');
  rig.reopen();
  touch('d');
  const isKnown = (bucket: string) => rig.ledger.changedSince('store', bucket, 0).any;
  expect(['a', 'b', 'c', 'd'].filter(isKnown)).toEqual(['a', 'c', 'd']);
  rig.ledger.close();
});

test('what comes right after a measurement and a restart is not what the measurement found', () => {
  const rig = new LedgerRig({}, join(temporaryFolder(), 'ledger.sqlite'));
  rig.measured({ bytes: 0n });
  rig.pass(1_000);
  rig.take(put('k', 10, 'v'));
  rig.pass(10);
  expect(rig.measured({ bytes: 25n })).toMatchObject({ deltaBytes: 0n, driftBytes: 15n });
  rig.reopen();
  rig.pass(10);
  rig.take(put('l', 20, 'v'));
  expect(rig.delta()).toBe(20n);
  rig.ledger.close();
});

test('what is gone from memory is gone from the file', () => {
  const path = join(temporaryFolder(), 'ledger.sqlite');
  const rig = new LedgerRig({ maxSizes: 2, maxUploads: 2 }, path);
  for (let round = 0; round < 5; round += 1) {
    written(rig);
    rig.take(part(`w${round}`, 1, 1), put(`m${round}`, 1, 'v'));
    rig.reopen();
  }
  rig.take({ kind: 'bucket-deleted' });
  rig.ledger.close();
  const database = new DatabaseSync(path);
  const count = (table: string) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'];
  // Of the bucket it stays known that it held nothing then.
  expect(['buckets', 'uploads', 'parts'].map(count)).toEqual([1, 0, 0]);
  expect(count('sizes')).toBeLessThanOrEqual(2);
  expect(database.prepare('SELECT DISTINCT log FROM bins').all()).toHaveLength(1);
  database.close();
});

test('a number of a bucket is never given twice', () => {
  const rig = new LedgerRig({}, join(temporaryFolder(), 'ledger.sqlite'));
  rig.take(put('k', 100));
  rig.take({ kind: 'bucket-deleted' });
  rig.reopen();
  rig.take({ ...put('k', 1), bucket: 'other' });
  rig.measured({ bytes: 0n });
  rig.pass(10);
  rig.take(put('k', 30));
  expect(rig.delta()).toBe(30n);
  rig.ledger.close();
});

test('a killed one has what was written last, and is as it was then', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'ledger.sqlite');
  const rig = new LedgerRig({ flushMs: 1 }, path);
  written(rig);
  const before = rig.answers();
  const killed = join(folder, 'killed.sqlite');
  await vi.waitFor(() => {
    for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, `${killed}${suffix}`);
    const again = rig.open(killed);
    const delta = again.bucketDelta('store', 'b');
    again.close();
    expect(delta).toBe(165n);
  });
  const current = rig.ledger;
  rig.ledger = rig.open(killed);
  expect(rig.answers()).toEqual(before);
  rig.ledger.close();
  current.close();
});

test('only what changed is written', () => {
  const path = join(temporaryFolder(), 'ledger.sqlite');
  const rig = new LedgerRig({}, path);
  rig.take(
    ...Array.from({ length: 2_000 }, (_, at) => ({ ...put(`k${at}`, at, 'v'), bucket: `b${at % 50}` })),
  );
  rig.reopen();
  const tables = ['buckets', 'bins', 'sizes', 'uploads', 'parts'];
  change(path, 'CREATE TABLE written (name TEXT)');
  for (const table of tables) {
    change(
      path,
      `CREATE TRIGGER ${table}_written AFTER INSERT ON ${table} BEGIN INSERT INTO written VALUES ('${table}'); END`,
    );
  }
  rig.pass(1_000);
  rig.take({ ...put('one more', 1, 'v'), bucket: 'b7' }, { ...part('u', 1, 1), bucket: 'b7' });
  rig.ledger.close();
  const database = new DatabaseSync(path);
  const rows = database.prepare('SELECT name FROM written ORDER BY name').all();
  database.close();
  // Two bins: of the bucket, and of the store.
  expect(rows.map(({ name }) => name)).toEqual(['bins', 'bins', 'buckets', 'parts', 'sizes', 'uploads']);
});

test('a file that is none is set aside', () => {
  const path = join(temporaryFolder(), 'ledger.sqlite');
  writeFileSync(path, 'nothing of the kind'.repeat(1_000));
  const rig = new LedgerRig({}, path);
  expect(rig.messages).toHaveLength(1);
  written(rig);
  rig.reopen();
  expect(rig.delta()).toBe(165n);
  rig.ledger.close();
});

test.each([
  ['a page of it is garbage', (path: string) => overwrite(path)],
  ['a row makes no sense', (path: string) => change(path, "UPDATE buckets SET state = 'nonsense'")],
  ['a number of a bucket is too large', (path: string) => change(path, 'UPDATE bins SET counted_net = 9e18')],
])('one where %s is set aside', (_, damage) => {
  const path = join(temporaryFolder(), 'ledger.sqlite');
  const rig = new LedgerRig({}, path);
  rig.take(...Array.from({ length: 2_000 }, (_, at) => put(`k${at}`, at, 'v')));
  rig.ledger.close();
  damage(path);
  rig.ledger = rig.open();
  expect(rig.messages).toEqual([expect.stringContaining(`it is ${path}.broken now`)]);
  expect(existsSync(`${path}.broken`)).toBe(true);
  written(rig);
  rig.reopen();
  expect(rig.delta()).toBe(165n);
  expect(rig.messages).toHaveLength(1);
  rig.ledger.close();
});

function overwrite(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4_096, statSync(path).size);
  writeFileSync(path, bytes);
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

test('while it cannot be written the ledger goes on, says so once, and writes all of it later', async () => {
  const path = join(temporaryFolder(), 'ledger.sqlite');
  const rig = new LedgerRig({ flushMs: 1, retryMs: 1 }, path);
  rig.measured({ bytes: 0n });
  const other = new DatabaseSync(path);
  other.exec("CREATE TRIGGER no BEFORE INSERT ON buckets BEGIN SELECT RAISE(FAIL, 'no more'); END");
  rig.pass(1_000);
  rig.take(put('k', 100, 'v'));
  await vi.waitFor(() => expect(rig.messages).toHaveLength(1));
  rig.pass(1_000);
  rig.take(put('l', 11, 'v'));
  expect(rig.delta()).toBe(111n);
  other.exec('DROP TRIGGER no');
  await vi.waitFor(() => {
    expect(other.prepare('SELECT count(*) AS n FROM sizes').get()).toMatchObject({ n: 2 });
  });
  other.close();
  expect(rig.messages).toEqual([`${path} cannot be written (no more): what passed is in memory only`]);
  rig.reopen();
  expect(rig.delta()).toBe(111n);
  rig.ledger.close();
});

test('what comes after the end counts, and is not written', () => {
  const rig = new LedgerRig({}, join(temporaryFolder(), 'ledger.sqlite'));
  written(rig);
  rig.ledger.close();
  rig.ledger.close();
  rig.take(put('late', 1, 'v'));
  expect(rig.delta()).toBe(166n);
  rig.ledger = rig.open();
  expect(rig.delta()).toBe(165n);
  expect(rig.messages).toEqual([]);
  rig.ledger.close();
});

test('a folder that is not there is said', () => {
  const path = join(temporaryFolder(), 'missing', 'ledger.sqlite');
  expect(() => new LedgerRig({}, path)).toThrow('unable to open database file');
});

test('marks are what was marked last, in one step with what was taken, through restarts', () => {
  const path = join(temporaryFolder(), 'ledger.sqlite');
  const rig = new LedgerRig({ flushMs: 1 }, path);
  rig.ledger.mark('run1 heard', 5);
  rig.take(put('k', 100, 'v'));
  rig.ledger.mark('run1 heard', 7);
  rig.ledger.mark('run2 own', 1);
  // A copy of the file as another process would find it: neither is there without the other.
  const early = new DatabaseSync(path);
  const rows = (table: string) => early.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'];
  expect([rows('counters'), rows('sizes')]).toEqual([0, 0]);
  early.close();
  rig.reopen();
  expect([...rig.ledger.marks()]).toEqual([
    ['run1 heard', 7],
    ['run2 own', 1],
  ]);
  rig.take(put('k', 50, 'v'));
  expect(rig.delta()).toBe(0n);
  rig.reopen();
  expect(rig.ledger.marks().get('run1 heard')).toBe(7);
  rig.ledger.close();
});

test('of many marks those with the last names are kept', () => {
  const rig = new LedgerRig({}, join(temporaryFolder(), 'ledger.sqlite'));
  const names = Array.from({ length: 100 }, (_, index) => `run${String(index).padStart(3, '0')}`);
  for (const name of [...names].reverse()) rig.ledger.mark(name, 1);
  rig.reopen();
  expect([...rig.ledger.marks().keys()]).toEqual(names.slice(36));
  rig.ledger.close();
});
