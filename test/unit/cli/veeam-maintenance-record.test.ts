// What `veeam maintenance` writes down: whole, by one process at a time, and refused where it is not its own.
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ModeChange, openMaintenanceRecord } from '../../../src/cli/veeam-maintenance-record.ts';

const CHANGE: ModeChange = {
  server: 'https://vbr:9419',
  backend: 'fast',
  mode: 'Maintenance',
  scaleOutId: 's',
  scaleOutName: 'Scale',
  extents: [{ id: 'a', name: 'A' }],
  at: '2026-11-22T00:00:00.000Z',
};

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'record-')), 'state');
});
afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

test('what was written is there for the next one', async () => {
  const first = await openMaintenanceRecord(directory);
  expect(first.changes()).toEqual([]);
  await first.replace([CHANGE]);
  expect(first.changes()).toEqual([CHANGE]);
  first.close();
  const second = await openMaintenanceRecord(directory);
  expect(second.changes()).toEqual([CHANGE]);
  second.close();
  expect((await stat(second.file)).mode & 0o777).toBe(0o600);
  expect((await readdir(directory)).filter((name) => name.endsWith('.new'))).toEqual([]);
});

test('a second one at the same time is refused', async () => {
  const first = await openMaintenanceRecord(directory);
  await expect(openMaintenanceRecord(directory)).rejects.toThrow(
    'another "veeam maintenance" is at work; nothing was changed',
  );
  first.close();
  (await openMaintenanceRecord(directory)).close();
});

test.each([
  'not JSON',
  '[]',
  '{"version":2,"changes":[]}',
  JSON.stringify({ version: 1, changes: [{ ...CHANGE, mode: 'Paused' }] }),
  JSON.stringify({ version: 1, changes: [{ ...CHANGE, extents: [{ id: 7 }] }] }),
])('%s is refused, and the lock is free again', async (text) => {
  const { file, close } = await openMaintenanceRecord(directory);
  close();
  await writeFile(file, text);
  await expect(openMaintenanceRecord(directory)).rejects.toThrow('is not what "veeam maintenance" wrote');
  await rm(file);
  (await openMaintenanceRecord(directory)).close();
});
