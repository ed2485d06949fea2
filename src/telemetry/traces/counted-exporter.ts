// Sends spans on, counts what came of them, and says once when they cannot be sent.
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

type Exported = Parameters<SpanExporter['export']>[1];

export interface CountedExporterOptions {
  readonly exporter: SpanExporter;
  /** Told of each batch. `failure`: why it did not arrive. */
  onSettled(spans: number, failure: string | undefined): void;
}

/** ExportResultCode of @opentelemetry/core. */
const SUCCESS = 0;

export class CountedExporter implements SpanExporter {
  readonly #options: CountedExporterOptions;

  constructor(options: CountedExporterOptions) {
    this.#options = options;
  }

  export(spans: ReadableSpan[], done: Exported): void {
    this.#options.exporter.export(spans, (result) => {
      const failure = result.code === SUCCESS ? undefined : (result.error?.message ?? 'unknown reason');
      this.#options.onSettled(spans.length, failure);
      done(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.#options.exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.#options.exporter.shutdown();
  }
}
