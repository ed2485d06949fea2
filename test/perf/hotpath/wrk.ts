// One run of wrk with a request that was signed beforehand, and its figures.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RawCredentials, signed } from '../../support/raw-sigv4.ts';
import { HOST, startPinned } from './pinned-process.ts';

/** What each connection asks, again and again. */
export interface LoadRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly target: string;
  /** Of an upload. */
  readonly bodyBytes?: number;
  /** How an upload is signed; by default unsigned. */
  readonly payload?: 'unsigned' | 'sha256';
}

export interface WrkJob {
  readonly cores: string;
  /** Takes the script. */
  readonly directory: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly credentials: RawCredentials;
  readonly request: LoadRequest;
  readonly connections: number;
  /** wrk counts whole seconds; a shorter run is cut off. */
  readonly seconds: number;
}

export interface WrkFigures {
  readonly requests: number;
  /** Heads and bodies of answers. */
  readonly bytes: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: Readonly<Record<(typeof ERROR_KINDS)[number], number>>;
}

const ERROR_KINDS = ['connect', 'read', 'write', 'status', 'timeout'] as const;
const MARK = 'HOTPATH ';
const FILLER = 'x';

/** A script for wrk: the request with its signature of `date`, and a last line of figures for `parseFigures`. */
export function scriptOf(
  { request, credentials, port }: Pick<WrkJob, 'request' | 'credentials' | 'port'>,
  date: Date,
): string {
  const { method, target, bodyBytes, payload = 'unsigned' } = request;
  const { headers } = signed({
    method,
    target,
    host: `${HOST}:${port}`,
    credentials,
    date,
    ...(bodyBytes === undefined ? {} : { payload: payloadOf(bodyBytes, payload) }),
  });
  return [
    `wrk.method = ${quoted(method)}`,
    // wrk adds the length of the body itself, and a Host of its own unless it is spelt like this.
    ...headers
      .filter(([name]) => name !== 'content-length')
      .map(([name, value]) => `wrk.headers[${quoted(name === 'host' ? 'Host' : name)}] = ${quoted(value)}`),
    ...(bodyBytes === undefined ? [] : [`wrk.body = string.rep(${quoted(FILLER)}, ${bodyBytes})`]),
    'function done(summary, latency)',
    '  local e = summary.errors',
    `  io.write(string.format(${quoted(`${MARK}%d %d %d %d %d %d %d %d %d %d\n`)},`,
    '    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),',
    `    ${ERROR_KINDS.map((kind) => `e.${kind}`).join(', ')}))`,
    'end',
    '',
  ].join('\n');
}

function payloadOf(bodyBytes: number, payload: 'unsigned' | 'sha256'): string {
  if (payload === 'unsigned') return 'UNSIGNED-PAYLOAD';
  return createHash('sha256').update(FILLER.repeat(bodyBytes)).digest('hex');
}

const quoted = (text: string): string => JSON.stringify(text);

/** Throws where the line of figures is not there. */
export function parseFigures(output: string): WrkFigures {
  const line = output.split('\n').find((text) => text.startsWith(MARK));
  const numbers = line?.slice(MARK.length).split(' ').map(Number) ?? [];
  const [requests = Number.NaN, bytes = 0, micros = 0, p50 = 0, p99 = 0, ...counts] = numbers;
  if (counts.length !== ERROR_KINDS.length || numbers.some(Number.isNaN)) {
    throw new Error(`wrk gave no figures: ${output.trim()}`);
  }
  const errors = Object.fromEntries(ERROR_KINDS.map((kind, index) => [kind, counts[index] ?? 0]));
  return {
    requests,
    bytes,
    seconds: micros / 1e6,
    p50Ms: p50 / 1000,
    p99Ms: p99 / 1000,
    errors: errors as WrkFigures['errors'],
  };
}

/** What was not as it should be, for a sentence; undefined where every answer was a good one. */
export function faultOf({ errors }: WrkFigures): string | undefined {
  const faults = ERROR_KINDS.filter((kind) => errors[kind] > 0).map(
    (kind) => `${errors[kind]} ${kind} errors`,
  );
  return faults.length === 0 ? undefined : faults.join(', ');
}

export async function runWrk(job: WrkJob): Promise<WrkFigures> {
  const script = join(job.directory, 'wrk.lua');
  await writeFile(script, scriptOf(job, new Date()));
  const process = startPinned({
    name: 'wrk',
    cores: job.cores,
    command: 'wrk',
    args: [
      ...['-t', '1', '-c', String(job.connections), '-d', `${Math.ceil(job.seconds)}s`, '--timeout', '30s'],
      ...[
        '--latency',
        '-s',
        script,
        `${job.isTls ? 'https' : 'http'}://${HOST}:${job.port}${job.request.target}`,
      ],
    ],
  });
  let output = '';
  for (const stream of [process.child.stdout, process.child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const closed = once(process.child, 'close');
  // wrk ends at SIGINT as at the end of its time, with its figures.
  const isCut = job.seconds !== Math.ceil(job.seconds);
  const cut = isCut ? setTimeout(() => process.signal('SIGINT'), job.seconds * 1000) : undefined;
  try {
    const { code } = await process.exited;
    await closed;
    if (code !== 0) throw new Error(`wrk ended with ${code}: ${output.trim()}`);
    return parseFigures(output);
  } finally {
    clearTimeout(cut);
    process.signal('SIGKILL');
  }
}
