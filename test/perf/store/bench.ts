// `npm run bench:store`: how fast the embedded store is, beside what the machine can do, measured in the same run.
// --quick: fewer objects and one round. --json: JSON instead of a table. --check: exit code 1 where a target is missed.
// --only NAMES: of put, get, small, delete, list, memory, with commas between them.
// --directory DIR: where the files are (a disk, not a file system in memory); the system's temporary folder otherwise.
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { run } from '../../support/owned-process.ts';
import { fillCatalog } from './fill-catalog.ts';
import type { RawFigures } from './raw-figures.ts';
import { type Judged, judge, type Line, table } from './report.ts';
import { SideProcess } from './side-process.ts';
import {
  type Bench,
  largeDownloads,
  largeUploads,
  listings,
  makeBucket,
  memory,
  multiDelete,
  smallUploads,
} from './store-bench.ts';

const IN_FLIGHT = 64;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    directory: { type: 'string', default: tmpdir() },
    only: { type: 'string', default: 'put,get,small,delete,list,memory' },
  },
});

const sizes = options.quick
  ? {
      rounds: 1,
      large: 256,
      passes: 2,
      small: 2000,
      deleted: 4000,
      many: 100_000,
      few: 10_000,
      raw: 256,
      memory: 512,
    }
  : {
      rounds: 3,
      large: 768,
      passes: 4,
      small: 10_000,
      deleted: 20_000,
      many: 1_000_000,
      few: 10_000,
      raw: 512,
      memory: 1024,
    };

const wanted = (name: string): boolean => options.only.split(',').includes(name);

function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

async function rawFigures(directory: string): Promise<RawFigures> {
  using raw = new SideProcess('raw-figures.ts', { UV_THREADPOOL_SIZE: String(IN_FLIGHT) });
  // Nobody pays for what somebody else left to be written.
  await run('sync', ['-f', directory]);
  const figures = await raw.ask<RawFigures>({ directory, mebibytes: sizes.raw, inFlight: IN_FLIGHT });
  await run('sync', ['-f', directory]);
  return figures;
}

async function overSmallCatalog(directory: string, generator: SideProcess): Promise<Line[]> {
  const dataDirectory = join(directory, 'store');
  await using store = await EmbeddedStore.start({ dataDirectory });
  const bench: Bench = { store, generator, directory, inFlight: IN_FLIGHT, rounds: sizes.rounds, say };
  await makeBucket(bench, 'bench');
  return [
    ...(wanted('put') ? await largeUploads(bench, sizes.large, () => rawFigures(directory)) : []),
    ...(wanted('get') ? [await largeDownloads(bench, 256, sizes.passes)] : []),
    ...(wanted('small') ? await smallUploads(bench, sizes.small) : []),
    ...(wanted('delete') ? await multiDelete(bench, sizes.deleted) : []),
  ];
}

async function overLargeCatalog(directory: string, generator: SideProcess): Promise<Line[]> {
  if (!wanted('list') && !wanted('memory')) return [];
  const dataDirectory = join(directory, 'large');
  const many = { bucket: 'many', count: sizes.many };
  const few = { bucket: 'few', count: sizes.few };
  await fillCatalog(dataDirectory, [many, few], (done) => say(`filling the catalog: ${done}`));
  await using store = await EmbeddedStore.start({ dataDirectory });
  const bench: Bench = { store, generator, directory, inFlight: IN_FLIGHT, rounds: sizes.rounds, say };
  return [
    ...(wanted('list') ? await listings(bench, many, few) : []),
    ...(wanted('memory') ? [await memory(bench, many, sizes.memory)] : []),
  ];
}

async function heading(directory: string, raw: readonly RawFigures[]): Promise<string> {
  const [type = ''] = (await run('stat', ['-f', '-c', '%T', directory])).trim().split('\n');
  const [first, last] = [raw[0], raw.at(-1)];
  const both = (of: keyof RawFigures) => `${first?.[of].toFixed(0)} and ${last?.[of].toFixed(0)} MiB/s`;
  return [
    `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, Node.js ${process.version}, ${type} in ${directory}`,
    'Store, load generator and kernel share these cores; so did the plain server. Each PUT is durable when it is answered.',
    'The machine, before and after the run:',
    `  one file from front to back, synced at its end   ${both('sequentialMiBs')}`,
    `  files of 1 MiB, each synced, ${IN_FLIGHT} at once          ${both('parallelMiBs')}`,
    `  MD5 on one core                                  ${both('md5MiBs')}`,
    `  SHA-256 on one core                              ${both('sha256MiBs')}`,
    '',
  ].join('\n');
}

const directory = await mkdtemp(join(options.directory, 'bench-store-'));
let judged: readonly Judged[] = [];
try {
  using generator = new SideProcess('load-generator.ts');
  say('what the machine can do');
  const before = await rawFigures(directory);
  const lines = [
    ...(await overSmallCatalog(directory, generator)),
    ...(await overLargeCatalog(directory, generator)),
  ];
  const raw = [before, await rawFigures(directory)];
  judged = lines.map(judge);
  say('');
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ quick: options.quick, raw, lines: judged }, undefined, 2)}\n`
      : `${await heading(directory, raw)}${table(judged)}\n`,
  );
} finally {
  await rm(directory, { recursive: true, force: true });
}
if (options.check && judged.some(({ isMet }) => isMet === false)) process.exitCode = 1;
