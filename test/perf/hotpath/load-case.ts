// Measures one case that wrk drives: all its proxies stand side by side and are measured in turn, round by round.
import { join } from 'node:path';
import type { BenchContext } from './bench-context.ts';
import { DIRECT, type LoadCase, objectOf, type ProxyKind } from './cases.ts';
import { describeCores, planCores } from './cores.ts';
import { hasWorkers, startGateway } from './gateway-proxy.ts';
import { startHaproxy } from './haproxy-proxy.ts';
import { MeasurementError } from './measurement-error.ts';
import { startNginx } from './nginx-proxy.ts';
import { startNodeProxy } from './node-proxy.ts';
import { canPin } from './pinned-process.ts';
import { probe } from './probe.ts';
import { cpuMicrosOf, memoryOf, readTree } from './process-tree.ts';
import { CREDENTIALS, type ProxyOptions, type RunningProxy } from './proxy.ts';
import { canReplyFrom, startReplyFrom } from './reply-from-proxy.ts';
import type { CaseResult, ProxyResult, Sample } from './results.ts';
import { faultOf, type LoadRequest, runWrk, type WrkFigures } from './wrk.ts';

/**
 * Node.js compiles what it runs often. It gets the load again until it has had so much of a processor, which others share:
 * first small requests, tens of thousands of them, as a server has behind it that has run for a while; then the case's own.
 */
const NODE_WARM_SECONDS = 3;
const NODE_WARM_CPU_MICROS = 2.5e6;
const NODE_WARM_TIMES = 5;
const SMALL_GET: LoadRequest = { method: 'GET', target: objectOf(4096) };
/** The others only open their connections. */
const WARM_SECONDS = 1;
const IN_NODE: readonly string[] = ['gateway', 'gateway, 2 workers', 'bare relay', 'reply-from'];
const LEAD_IN_SECONDS = 0.5;
const MIB = 1024 * 1024;

interface Contender {
  readonly name: string;
  readonly port: number;
  /** Undefined where nothing stands before the sink. */
  readonly pid: number | undefined;
  readonly request: LoadRequest;
  readonly isTls: boolean;
  readonly bodyBytes: number;
}

/** Undefined, with a sentence on the reason, where this machine cannot run it. */
export async function runLoadCase(context: BenchContext, load: LoadCase): Promise<CaseResult | undefined> {
  const wantsTls = load.clientTls === true || load.storeTls === true;
  if (wantsTls && (context.certificate === undefined || context.sinkTlsPort === undefined)) {
    context.leaveOut(`${load.name} is left out: without openssl there is no certificate to try it with.`);
    return undefined;
  }
  const plan = planCores(context.cores, load.proxies.includes('gateway, 2 workers') ? 2 : 1);
  const running: RunningProxy[] = [];
  try {
    const contenders = await startAll(context, load, plan.proxy, running);
    const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
    const measure = async (contender: Contender, seconds: number): Promise<WrkFigures> => {
      const figures = await runWrk({
        ...{ cores: plan.client, directory: context.directory, credentials: CREDENTIALS, seconds },
        ...{ port: contender.port, isTls: contender.isTls, request: contender.request },
        connections: load.connections,
      });
      refuseFaults(load, contender, figures);
      return figures;
    };
    for (const contender of contenders) {
      context.say(`${load.name}: warming up ${contender.name}`);
      await probe(contender.port, contender.isTls, contender.request);
      await warm(contender, measure);
    }
    for (let round = 1; round <= context.rounds; round += 1) {
      for (const contender of contenders) {
        context.say(`${load.name}: round ${round} of ${context.rounds}, ${contender.name}`);
        await measure(contender, LEAD_IN_SECONDS);
        const before = await cpuOf(contender);
        const figures = await measure(contender, context.seconds);
        // In a warm-up the first answers may still be under way at its end.
        if (answeredIn(contender, figures) < 1) {
          throw noMeasurement(load, contender, await whyNothing(contender));
        }
        samples.get(contender.name)?.push(sampleOf(contender, figures, (await cpuOf(contender)) - before));
      }
    }
    const proxies: ProxyResult[] = [];
    for (const { name, pid } of contenders) {
      const peak = pid === undefined ? {} : { peakBytes: (await memoryOf(pid)).peakBytes };
      proxies.push({ proxy: name, samples: samples.get(name) ?? [], ...peak });
    }
    return { name: load.name, title: load.title, cores: describeCores(plan, canPin), proxies };
  } finally {
    await Promise.all(running.map((proxy) => proxy[Symbol.asyncDispose]()));
  }
}

async function warm(
  contender: Contender,
  measure: (contender: Contender, seconds: number) => Promise<WrkFigures>,
): Promise<void> {
  if (!IN_NODE.includes(contender.name)) {
    await measure(contender, WARM_SECONDS);
    return;
  }
  for (const request of [SMALL_GET, contender.request]) {
    const before = await cpuOf(contender);
    for (let time = 0; time < NODE_WARM_TIMES; time += 1) {
      await measure({ ...contender, request, bodyBytes: bodyBytesOf(request, contender) }, NODE_WARM_SECONDS);
      if ((await cpuOf(contender)) - before >= NODE_WARM_CPU_MICROS) break;
    }
  }
}

function bodyBytesOf(request: LoadRequest, { bodyBytes }: Contender): number {
  return request === SMALL_GET ? 4096 : bodyBytes;
}

/** Each is added to `running` as soon as it stands, so that it is stopped whatever comes. */
async function startAll(
  context: BenchContext,
  load: LoadCase,
  cores: string,
  running: RunningProxy[],
): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  const isTls = load.clientTls === true;
  let document: ProxyOptions['document'];
  for (const kind of load.proxies) {
    const isWanted = context.proxies?.includes(kind) ?? true;
    // The document that all others get is the gateway's.
    if (!isWanted && !(kind === 'gateway' && load.isDocument === true)) continue;
    const options: ProxyOptions = {
      cores,
      directory: join(context.directory, load.name, kind.replaceAll(/[ ,]+/g, '-')),
      storePort: (load.storeTls === true ? context.sinkTlsPort : undefined) ?? context.sinkPort,
      ...(load.storeTls === true && context.certificate && { storeCertFile: context.certificate.certFile }),
      ...(isTls && context.certificate && { tls: context.certificate }),
      ...(load.accessLog === true && { accessLog: true }),
      ...(document && { document }),
    };
    context.say(`${load.name}: starting ${kind}`);
    const proxy = await start(context, kind, options);
    if (proxy === undefined) continue;
    running.push(proxy);
    let { request, bodyBytes } = load;
    if (load.isDocument === true) {
      if (kind === 'gateway') {
        const { target } = request;
        document = { target, body: (await probe(proxy.port, isTls, request)).toString('utf8') };
      }
      bodyBytes = document?.body.length ?? 0;
      if (kind === 'reply-from') request = { ...request, target: objectOf(bodyBytes) };
    }
    contenders.push({ name: kind, port: proxy.port, pid: proxy.pid, isTls, request, bodyBytes });
  }
  if (load.isDirectToo === true) {
    const { request, bodyBytes } = load;
    contenders.push({
      name: DIRECT,
      port: context.sinkPort,
      pid: undefined,
      isTls: false,
      request,
      bodyBytes,
    });
  }
  return contenders;
}

/** Undefined where it is not installed here. */
export async function start(
  context: BenchContext,
  kind: ProxyKind,
  options: ProxyOptions,
): Promise<RunningProxy | undefined> {
  const { nginx, haproxy, nodeArguments, checkout } = context;
  switch (kind) {
    case 'gateway':
      return startGateway({ ...options, workers: 1, nodeArguments, checkout });
    case 'gateway, 2 workers':
      if (!(await hasWorkers(checkout))) {
        context.leaveOut('Two workers are left out: this gateway has no key `workers`.');
        return undefined;
      }
      return startGateway({ ...options, name: kind, workers: 2, nodeArguments, checkout });
    case 'nginx':
    case 'nginx tuned':
      if (nginx === undefined) {
        context.leaveOut('nginx is left out, and with it all ratios to it: it is not installed.');
        return undefined;
      }
      return startNginx(nginx, kind === 'nginx' ? 'defaults' : 'tuned', options);
    case 'haproxy':
    case 'haproxy splice':
      if (haproxy === undefined) {
        context.leaveOut('HAProxy is left out: it is not installed.');
        return undefined;
      }
      return startHaproxy(haproxy, kind === 'haproxy splice', options);
    case 'bare relay':
      return startNodeProxy(kind, 'bare-relay-server.ts', options);
    case 'reply-from':
      if (!canReplyFrom()) {
        context.leaveOut('reply-from is left out: the package @fastify/reply-from is not installed.');
        return undefined;
      }
      return startReplyFrom(options);
  }
}

const cpuOf = async ({ pid }: Contender): Promise<number> => (pid === undefined ? 0 : cpuMicrosOf(pid));

function refuseFaults(load: LoadCase, contender: Contender, figures: WrkFigures): void {
  const { request, bodyBytes } = contender;
  const fault = faultOf(figures);
  // wrk counts statuses of 400 and above; short answers of another kind show in the bytes.
  const tooFew = request.method === 'GET' && figures.bytes < figures.requests * bodyBytes;
  if (fault === undefined && !tooFew) return;
  throw noMeasurement(load, contender, fault ?? 'answers were shorter than the object');
}

async function whyNothing({ pid }: Contender): Promise<string> {
  const isStopped = pid !== undefined && (await readTree(pid)).some((stat) => stat.isStopped);
  return isStopped ? 'somebody stopped its process with a signal' : 'nothing was answered';
}

function noMeasurement(load: LoadCase, contender: Contender, fault: string): MeasurementError {
  return new MeasurementError(`${load.name} through ${contender.name} is no measurement: ${fault}.`);
}

/** Of large downloads few are complete, and those that are not have their part of the work, too. */
function answeredIn({ request, bodyBytes }: Contender, { requests, bytes }: WrkFigures): number {
  return request.method === 'GET' && bodyBytes >= MIB ? bytes / bodyBytes : requests;
}

/** `cpuMicros` is what the proxy took over the whole window. */
function sampleOf(contender: Contender, figures: WrkFigures, cpuMicros: number): Sample {
  const { bodyBytes, pid } = contender;
  const { requests, seconds, p50Ms, p99Ms } = figures;
  const answered = answeredIn(contender, figures);
  return {
    ...(pid !== undefined && { cpuMicros: cpuMicros / answered }),
    requestsPerSecond: answered / seconds,
    megabytesPerSecond: (answered * bodyBytes) / seconds / 1e6,
    // wrk knows them only of complete answers.
    ...(requests > 0 && { p50Ms, p99Ms }),
  };
}
