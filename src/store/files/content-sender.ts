// Sends a span of content, and nothing of it that is not verified: one buffer is filled, sent, and filled again when the sink
// has let go of it. (To read ahead into a second one was no faster, from the page cache or the disk: the kernel reads ahead.)
import type { BodySink } from '../../http1/body-sink.ts';
import { ROOM_BYTES } from '../../http1/read-buffer.ts';
import type { BodyReader } from './body-reader.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { VerifiedContent } from './verified-content.ts';

export interface ContentSenderOptions {
  readonly content: VerifiedContent;
  /** Of `readBuffer`s. */
  readonly pool: BufferPool;
  /** Called once when the files are not needed any more. */
  onClosed(): void;
  /** Bytes behind the first chunk cannot be had; the connection is cut behind what was sent. */
  onDamage(error: unknown): void;
}

/**
 * A reader whose first chunk is verified. Who opened it must call `close`, whatever became of the sink: a sink that is gone
 * calls nobody back, so only the end of the exchange says that no more is wanted.
 */
export class ContentSender implements BodyReader {
  readonly length: number;
  readonly #options: ContentSenderOptions;
  /** Taken from the pool; undefined when it was given back. */
  #buffer: Buffer | undefined;
  readonly #first: Buffer | undefined;
  /** The sink may hold the buffer. */
  #lent = false;
  /** A read that is under way, or the last one. */
  #reading: Promise<Buffer | undefined> = Promise.resolve(undefined);
  #closed = false;

  private constructor(options: ContentSenderOptions, buffer: Buffer, first: Buffer | undefined) {
    this.#options = options;
    this.length = options.content.length;
    this.#buffer = buffer;
    this.#first = first;
  }

  /** Reads and checks the first chunk; rejects with what is wrong with it, and everything is closed then. */
  static async open(options: ContentSenderOptions): Promise<ContentSender> {
    const { content, pool, onClosed } = options;
    const buffer = pool.take();
    try {
      return new ContentSender(options, buffer, await content.next(buffer));
    } catch (error) {
      pool.give(buffer);
      await content.close();
      onClosed();
      throw error;
    }
  }

  sendTo(sink: BodySink): void {
    void this.#send(sink);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#release();
  }

  async #send(sink: BodySink): Promise<void> {
    try {
      let chunk = this.#first;
      while (chunk !== undefined && !this.#closed) {
        this.#lent = true;
        sink.write(chunk, this.#roomBefore(chunk));
        if (!sink.idle) await new Promise<void>((resolve) => sink.whenIdle(resolve));
        this.#lent = false;
        chunk = await this.#read();
      }
      if (this.#closed) return;
      sink.end();
    } catch (error) {
      if (this.#closed) return;
      this.#options.onDamage(error);
      sink.abort(error instanceof Error ? error : new Error(String(error)));
    }
    this.close();
  }

  /** What lies in the database comes in memory of its own. */
  #roomBefore(chunk: Buffer): number {
    return chunk.buffer === this.#buffer?.buffer ? ROOM_BYTES : 0;
  }

  async #read(): Promise<Buffer | undefined> {
    if (this.#closed || this.#buffer === undefined) return undefined;
    this.#reading = this.#options.content.next(this.#buffer);
    return await this.#reading;
  }

  async #release(): Promise<void> {
    const { content, pool, onClosed } = this.#options;
    await this.#reading.catch(() => {});
    await content.close();
    // What the sink of a client that went away may still hold is left to the collector.
    if (this.#buffer !== undefined && !this.#lent) pool.give(this.#buffer);
    this.#buffer = undefined;
    onClosed();
  }
}
