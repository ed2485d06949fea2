// Starts traces, and loads the SDK for them: nobody needs it who makes none.
import type { Traces, TracesOptions } from './traces.ts';

export async function startTraces(options: TracesOptions): Promise<Traces> {
  const { createOtlpTraces } = await import('./otlp-traces.ts');
  return createOtlpTraces(options);
}
