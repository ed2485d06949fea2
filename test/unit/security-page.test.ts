// docs/security.md says which test covers which hole: each row names at least one, and each that is named exists.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;
const PAGE = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const TITLE = '## Known holes of others, and what covers them here';

interface Citation {
  readonly file: string;
  readonly names: readonly string[];
}

/** The rows of the last table: who had the hole, and what its last cell cites. */
function rowsOf(page: string): readonly (readonly [id: string, citations: readonly Citation[]])[] {
  const [, section = ''] = page.split(TITLE);
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((line) => {
    const cells = line.split(' | ');
    return [cells[0]?.slice(2) ?? '', citationsIn(cells.at(-1) ?? '')] as const;
  });
}

function citationsIn(cell: string): readonly Citation[] {
  return [...cell.matchAll(/`(test\/[^`]+\.ts)`((?: › `[^`]+`)*)/g)].map(([, file = '', names = '']) => ({
    file,
    names: [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  }));
}

/** As it stands in the source: a literal of its own. */
function isNamedIn(source: string, name: string): boolean {
  return [`'${name}'`, `"${name}"`, `\`${name}\``].some((literal) => source.includes(literal));
}

const rows = rowsOf(PAGE);

test('the table is there', () => {
  expect(rows.length).toBeGreaterThan(40);
});

describe('each row', () => {
  test.each(rows)('%s names tests that exist', (_id, citations) => {
    expect(citations).not.toEqual([]);
    for (const { file, names } of citations) {
      expect(existsSync(join(ROOT, file)), file).toBe(true);
      expect(names).not.toEqual([]);
      const source = readFileSync(join(ROOT, file), 'utf8');
      expect(names.filter((name) => !isNamedIn(source, name))).toEqual([]);
    }
  });
});

test('a name that no test has is found', () => {
  const [[, citations = []] = []] = rowsOf(
    `${TITLE}\n\n| id | covered by |\n|---|---|\n| X | \`test/a.test.ts\` › \`no such name\` |`,
  ).slice();
  expect(citations).toEqual([{ file: 'test/a.test.ts', names: ['no such name'] }]);
  expect(isNamedIn("test('another name', () => {});", 'no such name')).toBe(false);
});

test('each config key that the page names is one', () => {
  const schema = readFileSync(join(ROOT, 'config/gateway.schema.json'), 'utf8');
  const keys = [...PAGE.matchAll(/`((?:limits|credentials\[\]|timeouts)\.[A-Za-z.]+)`/g)].map(
    ([, key = '']) => key,
  );
  expect(keys.length).toBeGreaterThan(8);
  for (const key of keys) expect(schema, key).toContain(`"${key.split('.').at(-1)}"`);
});
