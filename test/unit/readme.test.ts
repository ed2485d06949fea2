// README and docs hold what the code holds: their commands run, their configs load, their tables are the real ones.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyTable } from '../../config/key-table.ts';
import { createAdminServer } from '../../src/admin/admin-server.ts';
import { parseConfig } from '../../src/config/load.ts';
import { gatewaySchema } from '../../src/config/schema.ts';
import { checkBucketName } from '../../src/s3/names.ts';
import { createAccessLog } from '../../src/telemetry/access-log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { requestEvent } from './telemetry/events.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const README = read('README.md');
const PAGES = [
  'README.md',
  ...['docs', 'docs/decisions'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];
const PACKAGE = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

interface Block {
  /** The text of the comment above it. */
  readonly mark: string;
  readonly language: string;
  readonly text: string;
}

function blocksOf(page: string): readonly Block[] {
  const fences = page.matchAll(/(?:<!-- ([^\n]*) -->\n)?^```(\w+)\n(.*?)^```$/gms);
  return [...fences].map(([, mark = '', language = '', text = '']) => ({ mark, language, text }));
}

/** What stands between `<!-- name -->` and `<!-- /name -->`. */
function section(name: string): string {
  const [, text] = new RegExp(`<!-- ${name} -->\\n(.*?)<!-- /${name} -->`, 's').exec(README) ?? [];
  if (text === undefined) throw new Error(`README has no section ${name}`);
  return text;
}

/** A table as rows of cells, without the padding that the formatter adds and without the line of dashes. */
function cells(table: string): readonly (readonly string[])[] {
  const rows = table.split('\n').filter((line) => line.startsWith('|') && !/^[| -]+$/.test(line));
  return rows.map((row) => row.split('|').map((cell) => cell.trim()));
}

/** The words in backticks of the first column of a table. */
function firstColumn(table: string): readonly string[] {
  const first = cells(table).map(([, cell = '']) => cell);
  return first.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

function shell(script: string, cwd: string): Promise<Ended> {
  const { SOSAPI_CONFIG: _, ...env } = process.env;
  const path = `${join(ROOT, 'node_modules/.bin')}${delimiter}${env['PATH'] ?? ''}`;
  return new Promise((resolve) => {
    execFile('sh', ['-ec', script], { cwd, env: { ...env, PATH: path } }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}

describe('README commands', () => {
  const blocks = blocksOf(README);
  const marked = [...blocks.entries()].filter(([, block]) => /^run\b/.test(block.mark));

  test('some are marked to be run', () => {
    expect(marked.length).toBeGreaterThanOrEqual(3);
  });

  test.for(marked.map(([index, block]) => ({ ...block, next: blocks[index + 1] })))(
    '$text',
    async ({ mark, text, next }, { skip }) => {
      const [, tool] = /^run: (\w+)$/.exec(mark) ?? [];
      skip(tool !== undefined && (await shell(`command -v ${tool}`, ROOT)).code !== 0, `no ${tool}`);
      const [, exit = '0'] = /exit (\d+)/.exec(mark) ?? [];
      const scratch = await mkdtemp(join(tmpdir(), 'readme-'));
      try {
        const { code, output } = await shell(text, tool === undefined ? ROOT : scratch);
        expect(code, output).toBe(Number(exit));
        if (next?.language !== 'text') return;
        for (const line of next.text.trimEnd().split('\n')) expect(output).toContain(line);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
  );

  test.each(PAGES)('%s names npm scripts that exist', (page) => {
    const named = [...read(page).matchAll(/npm (?:run (?:--silent )?([\w:]+)|(start|test)\b)/g)];
    for (const [whole, run, builtIn] of named) {
      expect(Object.keys(PACKAGE.scripts), whole).toContain(run ?? builtIn);
    }
  });

  test('the sample of check has the columns that check prints', () => {
    const sample = blocks.find((block) => block.mark === 'check output');
    const titles = [...read('src/cli/check.ts').matchAll(/title: '([A-Z ]+)'/g)].map(([, title]) => title);
    const lines = sample?.text.split('\n').filter((line) => /^(BACKEND|BUCKET) /.test(line)) ?? [];
    expect(lines.flatMap((line) => line.split(/ {2,}/))).toEqual(titles);
  });
});

describe('README configs', () => {
  const configs = blocksOf(README).filter((block) => block.language === 'yaml');
  const whole = configs[0]?.text ?? '';
  const BACKENDS = /^backends:\n(?: .*\n)+/m.exec(whole)?.[0] ?? '';
  const CREDENTIALS = /^credentials:\n(?: .*\n)+/m.exec(whole)?.[0] ?? '';
  const fixtures: Readonly<Record<string, string>> = {
    'tls.crt': read('test/unit/config/fixtures/gateway.crt'),
    'tls.key': read('test/unit/config/fixtures/gateway.key'),
  };

  test.each(configs)('$text', ({ text }) => {
    // A part stands for the whole: what it leaves out is that of the first config.
    const complete = [
      text,
      ...(/^backends:/m.test(text) ? [] : [BACKENDS]),
      ...(/^credentials:/m.test(text) ? [] : [CREDENTIALS]),
    ].join('\n');
    const names = [...complete.matchAll(/\{ env: (\w+) \}/g)].map(([, name = '']) => name);
    const { warnings } = parseConfig(complete, {
      file: '/etc/gateway.yaml',
      env: Object.fromEntries(names.map((name) => [name, 'a-secret-value'])),
      readFile: (path) => ({
        text: fixtures[path.replace('/etc/', '')] ?? 'a-secret-value\n',
        isWorldReadable: false,
      }),
    });
    expect(warnings).toEqual([]);
  });

  test("MinIO's policy grants what the capacity source says it needs", () => {
    const policy = blocksOf(README).find((block) => block.language === 'json')?.text ?? '';
    const statements = (JSON.parse(policy) as { Statement: readonly { Action: readonly string[] }[] })
      .Statement;
    const needed = read('src/capacity/providers/minio.ts').match(/admin:\w+/g) ?? [];
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([...needed, 's3:*'].sort());
  });
});

describe('README tables', () => {
  test('config keys: put in what `node config/generate-schema.ts --keys` prints, then `npm run format`', () => {
    expect(cells(section('keys'))).toEqual(cells(keyTable(gatewaySchema)));
  });

  test('metrics', async () => {
    const { body } = await createMetrics().render();
    const names = [...body.matchAll(/^# TYPE (sosapi_gateway_\w+)/gm)].map(([, name]) => name);
    expect([...firstColumn(section('metrics'))].sort()).toEqual(names.sort());
  });

  test('fields of the access log', () => {
    let logged: object = {};
    const note = (fields: object) => {
      logged = fields;
    };
    createAccessLog({ debug: note, info: note, warn: note })(requestEvent());
    expect([...firstColumn(section('fields'))].sort()).toEqual(Object.keys(logged).sort());
  });

  test('admin endpoints', async () => {
    const endpoints = [...README.matchAll(/^\| `(\/[\w/]+)` +\|/gm)].map(([, path = '']) => path);
    const app = createAdminServer({
      version: '0',
      isReady: async () => ({ ready: true, backends: [] }),
      renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
      capacities: () => [],
    });
    expect(endpoints.length).toBeGreaterThan(0);
    for (const url of endpoints) expect((await app.inject(url)).statusCode, url).toBe(200);
    await app.close();
  });

  test('headers that cross unsigned', () => {
    const [, list = ''] =
      /CROSSES_UNSIGNED[^=]*= new Set\(\[(.*?)\]\)/s.exec(read('src/backend/request-head.ts')) ?? [];
    const crossing = [...list.matchAll(/'([\w-]+)'/g)].map(([, name]) => name);
    const [, said = ''] = /^- signed or not: (.*?)\.$/ms.exec(README) ?? [];
    const named = [...said.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name.toLowerCase());
    expect(named.sort()).toEqual(crossing.sort());
  });

  test('bucket names that are refused', () => {
    const [, said = ''] = /The bucket names ([^.]*?) are refused/s.exec(README) ?? [];
    const names = [...said.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(() => checkBucketName(name), name).toThrow('reserved');
  });
});

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  test('links to files and headings that exist', () => {
    const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/')) : '.';
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      if (target.startsWith('#')) expect(text.toLowerCase()).toContain(`\n## ${target.slice(1)}`);
      else expect(existsSync(join(ROOT, folder, target)), target).toBe(true);
    }
  });

  test('names files of this project that exist', () => {
    const named = text.match(/(?<![\w./])(?:src|config|docker|docs|test)\/[\w./-]*\w/g) ?? [];
    // Made by its reader.
    for (const path of named.filter((each) => each !== 'docker/.env')) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
    }
  });
});

describe('docs', () => {
  const documents = blocksOf(read('docs/sosapi.md')).filter((block) => block.mark.startsWith('bytes: '));

  test('both documents are shown', () => {
    expect(documents.length).toBe(2);
  });

  test.each(documents)('$mark', ({ mark, text }) => {
    expect(text).toBe(`${read(mark.slice('bytes: '.length))}\n`);
  });

  test.each(PAGES.filter((page) => page.startsWith('docs/decisions/')))('%s is short', (page) => {
    const text = read(page);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
    for (const part of ['Context', 'Decision', 'Consequence']) expect(text).toContain(`**${part}.**`);
  });
});
