// Asks an endpoint at intervals whether it lives, on a connection of its own each time.
import { ClientConnection, type ClientTimeouts } from '../http1/client-connection.ts';
import type { MonotonicClock } from '../http1/deadlines.ts';
import type { HeadLimits } from '../http1/head-parser.ts';
import { readBuffersOf } from '../http1/read-buffer.ts';
import { Dialer, type Endpoint } from './dialer.ts';

/** What is asked, and how often. */
export interface ProbeSettings {
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

export interface EndpointProbeOptions {
  readonly settings: ProbeSettings;
  readonly endpoint: Endpoint;
  readonly ca: string | undefined;
  readonly limits: HeadLimits;
  readonly now: MonotonicClock;
  /** `failure`: what was wrong, undefined where it lives. */
  onProbed(failure: string | undefined): void;
}

const BUFFER_BYTES = 8 * 1024;
/** Its own timer ends a probe that takes too long. */
const NEVER: ClientTimeouts = {
  idleMs: Number.POSITIVE_INFINITY,
  answerMs: Number.POSITIVE_INFINITY,
  bodyIdleMs: Number.POSITIVE_INFINITY,
};

export class EndpointProbe {
  readonly #options: EndpointProbeOptions;
  readonly #dialer: Dialer;
  readonly #timer: NodeJS.Timeout;
  #connection: ClientConnection | undefined;
  #isAsking = false;
  #closed = false;

  constructor(options: EndpointProbeOptions) {
    const { endpoint, ca, settings } = options;
    this.#options = options;
    this.#dialer = new Dialer({
      endpoint,
      ca,
      connectMs: settings.timeoutMs,
      readBufferSizes: readBuffersOf(BUFFER_BYTES),
    });
    this.#timer = setInterval(() => void this.#probe(), settings.everyMs);
    this.#timer.unref();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#dialer.close(new Error('the gateway is shutting down'));
    this.#connection?.destroy();
  }

  async #probe(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const failure = await this.#ask().then(
      (status) => (isAlive(status) ? undefined : `it answered ${status}`),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    this.#isAsking = false;
    if (!this.#closed) this.#options.onProbed(failure);
  }

  /** The status of its answer. Rejects where there is none in time. */
  async #ask(): Promise<number> {
    const { settings, endpoint, limits, now } = this.#options;
    const { method, path, timeoutMs } = settings;
    const wire = await this.#dialer.dial();
    const answer = Promise.withResolvers<number>();
    const connection = new ClientConnection(wire, { limits, timeouts: NEVER, now, onClosed() {} });
    this.#connection = connection;
    const timer = setTimeout(() => {
      answer.reject(new Error(`no answer within ${timeoutMs} ms`));
      connection.destroy();
    }, timeoutMs);
    try {
      const head = `${method} ${path} HTTP/1.1\r\nhost: ${endpoint.authority}\r\nconnection: close\r\n\r\n`;
      connection
        .begin(
          method,
          head,
          { kind: 'none' },
          {
            onHead: ({ status }) => answer.resolve(status),
            onDone() {},
            onFailed: (error) => answer.reject(error),
          },
        )
        .end();
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      connection.destroy();
      this.#connection = undefined;
    }
  }
}

/**
 * Any answer but a failure of its own: a store without that path says 403 or 404, and lives. MinIO says 503 on its health path when it
 * does not serve, Ceph RGW when its file rgw_healthcheck_disabling_path is there.
 */
function isAlive(status: number): boolean {
  return status < 500 || status === 501;
}
