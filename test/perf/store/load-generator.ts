// The load: raw sockets and requests that were signed beforehand, in a process of its own and as light as can be, so that
// what is measured is the store.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { bodyOf } from '../../support/bodies.ts';
import { headBytes, type RawCredentials, signed } from '../../support/raw-sigv4.ts';

export interface LoadRequest {
  readonly method: string;
  readonly target: string;
  /** A document; uploads have `bodyBytes` instead. */
  readonly document?: string;
}

export interface LoadJob {
  readonly port: number;
  readonly credentials: RawCredentials;
  readonly inFlight: number;
  readonly requests: readonly LoadRequest[];
  /** Uploads of this size; few different bodies, each of them hashed beforehand. */
  readonly bodyBytes?: number;
  readonly payload?: 'signed' | 'unsigned';
}

export interface LoadResult {
  readonly seconds: number;
  readonly requests: number;
  /** Of bodies, both ways. */
  readonly bytes: number;
  /** Answers that were not 2xx. */
  readonly failed: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** What the generator itself took of a processor. */
  readonly cpuSeconds: number;
}

interface Prepared {
  readonly head: Buffer;
  readonly body: Buffer | undefined;
}

const BODIES = 4;
const READ_BYTES = 256 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');

function prepare(job: LoadJob): readonly Prepared[] {
  const bodies = Array.from({ length: BODIES }, (_, index) =>
    job.bodyBytes === undefined ? Buffer.alloc(0) : bodyOf(`load ${index}`, job.bodyBytes),
  );
  const hashes = bodies.map((body) => createHash('sha256').update(body).digest('hex'));
  return job.requests.map(({ method, target, document }, index) => {
    const of = index % BODIES;
    const body = document === undefined ? bodies[of] : Buffer.from(document);
    const payload =
      job.payload === 'unsigned' ? 'UNSIGNED-PAYLOAD' : document === undefined ? hashes[of] : undefined;
    const request = signed({
      method,
      target,
      host: `127.0.0.1:${job.port}`,
      credentials: job.credentials,
      ...(job.bodyBytes === undefined && document === undefined
        ? {}
        : { headers: { 'content-length': String(body?.length ?? 0) } }),
      ...(payload !== undefined && { payload }),
      ...(document !== undefined && { body: document }),
    });
    return { head: headBytes(request), body: body?.length ? body : undefined };
  });
}

class Connection {
  readonly #socket: Socket;
  readonly #onAnswer: (status: number, bodyBytes: number) => void;
  #head = Buffer.alloc(0);
  #status = 0;
  #length = 0;
  #left = -1;

  private constructor(port: number, onAnswer: (status: number, bodyBytes: number) => void) {
    this.#onAnswer = onAnswer;
    // One buffer for all that comes: bodies are counted and not kept.
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(READ_BYTES),
        callback: (read, buffer) => {
          this.#take(Buffer.from(buffer.buffer, buffer.byteOffset, read));
          return true;
        },
      },
    });
  }

  static async open(
    port: number,
    onAnswer: (connection: Connection, status: number, bodyBytes: number) => void,
  ): Promise<Connection> {
    const connection: Connection = new Connection(port, (status, bytes) =>
      onAnswer(connection, status, bytes),
    );
    await once(connection.#socket, 'connect');
    return connection;
  }

  send({ head, body }: Prepared): void {
    if (body === undefined) this.#socket.write(head);
    else {
      this.#socket.cork();
      this.#socket.write(head);
      this.#socket.write(body);
      this.#socket.uncork();
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#left < 0) {
      this.#head = this.#head.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#head, chunk]);
      const end = this.#head.indexOf(HEAD_END);
      if (end < 0) return;
      const text = this.#head.toString('latin1', 0, end);
      this.#status = Number(text.slice(9, 12));
      this.#length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
      this.#left = this.#length - (this.#head.length - end - HEAD_END.length);
      this.#head = Buffer.alloc(0);
    } else this.#left -= chunk.length;
    if (this.#left > 0) return;
    this.#left = -1;
    this.#onAnswer(this.#status, this.#length);
  }
}

async function run(job: LoadJob, prepared: readonly Prepared[]): Promise<LoadResult> {
  const times = new Float64Array(prepared.length);
  const started = new Map<Connection, number>();
  let next = 0;
  let answered = 0;
  let failed = 0;
  let bytes = 0;
  const done = Promise.withResolvers<void>();
  const begin = (connection: Connection): void => {
    const request = prepared[next];
    if (request === undefined) return;
    next += 1;
    bytes += request.body?.length ?? 0;
    started.set(connection, performance.now());
    connection.send(request);
  };
  const connections = await Promise.all(
    Array.from({ length: Math.min(job.inFlight, prepared.length) }, () =>
      Connection.open(job.port, (connection, status, bodyBytes) => {
        times[answered] = performance.now() - (started.get(connection) ?? 0);
        answered += 1;
        bytes += bodyBytes;
        if (status < 200 || status > 299) failed += 1;
        if (answered === prepared.length) done.resolve();
        else begin(connection);
      }),
    ),
  );
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  for (const connection of connections) begin(connection);
  await done.promise;
  const seconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  times.sort();
  return {
    seconds,
    requests: prepared.length,
    bytes,
    failed,
    medianMs: times[Math.floor(times.length / 2)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    cpuSeconds: (user + system) / 1e6,
  };
}

process.on('message', (job: LoadJob) => {
  void run(job, prepare(job)).then((result) => process.send?.(result));
});
