// Counts the rows: each is named by a test of this folder, or listed with a reason, and none is both.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NOT_HERE, ROWS } from './veeam-rows.ts';

const FOLDER = new URL('.', import.meta.url).pathname;

test('all 56 rows are accounted for', async () => {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.test.ts'));
  const texts = await Promise.all(names.map((name) => readFile(join(FOLDER, name), 'utf8')));
  const titles = texts.flatMap((text) => [...text.matchAll(/['"`]row (\d+) \(/g)]);
  const tested = new Set(titles.map(([, row]) => Number(row)));
  const listed = Object.keys(NOT_HERE).map(Number);
  expect(listed.filter((row) => tested.has(row))).toEqual([]);
  expect([...tested, ...listed].sort((a, b) => a - b)).toEqual(
    Array.from({ length: ROWS }, (_, index) => index + 1),
  );
});
