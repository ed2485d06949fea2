// The client of the cases with many connections, in a process of its own: `node many-connections.ts JOB`, JOB in JSON.
// `burst`: opens all at once, each asks once; prints the times until the first byte of each answer and ends.
// `stream`: each connection asks again and again, some read slowly; prints how it went on SIGTERM.
import { connect, type Socket } from 'node:net';
import { headBytes, type RawCredentials, signed } from '../../support/raw-sigv4.ts';

export interface ManyJob {
  readonly mode: 'burst' | 'stream';
  readonly port: number;
  readonly connections: number;
  readonly target: string;
  readonly bodyBytes: number;
  readonly credentials: RawCredentials;
  /** Every such connection reads slowly; 0: none. */
  readonly slowEvery: number;
  readonly slowBytesPerSecond: number;
}

export interface BurstOutcome {
  /** One for each connection, sorted, from the moment that all began. */
  readonly firstByteMs: readonly number[];
  readonly failed: number;
}

export interface StreamOutcome {
  readonly answers: number;
  readonly failed: number;
}

/** A signature is good for 15 minutes. */
const SIGN_AGAIN_MS = 60_000;
const HEAD_END = Buffer.from('\r\n\r\n');

const job = JSON.parse(process.argv[2] ?? '') as ManyJob;

let signedAtMs = Number.NEGATIVE_INFINITY;
let latest: Buffer = Buffer.alloc(0);

function requestBytes(): Buffer {
  if (performance.now() - signedAtMs > SIGN_AGAIN_MS) {
    const { target, credentials, port } = job;
    latest = headBytes(signed({ method: 'GET', target, host: `127.0.0.1:${port}`, credentials }));
    signedAtMs = performance.now();
  }
  return latest;
}

class Reader {
  readonly socket: Socket;
  readonly #bytesPerMs: number | undefined;
  readonly #onAnswer: () => void;
  #head: Buffer = Buffer.alloc(0);
  #left = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `onEnd` is told of a connection that is over or was answered otherwise than with 200. */
  constructor(options: {
    onFirstByte(): void;
    onAnswer(): void;
    onEnd(): void;
    bytesPerMs: number | undefined;
  }) {
    this.#bytesPerMs = options.bytesPerMs;
    this.#onAnswer = options.onAnswer;
    this.socket = connect(job.port, '127.0.0.1');
    this.socket.once('data', options.onFirstByte);
    this.socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      clearTimeout(this.#timer);
      options.onEnd();
    });
    this.ask();
  }

  ask(): void {
    this.socket.write(requestBytes());
  }

  #take(chunk: Buffer): void {
    if (this.#left > 0) this.#count(chunk.length);
    else this.#readHead(chunk);
    if (this.#bytesPerMs === undefined) return;
    this.socket.pause();
    this.#timer = setTimeout(() => this.socket.resume(), chunk.length / this.#bytesPerMs);
  }

  #readHead(chunk: Buffer): void {
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return;
    const length = this.#head.length - end - HEAD_END.length;
    const isGood = this.#head.toString('latin1', 0, 12) === 'HTTP/1.1 200';
    this.#head = Buffer.alloc(0);
    this.#left = job.bodyBytes;
    if (isGood) this.#count(length);
    else this.socket.destroy();
  }

  #count(length: number): void {
    this.#left -= length;
    if (this.#left < 0) this.socket.destroy();
    else if (this.#left === 0) this.#onAnswer();
  }
}

const say = (outcome: BurstOutcome | StreamOutcome): void =>
  void process.stdout.write(`${JSON.stringify(outcome)}\n`);

function burst(): void {
  const firstByteMs: number[] = [];
  let answered = 0;
  let ended = 0;
  const startMs = performance.now();
  for (let index = 0; index < job.connections; index += 1) {
    const reader = new Reader({
      bytesPerMs: undefined,
      onFirstByte: () => firstByteMs.push(performance.now() - startMs),
      onAnswer: () => {
        answered += 1;
        reader.socket.destroy();
      },
      onEnd: () => {
        ended += 1;
        if (ended < job.connections) return;
        say({ firstByteMs: firstByteMs.toSorted((a, b) => a - b), failed: job.connections - answered });
      },
    });
  }
}

function stream(): void {
  let answers = 0;
  let failed = 0;
  for (let index = 0; index < job.connections; index += 1) {
    const isSlow = job.slowEvery > 0 && index % job.slowEvery === 0;
    const reader = new Reader({
      bytesPerMs: isSlow ? job.slowBytesPerSecond / 1000 : undefined,
      onFirstByte: () => {},
      onAnswer: () => {
        answers += 1;
        reader.ask();
      },
      // A connection that ends is a fault: nothing here ends one, and 60 s without a request do not pass.
      onEnd: () => {
        failed += 1;
      },
    });
  }
  process.once('SIGTERM', () => {
    say({ answers, failed });
    process.exit(0);
  });
  // Also where every connection has ended: the answer is due on SIGTERM.
  setInterval(() => {}, 60_000);
}

if (job.mode === 'burst') burst();
else stream();
