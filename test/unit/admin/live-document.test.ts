// docs/top.md says what the live API has, and shows what `top` prints.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAX_STREAMS } from '../../../src/admin/live-routes.ts';
import { Live } from '../../../src/admin/live-schemas.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGE = read('docs/top.md');

/** The words in backticks of the table below that heading, by row. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = PAGE.split(`## ${heading}\n`);
  const [table = ''] = section.split('\n## ');
  return [...table.matchAll(/^\| (`.*`.*?) \|$/gm)].map(([, row = '']) =>
    [...row.matchAll(/`([\w.]+)`/g)].map(([, word = '']) => word),
  );
}

test('each field of the answer is in the table, and each name of it there is a field', () => {
  const rows = rowsBelow('`GET /api/live`');
  const fields = rows.flatMap(([first = '', ...others]) =>
    // The first row names several.
    first === 'version' || first === 'workers' ? [first, ...others] : [first.split('.')[0] ?? ''],
  );
  expect(fields.sort()).toEqual(Object.keys(Live.properties).sort());
  const inner = {
    'traffic.points': Live.properties.traffic.properties.points.items,
    'latency.operations': Live.properties.latency.properties.operations.items,
    entities: Live.properties.entities.items,
    backends: Live.properties.backends.items,
    endpoints: Live.properties.endpoints.items,
    refusals: Live.properties.refusals.items,
  };
  for (const [name, { properties }] of Object.entries(inner)) {
    const named = rows.find(([first]) => first === name) ?? [];
    for (const property of Object.keys(properties)) expect(named, `${name}: ${property}`).toContain(property);
  }
});

test('each event is in the table', () => {
  const names = [...read('src/admin/live-routes.ts').matchAll(/^ +name: '(\w+)',$/gm)].map(
    ([, name]) => name,
  );
  expect(rowsBelow('`GET /api/events`').map(([name]) => name)).toEqual(names);
  expect(PAGE).toContain(`At most ${MAX_STREAMS} read at a time`);
});

test('the sample has titles that top prints', () => {
  const [, sample = ''] = /^```text\n(sosapi-gateway .*?)^```$/ms.exec(PAGE) ?? [];
  const titles = [...read('src/cli/top-sections.ts').matchAll(/title: '([A-Z0-9 ]+)'/g)].map(
    ([, title]) => title,
  );
  const heads = sample.split('\n').filter((line) => /^[A-Z][A-Z0-9 ]+$/.test(line));
  expect(heads.length).toBeGreaterThan(3);
  for (const title of heads.flatMap((line) => line.split(/ {2,}/))) expect(titles).toContain(title);
});
