// README and docs hold what the code holds: their commands run, their configs load, their tables are the real ones.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { keyTable } from '../../config/key-table.ts';
import { createAdminServer } from '../../src/admin/admin-server.ts';
import { USAGE } from '../../src/cli/arguments.ts';
import { readCredentials } from '../../src/cli/credentials-file.ts';
import { DEFAULT_BUCKET } from '../../src/cli/default-setup.ts';
import { renderStart } from '../../src/cli/start-block.ts';
import { parseConfig } from '../../src/config/load.ts';
import { gatewaySchema } from '../../src/config/schema.ts';
import { checkBucketName } from '../../src/s3/names.ts';
import { readVersion } from '../../src/serve/version.ts';
import { createAccessLog } from '../../src/telemetry/access-log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { numbersOf } from '../support/capacity-document.ts';
import { OwnedProcess } from '../support/owned-process.ts';
import { sdk } from '../support/s3-clients.ts';
import { waitFor } from '../support/wait.ts';
import { topData } from './cli/top-fixture.ts';
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

/** Nothing of the gateway's own in it, and the Node.js that the package brings. */
function environmentOfShell(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('SOSAPI_'));
  const path = `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  return { ...Object.fromEntries(others), PATH: path };
}

function shell(script: string, cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile('sh', ['-ec', script], { cwd, env: environmentOfShell() }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}

describe('README commands', () => {
  const blocks = blocksOf(README);
  const marked = [...blocks.entries()].filter(([, block]) => /^run\b/.test(block.mark));

  test('some are marked to be run', () => {
    expect(marked.length).toBeGreaterThanOrEqual(2);
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

describe('README start', () => {
  const blocks = blocksOf(README);
  const quickStart =
    blocks
      .find(({ mark }) => mark === 'quick start')
      ?.text.trim()
      .split('\n') ?? [];
  const sample = blocks.find(({ mark }) => mark === 'start block')?.text ?? '';

  test('the two commands at the top are a working repository', async () => {
    const [install, start = ''] = quickStart;
    expect([install, start]).toEqual(['npm ci', 'npm start']);
    const scratch = await mkdtemp(join(tmpdir(), 'quick-start-'));
    const data = join(scratch, 'data');
    const environment = {
      ...environmentOfShell(),
      SOSAPI_DATA_DIR: data,
      SOSAPI_PORT: '0',
      SOSAPI_ADMIN_PORT: '0',
    };
    // What npm ci would install is there: the tests run with it.
    const gateway = new OwnedProcess('npm start', 'sh', ['-ec', start], { cwd: ROOT, env: environment });
    try {
      let printed = '';
      gateway.child.stderr?.on('data', (text: Buffer) => {
        printed += text;
      });
      gateway.child.stdout?.resume();
      const endpoint = await waitFor(() => /Endpoint +(\S+)[\s\S]*"HTTPS"\)\.\n/.exec(printed)?.[1], {
        what: 'the block to be printed',
        everyMs: 20,
      });
      const keys = await readCredentials(join(data, 'credentials'));
      const client = sdk({
        endpoint,
        credentials: {
          accessKeyId: keys?.accessKeyId ?? '',
          secretAccessKey: keys?.secretAccessKey.reveal() ?? '',
        },
      });
      await client.send(new PutObjectCommand({ Bucket: DEFAULT_BUCKET, Key: 'a', Body: 'b' }));
      expect((await numbersOf(client, DEFAULT_BUCKET)).capacity).toBeGreaterThan(0);
      client.destroy();
      const documented = firstColumn(read('docs/embedded-store.md')).map((name) => name.replace(/\/$/, ''));
      for (const name of await readdir(data)) expect(documented, name).toContain(name);
    } finally {
      await gateway.stop(20_000);
      await rm(scratch, { recursive: true, force: true });
    }
  });

  test('the sample is what is printed', () => {
    const [, dataDirectory = ''] = /Data +(\S+)/.exec(sample) ?? [];
    const [, accessKeyId = ''] = /Access key id +(\S+)/.exec(sample) ?? [];
    const printed = renderStart(
      {
        version: readVersion(),
        endpoint: 'http://127.0.0.1:8080',
        admin: 'http://127.0.0.1:8081',
        region: 'us-east-1',
        bucket: DEFAULT_BUCKET,
        dataDirectory,
        accessKeyId,
        credentialsFile: join(dataDirectory, 'credentials'),
        secret: undefined,
      },
      false,
    );
    expect(sample).toBe(printed);
  });

  test('the headings that it sends the reader to are there', () => {
    const [, named = ''] = /README\.md, (.*)\)/.exec(sample) ?? [];
    const headings = [...named.matchAll(/"([^"]+)"/g)].map(([, heading]) => heading);
    expect(headings.length).toBe(2);
    for (const heading of headings) expect(README).toContain(`\n## ${heading}\n`);
  });

  test('the variables are those that are read', () => {
    const sources = ['src/cli/default-setup.ts', 'src/cli/arguments.ts'].map(read).join('');
    const variables = new Set(sources.match(/\bSOSAPI_[A-Z_]+\b/g));
    expect([...firstColumn(section('variables'))].sort()).toEqual([...variables].sort());
    for (const name of variables) expect(USAGE).toContain(name);
  });

  test('the sample of verify has the columns that verify prints, and lines up', () => {
    const rows =
      blocks
        .find(({ mark }) => mark === 'verify output')
        ?.text.trim()
        .split('\n') ?? [];
    const titles = [...read('src/cli/verify-report.ts').matchAll(/title: '([A-Z ]+)'/g)].map(
      ([, title]) => title,
    );
    const [, head = '', row = ''] = rows;
    expect(head.split(/ {2,}/)).toEqual(titles);
    const columns = (line: string) =>
      [...line.matchAll(/(?:^| {2,})(?=\S)/g)].map((gap) => gap.index + gap[0].length);
    expect(columns(row)).toEqual(columns(head));
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
      capacities: async () => [],
      capacityHistory: () => ({ stepMs: 60_000, series: [] }),
      live: async () => topData({ many: 1 }).live,
      config: {
        reload: async () => ({ result: 'unchanged', changes: [], problems: [] }),
        settings: () => [],
      },
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
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      if (target.startsWith('#')) expect(headings, target).toContain(target.slice(1));
      else expect(existsSync(join(ROOT, folder, target)), target).toBe(true);
    }
  });

  test('names files of this project that exist', () => {
    const named = text.match(/(?<![\w./-])(?:src|config|docker|docs|test)\/[\w./-]*\w/g) ?? [];
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
