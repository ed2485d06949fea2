// Traces by the official SDK, sent as OTLP over HTTP. Loaded only where they are configured.
import { rootCertificates } from 'node:tls';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';
import { CountedExporter } from './counted-exporter.ts';
import { recordRequest } from './request-spans.ts';
import type { Traces, TracesOptions } from './traces.ts';

/** So many spans may wait for their sending or be under way; further ones are dropped. */
const MAX_SPANS = 4_096;
const BATCH = 512;
const EVERY_MS = 2_000;
/** The exporter tries again within it. */
const EXPORT_WITHIN_MS = 5_000;
/** The last spans at the end. */
const CLOSE_WITHIN_MS = 3_000;

export function createOtlpTraces(options: TracesOptions): Traces {
  const { metrics, serviceName, version, sampleRatio, withKeys } = options;
  let waiting = 0;
  let isTroubled = false;
  const exporter = new CountedExporter({
    exporter: otlpExporter(options),
    onSettled(spans, failure) {
      waiting -= spans;
      metrics.spans(failure === undefined ? 'sent' : 'failed', spans);
      if (isTroubled === (failure !== undefined)) return;
      isTroubled = failure !== undefined;
      if (failure === undefined) options.onMended();
      else options.onTrouble(failure);
    },
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: serviceName,
      [ATTR_SERVICE_VERSION]: version,
      [ATTR_SERVICE_INSTANCE_ID]: options.instanceId,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: MAX_SPANS,
        maxExportBatchSize: BATCH,
        scheduledDelayMillis: EVERY_MS,
        // The exporter ends by itself before.
        exportTimeoutMillis: 2 * EXPORT_WITHIN_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('sosapi-gateway', version);

  return {
    onEvent(event) {
      if (event.kind !== 'request') return;
      if (waiting >= MAX_SPANS) {
        metrics.spans('dropped', 1 + (event.trace?.attempts.length ?? 0));
        return;
      }
      waiting += recordRequest(tracer, event, withKeys);
    },
    async close() {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, CLOSE_WITHIN_MS);
      // Whoever is told at the end that nothing arrives cannot do anything about it any more.
      await Promise.race([provider.shutdown().catch(() => {}), late.promise]);
      clearTimeout(timer);
    },
  };
}

function otlpExporter({ url, headers, ca }: TracesOptions): OTLPTraceExporter {
  return new OTLPTraceExporter({
    url,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value.reveal()])),
    timeoutMillis: EXPORT_WITHIN_MS,
    concurrencyLimit: 4,
    httpAgentOptions: { keepAlive: true, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) },
  });
}
