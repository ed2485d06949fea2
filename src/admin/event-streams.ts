// Server-sent events for any number of readers at the cost of one: what is told is made once, and only while somebody reads.
// Of each thing a reader gets the latest; what he was too slow for is left out and takes no memory.
import type { ServerResponse } from 'node:http';

export interface EventSource {
  readonly name: string;
  /** What is told now. It is told again when `mark` is another one. */
  make():
    | Promise<{ readonly data: string; readonly mark: string }>
    | { readonly data: string; readonly mark: string };
  /** It is told at least so often, in milliseconds; absent: only when its mark changes. */
  readonly atLeastEveryMs?: number;
}

export interface EventStreamsOptions {
  readonly sources: readonly EventSource[];
  readonly everyMs: number;
  readonly maxStreams: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** A source failed; it is asked again with the next turn. */
  onFailed(source: string, error: unknown): void;
}

/** Proxies and readers take a silent connection for a dead one. */
const HEARTBEAT_MS = 15_000;
/** Who reads nothing for so long is not there any more, and makes room for others. */
const STUCK_MS = 60_000;
/** How long a page waits before it comes back, in milliseconds. */
const RETRY_MS = 2_000;

interface Told {
  readonly source: EventSource;
  isBusy: boolean;
  hasFailed: boolean;
  mark: string;
  frame: string;
  /** Counts up with each frame; 0: there is none yet. */
  turn: number;
  toldAtMs: number;
}

interface Stream {
  readonly response: ServerResponse;
  /** Of each source: the frame that he got last. */
  readonly turns: Map<Told, number>;
  /** The system has not taken what was written last, since then. */
  waitsSinceMs: number | undefined;
  lastWriteMs: number;
}

export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #streams = new Set<Stream>();
  #told: readonly Told[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Gives whether there is room. Then the answer is written from now on: 200, these headers, and events until it is closed. */
  open(
    response: ServerResponse,
    headers: Readonly<Record<string, string | number | string[] | undefined>>,
  ): boolean {
    if (this.#closed || this.#streams.size >= this.#options.maxStreams) return false;
    const stream: Stream = {
      response,
      turns: new Map(),
      waitsSinceMs: undefined,
      lastWriteMs: this.#options.now(),
    };
    this.#streams.add(stream);
    response.once('close', () => this.#leave(stream));
    response.on('error', () => {});
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' });
    this.#write(stream, `retry: ${RETRY_MS}\n\n`);
    if (this.#timer === undefined) this.#begin();
    return true;
  }

  /** Ends all of them. */
  close(): void {
    this.#closed = true;
    for (const { response } of this.#streams) response.end();
    this.#end();
  }

  #leave(stream: Stream): void {
    this.#streams.delete(stream);
    if (this.#streams.size === 0) this.#end();
  }

  /** What was told before is old by now. */
  #begin(): void {
    this.#told = this.#options.sources.map((source) => ({
      source,
      isBusy: false,
      hasFailed: false,
      mark: '',
      frame: '',
      turn: 0,
      toldAtMs: 0,
    }));
    this.#timer = setInterval(() => this.#turn(), this.#options.everyMs);
    this.#turn();
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#told = [];
  }

  #turn(): void {
    for (const told of this.#told) void this.#renew(told);
    const nowMs = this.#options.now();
    for (const stream of this.#streams) {
      const { waitsSinceMs, lastWriteMs, response } = stream;
      if (waitsSinceMs !== undefined && nowMs - waitsSinceMs >= STUCK_MS) response.destroy();
      else if (waitsSinceMs === undefined && nowMs - lastWriteMs >= HEARTBEAT_MS)
        this.#write(stream, ':\n\n');
    }
  }

  async #renew(told: Told): Promise<void> {
    if (told.isBusy) return;
    told.isBusy = true;
    const { source } = told;
    try {
      const { data, mark } = await source.make();
      told.hasFailed = false;
      const nowMs = this.#options.now();
      const isDue = nowMs - told.toldAtMs >= (source.atLeastEveryMs ?? Number.POSITIVE_INFINITY);
      if (told.turn > 0 && told.mark === mark && !isDue) return;
      told.mark = mark;
      told.frame = `event: ${source.name}\ndata: ${data}\n\n`;
      told.turn++;
      told.toldAtMs = nowMs;
      for (const stream of this.#streams) this.#tell(stream);
    } catch (error) {
      if (!told.hasFailed) this.#options.onFailed(source.name, error);
      told.hasFailed = true;
    } finally {
      told.isBusy = false;
    }
  }

  /** What he has not got yet, unless he is still busy with what came before. */
  #tell(stream: Stream): void {
    if (stream.waitsSinceMs !== undefined) return;
    let text = '';
    for (const told of this.#told) {
      if (stream.turns.get(told) === told.turn || told.turn === 0) continue;
      stream.turns.set(told, told.turn);
      text += told.frame;
    }
    if (text !== '') this.#write(stream, text);
  }

  #write(stream: Stream, text: string): void {
    const { response } = stream;
    if (response.writableEnded || response.destroyed) return;
    stream.lastWriteMs = this.#options.now();
    stream.waitsSinceMs = stream.lastWriteMs;
    response.write(text, () => {
      stream.waitsSinceMs = undefined;
      this.#tell(stream);
    });
  }
}
