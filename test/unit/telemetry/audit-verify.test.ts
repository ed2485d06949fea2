// What somebody did to an audit log afterwards shows.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHAIN_START, type ChainEnd, chainedLine } from '../../../src/telemetry/audit-chain.ts';
import { verifyAudit } from '../../../src/telemetry/audit-verify.ts';

let directory = '';
let count = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'verify-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function chain(length: number, from: ChainEnd = CHAIN_START) {
  const lines: string[] = [];
  let end = from;
  for (let index = 0; index < length; index++) {
    const line = chainedLine(end, {
      atMs: index * 1000,
      event: 'delete',
      fields: { key: `schlüssel ${index}` },
    });
    lines.push(line.text);
    end = line.end;
  }
  return { lines, end };
}

async function fileOf(lines: readonly string[]): Promise<string> {
  const file = join(directory, String(++count));
  await writeFile(file, lines.join(''));
  return file;
}

const breaksOf = async (...files: readonly (readonly string[])[]) =>
  (await verifyAudit(await Promise.all(files.map(fileOf)))).map(({ breaks }) => breaks);

describe('verifyAudit', () => {
  const { lines, end } = chain(5);

  test('as it was written', async () => {
    const [report] = await verifyAudit([await fileOf(lines)]);
    expect(report).toMatchObject({ lines: 5, begins: 'anew', broken: 0, breaks: [] });
    expect(report?.first).toEqual({ sequence: 1, at: '1970-01-01T00:00:00.000Z' });
    expect(report?.last).toEqual({ ...end, at: '1970-01-01T00:00:04.000Z' });
  });

  test.each([
    ['a line was changed', (all: string[]) => all.with(2, (all[2] ?? '').replace('schlüssel 2', 'key')), 4],
    ['a line was taken out', (all: string[]) => all.toSpliced(2, 1), 3],
    ['a line was put in twice', (all: string[]) => all.toSpliced(2, 0, all[1] ?? ''), 3],
    ['two were exchanged', (all: string[]) => all.with(1, all[2] ?? '').with(2, all[1] ?? ''), 2],
    ['a line was cut off', (all: string[]) => all.with(2, `${(all[2] ?? '').slice(0, 20)}\n`), 3],
    ['a new chain begins within', (all: string[]) => [...all, ...chain(1).lines], 6],
  ])('%s', async (_, change, at) => {
    const [breaks] = await breaksOf(change([...lines]));
    expect(breaks?.[0]?.line).toBe(at);
  });

  test('files go on from each other', async () => {
    const next = chain(3, end).lines;
    const files = [await fileOf(lines), await fileOf(next)];
    expect((await verifyAudit(files)).map(({ begins }) => begins)).toEqual(['anew', 'continues']);
    const [alone] = await verifyAudit(files.slice(1));
    expect(alone).toMatchObject({ begins: 'continues-another', broken: 0 });
  });

  test('a file that is missing between two shows', async () => {
    const second = chain(3, end);
    const third = chain(3, second.end).lines;
    expect(await breaksOf(lines, third)).toEqual([
      [],
      [{ line: 1, what: 'has the number 9 and follows number 5: lines were taken out or put in' }],
    ]);
  });

  test('a file with nothing in it is no break', async () => {
    const [report] = await verifyAudit([await fileOf([])]);
    expect(report).toMatchObject({ begins: 'empty', broken: 0, lines: 0 });
  });
});
