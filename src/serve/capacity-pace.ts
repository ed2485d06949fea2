// How often each kind of store is asked for its capacity: part of the composition root.
import type { SamplerPace } from '../capacity/sampler.ts';
import type { BackendConfig, CapacityPace } from '../config/gateway-config.ts';

/** The embedded store knows its sums: to ask costs a message and a look at the file system. */
const EMBEDDED_PACE: CapacityPace = { refreshMs: 1_000, maxAgeMs: 60_000, timeoutMs: 10_000 };

/** How long one measurement may take at the most, of any of these backends. */
export function longestMeasurementMs(backends: readonly BackendConfig[]): number {
  return Math.max(...backends.map((backend) => paceOf(backend).timeoutMs));
}

export function samplerPace(backend: BackendConfig): SamplerPace {
  const { refreshMs, maxAgeMs, timeoutMs } = paceOf(backend);
  const retryMs = Math.min(refreshMs, 5_000);
  return { refreshMs, maxAgeMs, deadlineMs: timeoutMs, retryMs, soonestMs: Math.min(refreshMs, 1_000) };
}

function paceOf(backend: BackendConfig): CapacityPace {
  return backend.kind === 'embedded' ? EMBEDDED_PACE : backend.capacityPace;
}
