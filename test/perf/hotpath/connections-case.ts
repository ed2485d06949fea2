// 512 connections that open at once, each with one GET of 1 MiB: how long the first byte of each takes.
import { join } from 'node:path';
import type { BenchContext } from './bench-context.ts';
import { objectOf, type ProxyKind } from './cases.ts';
import { describeCores, planCores } from './cores.ts';
import { start } from './load-case.ts';
import { startManyClient } from './many-client.ts';
import type { BurstOutcome } from './many-connections.ts';
import { MeasurementError } from './measurement-error.ts';
import { canPin } from './pinned-process.ts';
import { cpuMicrosOf, memoryOf } from './process-tree.ts';
import { CREDENTIALS, type RunningProxy } from './proxy.ts';
import type { CaseResult, Sample } from './results.ts';

const CONNECTIONS = 512;
const MIB = 1024 * 1024;
const KINDS: readonly ProxyKind[] = ['gateway', 'nginx', 'nginx tuned'];
/** Bursts that count for nothing. */
const WARM_BURSTS = 3;

export async function runConnectionsCase(context: BenchContext): Promise<CaseResult> {
  const plan = planCores(context.cores, 1);
  const running: RunningProxy[] = [];
  try {
    for (const kind of KINDS.filter((name) => context.proxies?.includes(name) ?? true)) {
      const directory = join(context.directory, 'connections', kind.replaceAll(' ', '-'));
      const options = { cores: plan.proxy, directory, storePort: context.sinkPort };
      const proxy = await start(context, kind, options);
      if (proxy !== undefined) running.push(proxy);
    }
    const samples = new Map<string, Sample[]>(running.map(({ name }) => [name, []]));
    const slowest = new Map<string, number>();
    for (let round = 1 - WARM_BURSTS; round <= context.rounds; round += 1) {
      for (const { name, port, pid } of running) {
        context.say(
          `connections: ${round < 1 ? 'warming up' : `round ${round} of ${context.rounds}`}, ${name}`,
        );
        const before = await cpuMicrosOf(pid);
        const times = await burst(plan.client, name, port);
        if (round < 1) continue;
        samples.get(name)?.push({
          cpuMicros: ((await cpuMicrosOf(pid)) - before) / CONNECTIONS,
          p50Ms: times[Math.floor(CONNECTIONS * 0.5)] ?? Number.NaN,
          p99Ms: times[Math.floor(CONNECTIONS * 0.99)] ?? Number.NaN,
        });
        slowest.set(name, Math.max(slowest.get(name) ?? 0, times.at(-1) ?? Number.NaN));
      }
    }
    const proxies = await Promise.all(
      running.map(async ({ name, pid }) => ({
        proxy: name,
        samples: samples.get(name) ?? [],
        peakBytes: (await memoryOf(pid)).peakBytes,
        note: `times are until the first byte; slowest of all ${slowest.get(name)?.toFixed(1)} ms`,
      })),
    );
    const title = `${CONNECTIONS} connections at once`;
    return { name: 'connections', title, cores: describeCores(plan, canPin), proxies };
  } finally {
    await Promise.all(running.map((proxy) => proxy[Symbol.asyncDispose]()));
  }
}

/** Sorted. */
async function burst(cores: string, name: string, port: number): Promise<readonly number[]> {
  const client = startManyClient<BurstOutcome>(cores, {
    ...{ mode: 'burst', port, connections: CONNECTIONS, target: objectOf(MIB), bodyBytes: MIB },
    ...{ credentials: CREDENTIALS, slowEvery: 0, slowBytesPerSecond: 0 },
  });
  try {
    const { firstByteMs, failed } = await client.outcome;
    if (failed === 0) return firstByteMs;
    throw new MeasurementError(
      `connections through ${name} is no measurement: ${failed} of ${CONNECTIONS} were not answered in full.`,
    );
  } finally {
    client.process.signal('SIGKILL');
  }
}
