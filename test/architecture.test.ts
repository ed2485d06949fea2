// Checks the source tree against design.md, "Who may import whom", and the house rules on files.
import { describe, expect, test } from 'vitest';
import { formViolations, importCircles, importViolations } from './support/architecture-rules.ts';
import { parseSource, readTree } from './support/import-graph.ts';

const SRC = new URL('../src', import.meta.url).pathname;
const files = await readTree(SRC);

describe('the source tree', () => {
  test('is there', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(files.some(({ imports }) => imports.length > 0)).toBe(true);
  });

  test('imports only what its rooms may', () => {
    expect(importViolations(files)).toEqual([]);
  });

  test('imports only files that exist', () => {
    const paths = new Set(files.map(({ path }) => path));
    const dangling = files.flatMap(({ path, imports }) =>
      imports.flatMap(({ file }) =>
        file === undefined || file.startsWith('..') || paths.has(file) ? [] : [`${path}: ${file}`],
      ),
    );
    expect(dangling).toEqual([]);
  });

  test('has no import circle', () => {
    expect(importCircles(files)).toEqual([]);
  });

  test('keeps the form: named exports, no barrels, names that say something, at most 400 lines', () => {
    expect(formViolations(files)).toEqual([]);
  });
});

describe('the rules can fail', () => {
  const tree = (sources: Record<string, string>) =>
    Object.entries(sources).map(([path, text]) => parseSource(path, text));

  test.each([
    ['s3/a.ts', "import { x } from '../gateway/x.ts';", 's3 may not import gateway/x.ts'],
    ['http1/a.ts', "import type { X } from '../s3/x.ts';", 'http1 may not import s3/x.ts'],
    [
      'backend/a.ts',
      "import { x } from '../access/x.ts';",
      'backend may not import access/x.ts (as a value)',
    ],
    ['sosapi/a.ts', "import { x } from '../capacity/cache.ts';", 'sosapi may not import capacity/cache.ts'],
    ['gateway/a.ts', "import {\n  x,\n} from '../store/x.ts';", 'gateway may not import store/x.ts'],
    ['gateway/a.ts', "export { x } from '../store/x.ts';", 'gateway may not import store/x.ts'],
    ['gateway/a.ts', "const x = await import('../store/x.ts');", 'gateway may not import store/x.ts'],
    ['gateway/a.ts', "import Fastify from 'fastify';", 'fastify lives in admin/, rehearse/'],
    [
      'capacity/a.ts',
      "import { S3Client } from '@aws-sdk/client-s3';",
      'lives in capacity/providers/, bench/, rehearse/',
    ],
    ['gateway/a.ts', "import 'left-pad';", 'no room may import the library left-pad'],
    ['sigv4/a.ts', "import { connect } from 'node:net';", 'sigv4 is pure'],
    ['attic/a.ts', "import '../s3/x.ts';", 'the room attic is not in the table'],
  ])('%s: %s', (path, text, expected) => {
    expect(importViolations(tree({ [path]: text }))).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    ['backend/a.ts', "import type { X } from '../access/x.ts';"],
    ['telemetry/a.ts', "import type { GatewayEvent } from '../gateway/events.ts';"],
    ['sosapi/a.ts', "import { CapacityUnknownError } from '../capacity/capacity.ts';"],
    ['capacity/providers/a.ts', "import { SignatureV4 } from '@smithy/signature-v4';"],
    ['serve.ts', "import { x } from './gateway/x.ts';"],
  ])('%s: %s is fine', (path, text) => {
    expect(importViolations(tree({ [path]: text }))).toEqual([]);
  });

  test('a circle', () => {
    const circle = tree({
      's3/a.ts': "import { b } from './b.ts';",
      's3/b.ts': "import type { c } from './c.ts';",
      's3/c.ts': "import { a } from './a.ts';",
    });
    expect(importCircles(circle)).toEqual(['s3/a.ts -> s3/b.ts -> s3/c.ts -> s3/a.ts']);
  });

  test.each([
    ['s3/a.ts', 'default export', 'export default 1;'],
    ['s3/index.ts', 'a barrel', "// All of it.\nexport * from './a.ts';\nexport { b } from './b.ts';"],
    ['s3/utils.ts', 'says nothing', 'export const a = 1;'],
    ['s3/camelCase.ts', 'kebab-case', 'export const a = 1;'],
    ['s3/a.ts', '401 lines', '\n'.repeat(401)],
    ['sigv4/a.ts', 'reads a clock', 'export const now = Date.now();'],
  ])('%s: %s', (path, expected, text) => {
    expect(formViolations(tree({ [path]: text }))).toEqual([expect.stringContaining(expected)]);
  });
});
