// 512 connections that each stream 1 MiB objects without end, one in eight of them a slow reader: how much memory the
// gateway takes in the first minute, and in the last.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContext } from './bench-context.ts';
import { objectOf } from './cases.ts';
import { describeCores, planCores } from './cores.ts';
import { hasWorkers, startGateway } from './gateway-proxy.ts';
import { startManyClient } from './many-client.ts';
import type { StreamOutcome } from './many-connections.ts';
import { MeasurementError } from './measurement-error.ts';
import { canPin } from './pinned-process.ts';
import { memoryOf, proportionalMemoryOf } from './process-tree.ts';
import { CREDENTIALS } from './proxy.ts';
import type { CaseResult } from './results.ts';

const CONNECTIONS = 512;
const MIB = 1024 * 1024;
const WORKERS = 2;
const SECONDS_A_MINUTE = 60;

export async function runMemoryCase(context: BenchContext): Promise<CaseResult> {
  const { checkout, nodeArguments, minutes } = context;
  const plan = planCores(context.cores, context.cores.length >= 4 ? WORKERS : 1);
  const knowsWorkers = await hasWorkers(checkout);
  if (!knowsWorkers) context.leaveOut('memory ran with one process: this gateway has no key `workers`.');
  await using gateway = await startGateway({
    ...{ cores: plan.proxy, directory: join(context.directory, 'memory'), storePort: context.sinkPort },
    ...{ workers: WORKERS, nodeArguments, checkout },
  });
  const client = startManyClient<StreamOutcome>(plan.client, {
    ...{ mode: 'stream', port: gateway.port, connections: CONNECTIONS, target: objectOf(MIB) },
    ...{ bodyBytes: MIB, credentials: CREDENTIALS, slowEvery: 8, slowBytesPerSecond: MIB },
  });
  try {
    // Looked at below; until then nobody waits for it.
    client.outcome.catch(() => {});
    const peaks: number[] = [];
    for (let second = 0; second < minutes * SECONDS_A_MINUTE; second += 1) {
      await sleep(1000);
      const minute = Math.floor(second / SECONDS_A_MINUTE);
      const nowBytes = await proportionalMemoryOf(gateway.pid);
      peaks[minute] = Math.max(peaks[minute] ?? 0, nowBytes);
      context.say(
        `memory: second ${second + 1} of ${minutes * SECONDS_A_MINUTE}, ${mebibytes(nowBytes)} MiB`,
      );
      if (!client.process.running) break;
    }
    const { peakBytes: sumOfResident } = await memoryOf(gateway.pid);
    client.process.signal('SIGTERM');
    const { answers, failed } = await client.outcome;
    if (failed > 0 || answers < CONNECTIONS) {
      throw new MeasurementError(
        `memory is no measurement: ${failed} of ${CONNECTIONS} connections ended after ${answers} answers.`,
      );
    }
    const seconds = minutes * SECONDS_A_MINUTE;
    const note = `${knowsWorkers ? `${WORKERS} workers` : 'one process'}, ${minutes} min; with shared pages counted for each process ${mebibytes(sumOfResident)} MiB`;
    return {
      name: 'memory',
      title: `${CONNECTIONS} connections, 1 in 8 slow`,
      cores: describeCores(plan, canPin),
      proxies: [
        {
          proxy: 'gateway',
          samples: [
            { requestsPerSecond: answers / seconds, megabytesPerSecond: (answers * MIB) / seconds / 1e6 },
          ],
          peakBytes: Math.max(...peaks),
          note,
        },
      ],
      figures: {
        peakFirstMinute: peaks[0] ?? Number.NaN,
        peakLastMinute: peaks.at(-1) ?? Number.NaN,
        minutes,
      },
    };
  } finally {
    client.process.signal('SIGKILL');
    await client.process.exited;
  }
}

const mebibytes = (bytes: number): string => (bytes / MIB).toFixed(0);
