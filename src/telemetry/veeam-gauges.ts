// What Veeam believes of the gateway's buckets, as Prometheus gauges: how far it is from what capacity.xml says, and since when.
// Repositories come from the Veeam server, so how many are shown is bounded here.
import { Counter, Gauge, type Registry } from 'prom-client';

export type VeeamServerName = 'vbr' | 'one';
export type VeeamNumberName = 'capacity' | 'available' | 'used';

/** One number of one repository. */
export interface VeeamDifference {
  readonly repository: string;
  readonly bucket: string;
  readonly server: VeeamServerName;
  readonly number: VeeamNumberName;
  /** What Veeam believes less what is served: below zero where it believes less. */
  readonly bytes: bigint;
}

export interface VeeamMetrics {
  /** Replaces all that was shown of repositories. `atMs`: milliseconds since 1970. */
  compared(differences: readonly VeeamDifference[], atMs: number): void;
  /** Counts one question to a server. */
  asked(server: VeeamServerName, wentWell: boolean): void;
}

/** Nine values each at the most. */
const MAX_REPOSITORIES = 200;

export function createVeeamGauges(registry: Registry): VeeamMetrics {
  const registers = [registry];
  const difference = new Gauge({
    name: 'sosapi_gateway_veeam_difference_bytes',
    help: 'What Veeam believes of a repository less what capacity.xml says, by number and by who believes it.',
    labelNames: ['repository', 'bucket', 'server', 'number'] as const,
    registers,
  });
  const answers = new Gauge({
    name: 'sosapi_gateway_veeam_up',
    help: '1 where the Veeam server answered when it was last asked, else 0; absent where none is configured.',
    labelNames: ['server'] as const,
    registers,
  });
  const comparedAt = new Gauge({
    name: 'sosapi_gateway_veeam_compared_timestamp_seconds',
    help: 'When the latest comparison with the Veeam server went well; 0 where none did.',
    registers,
  });
  const failures = new Counter({
    name: 'sosapi_gateway_veeam_failures_total',
    help: 'Questions to a Veeam server that were not answered.',
    labelNames: ['server'] as const,
    registers,
  });
  return {
    compared(differences, atMs) {
      difference.reset();
      const shown = new Set<string>();
      for (const { bytes, ...labels } of differences) {
        const key = JSON.stringify([labels.repository, labels.bucket]);
        if (shown.size >= MAX_REPOSITORIES && !shown.has(key)) continue;
        shown.add(key);
        difference.set(labels, Number(bytes));
      }
      comparedAt.set(atMs / 1000);
    },
    asked(server, wentWell) {
      answers.set({ server }, Number(wentWell));
      failures.inc({ server }, Number(!wentWell));
    },
  };
}
