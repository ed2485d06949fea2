// `npm run bench:hotpath`: what a request costs the gateway, beside other proxies, measured in the same run. See --help.
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgressLine } from '../../../src/cli/progress-line.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { killOwned } from '../../support/owned-process.ts';
import { ArgumentError, type BenchArguments, parseArguments, USAGE } from './arguments.ts';
import type { BenchContext } from './bench-context.ts';
import { LOAD_CASES, WORKER_CASES } from './cases.ts';
import { chartOf } from './chart.ts';
import { runConnectionsCase } from './connections-case.ts';
import { planCores } from './cores.ts';
import { runLoadCase } from './load-case.ts';
import { allowedCores, describeMachine } from './machine.ts';
import { MeasurementError } from './measurement-error.ts';
import { runMemoryCase } from './memory-case.ts';
import { findProgram } from './proxy.ts';
import { heading, table } from './report.ts';
import type { BenchResult, CaseResult } from './results.ts';
import { startSink } from './sink-process.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
/** Two workers, the client and the sink on one each. */
const CORES_FOR_WORKERS = 4;
const RESULTS = join(ROOT, 'bench-results');

async function main(): Promise<number> {
  const { stdout, stderr } = process;
  let given: BenchArguments;
  try {
    given = parseArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    stderr.write(`${error.message}\n`);
    return 2;
  }
  if (given.isHelp) {
    stdout.write(USAGE);
    return 0;
  }
  if ((await findProgram('wrk')) === undefined) {
    stderr.write('wrk, which makes the load, is not installed: install the package wrk.\n');
    return 1;
  }
  const directory = await mkdtemp(join(tmpdir(), 'bench-hotpath-'));
  // So that all that anybody here makes for a while goes with it.
  process.env['TMPDIR'] = directory;
  // Also where a signal ends it; nothing of it is worth keeping.
  process.on('exit', () => {
    killOwned();
    rmSync(directory, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  try {
    const result = await measure(given, directory);
    const files = await writeResult(result);
    stdout.write(`\nWritten: ${files.join(', ')}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof MeasurementError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }
}

async function measure(given: BenchArguments, directory: string): Promise<BenchResult> {
  const { stdout, stderr } = process;
  const startedAt = new Date().toISOString();
  const cores = await allowedCores();
  const [nginx, haproxy] = await Promise.all([findProgram('nginx'), findProgram('haproxy')]);
  const progress = new ProgressLine(stderr, () => performance.now());
  const leftOut: string[] = [];
  await using certificate =
    (await findProgram('openssl')) === undefined ? undefined : await makeCertificate();
  const sinkCores = planCores(cores, 1).sink;
  await using sink = await startSink({ cores: sinkCores, directory });
  await using tlsSink =
    certificate === undefined
      ? undefined
      : await startSink({ cores: sinkCores, directory, tls: certificate });
  const context: BenchContext = {
    ...given,
    checkout: given.checkout ?? ROOT,
    cores,
    directory,
    nginx,
    haproxy,
    certificate,
    sinkPort: sink.port,
    sinkTlsPort: tlsSink?.port,
    say: (text) => progress.show(() => text),
    leaveOut: (sentence) => {
      if (!leftOut.includes(sentence)) leftOut.push(sentence);
    },
  };
  const { rounds, seconds, minutes } = given;
  const machine = await describeMachine({ cores, nginx, haproxy, sink: sink.kind });
  const cases: CaseResult[] = [];
  const result = { startedAt, machine, settings: { rounds, seconds, minutes }, cases, leftOut };
  stdout.write(`${heading(result)}\n`);
  try {
    for await (const measured of casesOf(context, given.cases)) cases.push(measured);
  } finally {
    progress.clear();
    // Where a case fails, those before it have been measured all the same.
    stdout.write(`${table(cases, stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '')}\n`);
    for (const sentence of leftOut) stdout.write(`${sentence}\n`);
  }
  return result;
}

async function* casesOf(context: BenchContext, names: readonly string[]): AsyncGenerator<CaseResult> {
  const wants = ({ name }: { readonly name: string }): boolean => names.includes(name);
  for (const load of LOAD_CASES.filter(wants)) {
    const measured = await runLoadCase(context, load);
    if (measured !== undefined) yield measured;
  }
  if (names.includes('connections')) yield await runConnectionsCase(context);
  if (names.includes('memory')) yield await runMemoryCase(context);
  if (!names.includes('workers')) return;
  if (context.cores.length < CORES_FOR_WORKERS) {
    context.leaveOut(
      `workers is left out: it takes ${CORES_FOR_WORKERS} cores, two of them for the workers, and this machine gives ${context.cores.length}.`,
    );
    return;
  }
  for (const load of WORKER_CASES) {
    const measured = await runLoadCase(context, load);
    if (measured !== undefined) yield measured;
  }
}

async function writeResult(result: BenchResult): Promise<readonly string[]> {
  await mkdir(RESULTS, { recursive: true });
  // No colons: some file systems have no names with them.
  const name = join(RESULTS, `hotpath-${result.startedAt.replaceAll(':', '-')}`);
  await writeFile(`${name}.json`, `${JSON.stringify(result, undefined, 2)}\n`);
  await writeFile(`${name}.svg`, chartOf(result));
  return [`${name}.json`, `${name}.svg`];
}

process.exitCode = await main();
