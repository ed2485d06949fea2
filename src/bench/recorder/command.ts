// `bench record` and `bench replay` without their command line: what they read, refuse and say.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { BenchRefusal, type BenchTarget } from '../runtime/bench-target.ts';
import type { ReplayResult } from './replay-result.ts';
import { runRecorder } from './run-recorder.ts';
import { type ReplayProgress, replayPrefix, runReplay } from './run-replay.ts';

export interface RecordCommandOptions {
  /** `HOST:PORT`; IPv6 in brackets. */
  readonly listen: string;
  readonly target: string;
  readonly out: string;
  /** Paths of PEM files; the first two together or not at all. */
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly hashNames: boolean;
  /** Records until it ends. */
  readonly signal: AbortSignal;
  /** One sentence each: where it listens, problems, and how many requests it has in the end. */
  readonly say: (text: string) => void;
}

export interface ReplayCommandOptions {
  readonly recording: string;
  readonly target: BenchTarget;
  /** 1 unless given. */
  readonly speed?: string;
  /** 64 unless given, as Veeam has for one task slot. */
  readonly concurrency?: string;
  readonly allowForeignObjects: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ReplayProgress) => void;
}

const CONCURRENCY = 64;
const MAX_CONCURRENCY = 1024;

/** Rejects with BenchRefusal. */
export async function recordCommand(options: RecordCommandOptions): Promise<void> {
  const { listen, out, hashNames, signal, say } = options;
  const { host, port } = listenAddress(listen);
  const tls = await tlsFiles(options);
  const ca = options.ca === undefined ? undefined : await textOf('--ca', options.ca);
  const recorder = await runRecorder({
    listen: { host, port, ...(tls === undefined ? {} : { tls }) },
    target: targetUrl(options.target),
    ...(ca === undefined ? {} : { ca }),
    out,
    hashNames,
    now: Date.now,
    onProblem: say,
  });
  const name = host.includes(':') ? `[${host}]` : host;
  say(`recording on ${tls === undefined ? 'http' : 'https'}://${name}:${recorder.port} into "${out}".`);
  if (!signal.aborted) await once(signal, 'abort');
  await recorder.close();
  say(`${recorder.requests()} requests are in "${out}".`);
}

/** Rejects with BenchRefusal. There is nothing to mend where `differences` is empty. */
export async function replayCommand(options: ReplayCommandOptions): Promise<ReplayResult> {
  const { recording, target, allowForeignObjects, signal, onProgress } = options;
  const speed = Number(options.speed ?? 1);
  if (!Number.isFinite(speed) || speed < 0 || options.speed?.trim() === '') {
    throw new BenchRefusal(
      `--speed "${options.speed}" is no number from 0 on: 1 is as recorded, 0 as fast as it goes.`,
    );
  }
  const concurrency = Number(options.concurrency ?? CONCURRENCY);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > MAX_CONCURRENCY) {
    throw new BenchRefusal(
      `--concurrency "${options.concurrency}" is no whole number from 1 to ${MAX_CONCURRENCY}.`,
    );
  }
  return runReplay({
    recording,
    target,
    prefix: replayPrefix(randomBytes(6).toString('hex')),
    concurrency,
    speed,
    allowForeignObjects,
    signal,
    now: Date.now,
    onProgress,
  });
}

/** For people, ends with a line feed. */
export function replayText(result: ReplayResult): string {
  const { replayed, notReplayed, differences, latencies, leftovers, interrupted } = result;
  return [
    `${replayed} requests were replayed in ${(result.tookMs / 1000).toFixed(1)} s${interrupted ? ', then it was told to end' : ''}.`,
    differences.length === 0
      ? 'Every answer had the recorded status and error code.'
      : 'The store answered otherwise than the recorded one:',
    ...differences.map(
      ({ operation, recorded, got, count, firstAtMs, firstKey }) =>
        `  ${operation}: recorded ${recorded}, got ${got} (${count} times; first at ${(firstAtMs / 1000).toFixed(1)} s${firstKey === undefined ? '' : `, "${firstKey}"`})`,
    ),
    ...(latencies.length === 0 ? [] : ['Milliseconds until the whole answer was there, recorded and now:']),
    ...latencies.map(
      ({ operation, count, recorded, got }) =>
        `  ${operation} (${count}): half within ${recorded.p50} and ${got.p50}, 99 of 100 within ${recorded.p99} and ${got.p99}`,
    ),
    ...(notReplayed.length === 0 ? [] : ['Not replayed:']),
    ...notReplayed.map(({ operation, reason, count }) => `  ${operation}, ${count} times: ${reason}`),
    ...(leftovers.length === 0 ? [] : ['Left in the bucket:']),
    ...leftovers.map(({ key = '', reason }) => `  "${key}": ${reason}`),
    '',
  ].join('\n');
}

function listenAddress(text: string): { readonly host: string; readonly port: number } {
  const [, inBrackets, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = inBrackets ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw new BenchRefusal(`--listen "${text}" is no HOST:PORT: say for example 0.0.0.0:9000.`);
  }
  return { host, port };
}

function targetUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw new BenchRefusal(
      `--target "${text}" is no address of a store: say for example https://store.example:9000.`,
    );
  }
  return new URL(text);
}

async function tlsFiles({
  cert,
  key,
}: RecordCommandOptions): Promise<{ readonly cert: string; readonly key: string } | undefined> {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new BenchRefusal('--cert and --key belong together: name both, or neither for plain HTTP.');
  }
  return { cert: await textOf('--cert', cert), key: await textOf('--key', key) };
}

async function textOf(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new BenchRefusal(`${option} "${path}" cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
