// The measurements. Each takes the store as it finds it and gives the lines of the table.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf } from '../../support/bodies.ts';
import type { EmbeddedStore } from '../../support/embedded-store.ts';
import { ask } from '../../support/raw-target.ts';
import { keyOf } from './fill-catalog.ts';
import type { LoadJob, LoadRequest, LoadResult } from './load-generator.ts';
import type { RawFigures } from './raw-figures.ts';
import { type Line, median } from './report.ts';
import { SideProcess } from './side-process.ts';

const MIB = 1024 * 1024;

export interface Bench {
  readonly store: EmbeddedStore;
  readonly generator: SideProcess;
  /** On the file system that is measured. */
  readonly directory: string;
  readonly inFlight: number;
  readonly rounds: number;
  say(text: string): void;
}

type Load = Omit<LoadJob, 'port' | 'credentials' | 'inFlight'> & Partial<Pick<LoadJob, 'port' | 'inFlight'>>;

export async function load(bench: Bench, job: Load): Promise<LoadResult> {
  const { port, credentials } = bench.store.target;
  const result = await bench.generator.ask<LoadResult>({
    port,
    credentials,
    inFlight: bench.inFlight,
    ...job,
  });
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.requests} requests failed`);
  return result;
}

export async function makeBucket(bench: Bench, bucket: string): Promise<void> {
  const headers = { 'x-amz-bucket-object-lock-enabled': 'true' };
  const answer = await ask(bench.store.target, { method: 'PUT', target: `/${bucket}`, headers, body: '' });
  if (answer.status !== 200) throw new Error(`no bucket: ${answer.status} ${answer.body}`);
}

const puts = (bucket: string, prefix: string, count: number): readonly LoadRequest[] =>
  Array.from({ length: count }, (_, index) => ({ method: 'PUT', target: `/${bucket}/${prefix}/${index}` }));
const rateOf = ({ bytes, seconds }: LoadResult): number => bytes / MIB / seconds;

/** 1 MiB, many at once, each durable before it is answered. */
export async function largeUploads(
  bench: Bench,
  count: number,
  raw: () => Promise<RawFigures>,
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const payload of ['unsigned', 'signed'] as const) {
    const rates: number[] = [];
    const allowed: number[] = [];
    let last: LoadResult | undefined;
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.say(`PUT 1 MiB, ${payload} payload, round ${round + 1}`);
      const before = await raw();
      const requests = puts('bench', `${payload}-${round}`, count);
      last = await load(bench, { requests, bodyBytes: MIB, payload });
      rates.push(rateOf(last));
      // Disks have better and worse moments: what it does right before and right behind is what it could do meanwhile.
      allowed.push(allowedBy(before, await raw(), payload));
    }
    lines.push({
      what: `PUT 1 MiB, ${bench.inFlight} in flight, ${payload === 'signed' ? 'signed SHA-256' : 'unsigned'} payload`,
      value: median(rates),
      unit: 'MiB/s',
      machine: { value: median(allowed), what: `disk, ${payload === 'signed' ? 'md5+sha256' : 'md5'}` },
      target: { share: 0.6 },
      note: timesOf(last),
    });
  }
  return lines;
}

/** What writing and hashing one after another allow, with the hashing on one core. */
function allowedBy(before: RawFigures, after: RawFigures, payload: 'signed' | 'unsigned'): number {
  const mean = (of: keyof RawFigures): number => (before[of] + after[of]) / 2;
  const hashing = payload === 'signed' ? 1 / (1 / mean('md5MiBs') + 1 / mean('sha256MiBs')) : mean('md5MiBs');
  return Math.min(mean('parallelMiBs'), hashing);
}

/** 1 MiB, many at once, against a plain node:http server that sends files of the same bytes. */
export async function largeDownloads(bench: Bench, count: number, passes: number): Promise<Line> {
  const files = join(bench.directory, 'files');
  await mkdir(files);
  await load(bench, { requests: puts('bench', 'download', count), bodyBytes: MIB, payload: 'unsigned' });
  for (let index = 0; index < count; index += 1) {
    await writeFile(join(files, `bench_download_${index}`), bodyOf(`load ${index % 4}`, MIB));
  }
  using server = new SideProcess('file-server.ts');
  const port = await server.ask<number>(files);
  const requests = Array.from({ length: count * passes }, (_, index) => ({
    method: 'GET',
    target: `/bench/download/${index % count}`,
  }));
  const rates: number[] = [];
  const plain: number[] = [];
  let last: LoadResult | undefined;
  // The first round warms both; their order changes, so that neither has the better half.
  for (let round = 0; round <= bench.rounds; round += 1) {
    bench.say(`GET 1 MiB, round ${round} of ${bench.rounds}`);
    const first = round % 2 === 0;
    if (first) plain.push(rateOf(await load(bench, { requests, port })));
    last = await load(bench, { requests });
    rates.push(rateOf(last));
    if (!first) plain.push(rateOf(await load(bench, { requests, port })));
  }
  return {
    what: `GET 1 MiB, ${bench.inFlight} in flight`,
    value: median(rates.slice(1)),
    unit: 'MiB/s',
    machine: { value: median(plain.slice(1)), what: 'plain node:http file server' },
    target: { share: 0.7 },
    note: timesOf(last),
  };
}

export async function smallUploads(bench: Bench, count: number): Promise<Line[]> {
  const lines: Line[] = [];
  for (const kib of [1, 16, 17]) {
    const rates: number[] = [];
    let last: LoadResult | undefined;
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.say(`PUT ${kib} KiB, round ${round + 1}`);
      const requests = puts('bench', `small-${kib}-${round}`, count);
      last = await load(bench, { requests, bodyBytes: kib * 1024, payload: 'signed' });
      rates.push(last.requests / last.seconds);
    }
    lines.push({
      what: `PUT ${kib} KiB, ${bench.inFlight} in flight`,
      value: median(rates),
      unit: 'objects/s',
      note: timesOf(last),
    });
  }
  return lines;
}

/** Versions by their ids, a thousand to a call, as a retention sweep does; bodies are files. */
export async function multiDelete(bench: Bench, count: number): Promise<Line[]> {
  bench.say(`multi-delete: ${count} objects first`);
  await makeBucket(bench, 'sweep');
  await load(bench, { requests: puts('sweep', 'block', count), bodyBytes: 20 * 1024, payload: 'unsigned' });
  const documents: string[] = [];
  for (let marker = ''; ; ) {
    const page = await ask(bench.store.target, { method: 'GET', target: `/sweep?versions${marker}` });
    const xml = page.body.toString();
    const versions = [...xml.matchAll(/<Key>([^<]*)<\/Key><VersionId>([^<]*)</g)];
    const objects = versions.map(
      ([, key, id]) => `<Object><Key>${key}</Key><VersionId>${id}</VersionId></Object>`,
    );
    documents.push(`<Delete><Quiet>true</Quiet>${objects.join('')}</Delete>`);
    const [, key = ''] = /<NextKeyMarker>([^<]*)</.exec(xml) ?? [];
    const [, id = ''] = /<NextVersionIdMarker>([^<]*)</.exec(xml) ?? [];
    if (!xml.includes('<IsTruncated>true<')) break;
    marker = `&key-marker=${encodeURIComponent(key)}&version-id-marker=${id}`;
  }
  bench.say('multi-delete');
  const requests = documents.map((document) => ({ method: 'POST', target: '/sweep?delete', document }));
  const startMs = performance.now();
  const result = await load(bench, { requests, inFlight: 4 });
  const objects = join(bench.store.dataDirectory, 'objects');
  const settledMs = await untilSettled(objects);
  return [
    {
      what: 'multi-delete of versions, 1,000 a call, 4 in flight',
      value: count / result.seconds,
      unit: 'objects/s',
      target: { atLeast: 2000 },
      note: `${timesOf(result)}; their files were gone after ${((settledMs - startMs) / 1000).toFixed(1)} s`,
    },
  ];
}

/** Undefined where a directory was removed while it was looked at. */
async function filesIn(objects: string): Promise<number | undefined> {
  try {
    const entries = await readdir(objects, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The moment from which on the number of files did not change any more. */
async function untilSettled(objects: string): Promise<number> {
  let count: number | undefined;
  let sinceMs = performance.now();
  while (performance.now() - sinceMs < 1000) {
    const now = await filesIn(objects);
    if (now === undefined || now !== count) sinceMs = performance.now();
    count = now;
    await sleep(50);
  }
  return sinceMs;
}

/** A page of 1,000 keys somewhere in the middle of many and of few. */
export async function listings(bench: Bench, many: Population, few: Population): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [name, query] of [
    ['ListObjectsV2', 'list-type=2&start-after'],
    ['ListObjectVersions', 'versions&key-marker'],
  ] as const) {
    bench.say(name);
    const medianOf = async ({ bucket, count }: Population): Promise<number> => {
      const requests = Array.from({ length: 40 }, (_, index) => {
        const key = keyOf(Math.floor(((index + 0.5) / 41) * (count - 1000)));
        return { method: 'GET', target: `/${bucket}?${query}=${encodeURIComponent(key)}` };
      });
      await load(bench, { requests: requests.slice(0, 5), inFlight: 1 });
      return (await load(bench, { requests, inFlight: 1 })).medianMs;
    };
    const ofFew = await medianOf(few);
    const ofMany = await medianOf(many);
    lines.push({
      what: `${name}: a page of 1,000 out of ${many.count.toLocaleString('en')}, times that out of ${few.count.toLocaleString('en')}`,
      value: ofMany / ofFew,
      unit: 'x',
      target: { below: 3 },
      note: `medians of 40: ${ofMany.toFixed(1)} ms and ${ofFew.toFixed(1)} ms`,
    });
  }
  return lines;
}

export interface Population {
  readonly bucket: string;
  readonly count: number;
}

/** Uploads, downloads and listings over all connections, and what the process grew to. */
export async function memory(bench: Bench, many: Population, count: number): Promise<Line> {
  bench.say('memory under load');
  const requests = Array.from({ length: count }, (_, index): LoadRequest => {
    const key = encodeURIComponent(keyOf((index * 7919) % many.count));
    const after = `/${many.bucket}?list-type=2&max-keys=1000&start-after=${key}`;
    return index % 16 === 0
      ? { method: 'GET', target: after }
      : { method: 'GET', target: `/bench/memory/${index % 64}` };
  });
  await makeBucket(bench, 'bench');
  await load(bench, { requests: puts('bench', 'memory', count), bodyBytes: MIB, payload: 'signed' });
  await load(bench, { requests });
  const { now, peak } = await bench.store.rssBytes();
  return {
    what: `resident memory, ${many.count.toLocaleString('en')} objects, ${bench.inFlight} connections`,
    value: peak / MIB,
    unit: 'MiB',
    target: { below: 300 },
    note: `at its highest; ${(now / MIB).toFixed(0)} MiB at the end`,
  };
}

function timesOf(result: LoadResult | undefined): string {
  if (result === undefined) return '';
  const { medianMs, p99Ms, cpuSeconds, seconds } = result;
  return `median ${medianMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms; the generator took ${((cpuSeconds / seconds) * 100).toFixed(0)} % of a core`;
}
