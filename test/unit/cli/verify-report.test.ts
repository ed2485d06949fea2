import { describe, expect, test } from 'vitest';
import { ProgressLine } from '../../../src/cli/progress-line.ts';
import { progressText, verifyJson, verifyReport } from '../../../src/cli/verify-report.ts';
import type { Finding } from '../../../src/store/verify/finding.ts';

const sums = (findings: number) => ({ bodies: 12, bytes: 3n * 2n ** 30n, findings });
const version = (key: string, what: string, fileId?: number): Finding => ({
  kind: 'body',
  owner: { kind: 'version', bucket: 'veeam-1', key, versionId: 'v0001' },
  fileId,
  what,
});

const FINDINGS: readonly Finding[] = [
  { kind: 'database', what: 'row 5 missing from index a' },
  version('Veeam/a', 'block 3 is not what was stored', 0x1a2b),
  version('small', 'is not what was stored'),
  { kind: 'body', owner: { kind: 'part', uploadRowId: 7, partNumber: 3 }, fileId: 16, what: 'is missing' },
  { kind: 'unknown-file', path: '/srv/data/objects/0/ff', bytes: 5 },
];

describe('verifyReport', () => {
  test('a sound store is one line', () => {
    expect(verifyReport([{ dataDirectory: '/srv/data', sums: sums(0), findings: [] }])).toBe(
      '/srv/data: sound (12 bodies, 3.00 GiB read)\n',
    );
  });

  test('damage is a table that lines up', () => {
    expect(verifyReport([{ dataDirectory: '/srv/data', sums: sums(5), findings: FINDINGS }])).toBe(
      `/srv/data: 5 findings (12 bodies, 3.00 GiB read)
DAMAGED   BUCKET   KEY                 VERSION  FILE                    WHAT
database  -        -                   -        store.db                row 5 missing from index a
object    veeam-1  Veeam/a             v0001    objects/1/1a2b          block 3 is not what was stored
object    veeam-1  small               v0001    store.db                is not what was stored
part      -        part 3 of upload 7  -        objects/0/10            is missing
file      -        -                   -        /srv/data/objects/0/ff  the database does not know this file
`,
    );
  });

  test('a key cannot move the cursor or break the line', () => {
    const text = verifyReport([
      { dataDirectory: '/d', sums: sums(1), findings: [version('a\u001b[2J\nb\u202e\u2028ö', 'x')] },
    ]);
    expect(text).toContain('a\\u{1b}[2J\\u{a}b\\u{202e}\\u{2028}ö');
    expect(text.split('\n').length).toBe(4);
  });

  test('beyond a thousand the rest is counted', () => {
    const findings = Array.from({ length: 1_003 }, (_, index) => version(`key-${index}`, 'x', index));
    const text = verifyReport([{ dataDirectory: '/d', sums: sums(1_003), findings }]);
    expect(text).toMatch(/^\/d: 1003 findings /);
    expect(text).toMatch(/key-999 .*\n… and 3 more; --json shows all\.\n$/);
    expect(text).not.toContain('key-1000');
  });

  test('several stores, one after another', () => {
    const sound = (dataDirectory: string) => ({ dataDirectory, sums: sums(0), findings: [] });
    expect(verifyReport([sound('/a'), sound('/b')])).toMatch(/^\/a: sound .*\n\n\/b: sound .*\n$/);
  });
});

test('verifyJson has every finding, byte counts as text', () => {
  const json = JSON.parse(
    verifyJson([
      { dataDirectory: '/a', sums: { bodies: 1, bytes: 2n ** 60n, findings: 5 }, findings: FINDINGS },
      { dataDirectory: '/b', sums: sums(0), findings: [] },
    ]),
  ) as unknown;
  expect(json).toMatchObject([
    { dataDirectory: '/a', isSound: false, bodies: 1, bytes: '1152921504606846976' },
    { dataDirectory: '/b', isSound: true, findings: [] },
  ]);
  expect((json as [{ findings: unknown[] }])[0].findings).toEqual(JSON.parse(JSON.stringify(FINDINGS)));
});

describe('ProgressLine', () => {
  const output = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, written, write: (text: string) => written.push(text) };
  };

  test('on a terminal one line that is written over, ten times a second at the most, and cleared', () => {
    const out = output(true);
    let nowMs = 0;
    const line = new ProgressLine(out, () => nowMs);
    for (nowMs = 0; nowMs <= 200; nowMs += 20) line.show(() => `at ${nowMs}`);
    line.clear();
    line.clear();
    expect(out.written).toEqual(['\r\u001b[Kat 0', '\r\u001b[Kat 100', '\r\u001b[Kat 200', '\r\u001b[K']);
  });

  test('elsewhere plain lines, every half minute, none for what is over soon', () => {
    const out = output(false);
    let nowMs = 1_000;
    const line = new ProgressLine(out, () => nowMs);
    for (const atMs of [1_000, 20_000, 30_999, 31_000, 60_000, 61_000]) {
      nowMs = atMs;
      line.show(() => `at ${atMs}`);
    }
    line.clear();
    expect(out.written).toEqual(['at 31000\n', 'at 61000\n']);
  });

  test('says how far it is', () => {
    expect(progressText('/srv/data', sums(2))).toBe('/srv/data: 12 bodies, 3.00 GiB read, 2 findings');
  });
});
