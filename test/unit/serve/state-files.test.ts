import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStateFiles } from '../../../src/serve/state-files.ts';

let directory: string;
let told: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'state-'));
  told = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (path: string, isDefault: boolean) =>
  openStateFiles({ path, isDefault }, (message) => told.push(message));

test('makes the directory for its owner alone, and gives paths in it', () => {
  const path = join(directory, 'deep', 'state');
  const files = open(path, true);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(files.pathOf('x.sqlite')).toBe(join(path, 'x.sqlite'));
  files.close();
  files.close();
});

test('one at a time: the next one can have it when the first has closed', () => {
  const first = open(directory, false);
  expect(() => open(directory, false)).toThrow(
    `stateDirectory ${directory} cannot be used: another gateway is using it; name another in the config`,
  );
  first.close();
  open(directory, false).close();
  expect(told).toEqual([]);
});

test('a default that is taken is no reason not to start: nothing is kept then', () => {
  const first = open(directory, true);
  const second = open(directory, true);
  expect(second.pathOf('x.sqlite')).toBeUndefined();
  expect(told).toEqual([expect.stringContaining('kept in memory and end with the process')]);
  first.close();
});

test('a path that is a file: refused where somebody named it, told where nobody did', () => {
  const path = join(directory, 'file');
  writeFileSync(path, '');
  expect(() => open(path, false)).toThrow(`stateDirectory ${path} cannot be used: `);
  expect(open(path, true).pathOf('x')).toBeUndefined();
  expect(told).toHaveLength(1);
  expect(readdirSync(directory)).toEqual(['file']);
});
