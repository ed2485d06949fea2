// The audit log where its place fails for long: what is kept, what is lost, and that both are told.
import { mkdir, mkdtemp, readFile, rm, rmdir, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuditLog } from '../../../src/telemetry/audit-log.ts';
import { AuditFile } from '../../../src/telemetry/audit-place.ts';
import { verifyAudit } from '../../../src/telemetry/audit-verify.ts';
import { waitFor } from '../../support/wait.ts';

const KEPT = 10_000;
const BEYOND = 50;
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-log-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function logAt(path: string) {
  const told: string[] = [];
  const counts = { written: 0, lost: 0 };
  const log = new AuditLog({
    place: new AuditFile(path),
    metrics: {
      written: () => {
        counts.written++;
      },
      lost: (count) => {
        counts.lost += count;
      },
      failing: (isFailing) => told.push(isFailing ? 'failing' : 'well'),
    },
    now: Date.now,
    onTrouble: (reason) => told.push(reason),
    onMended: () => told.push('mended'),
  });
  const record = (index: number) => log.record({ atMs: 0, event: 'delete', fields: { index } });
  return { log, record, told, counts };
}

test('so many lines are kept, the others are counted, and the chain is whole', async () => {
  const path = join(directory, 'audit.log');
  await mkdir(path);
  const { log, record, told, counts } = logAt(path);
  await expect(log.open()).rejects.toThrow('EISDIR');
  for (let index = 0; index < KEPT + BEYOND; index++) record(index);
  await waitFor(() => told.includes('failing'), { what: 'the trouble to be told' });
  await rmdir(path);
  await waitFor(() => counts.written === KEPT, { what: 'all that was kept' });
  await log.close();
  expect(counts).toEqual({ written: KEPT, lost: BEYOND });
  expect(told).toEqual(['failing', expect.stringContaining('EISDIR'), 'well', 'mended']);
  const [first = '', ...others] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(JSON.parse(first)).toMatchObject({ sequence: 1, event: 'lost', entries: BEYOND });
  const indexes = others.map((line) => (JSON.parse(line) as { index: number }).index);
  expect(indexes).toEqual(Array.from({ length: KEPT }, (_, index) => index));
  expect((await verifyAudit([path]))[0]?.broken).toBe(0);
});

test('a disk that is full is told, and the end does not wait for it', async () => {
  const path = join(directory, 'audit.log');
  await symlink('/dev/full', path);
  const { log, record, told, counts } = logAt(path);
  await log.open();
  record(1);
  await waitFor(() => told.length > 0, { what: 'the trouble to be told' });
  await log.close();
  expect(told).toEqual(['failing', expect.stringContaining('ENOSPC')]);
  expect(counts.written).toBe(0);
});

test('it is made for its owner and his group alone', async () => {
  const path = join(directory, 'audit.log');
  const { log, record, counts } = logAt(path);
  await log.open();
  record(1);
  await waitFor(() => counts.written === 1, { what: 'the line' });
  await log.close();
  expect((await stat(path)).mode & 0o137).toBe(0);
});
