// One socket, read into one buffer that is used again and written in lockstep. Lockstep is what makes reuse safe: whoever
// could not hand a slice on completely pauses reading until the write's callback. (`drain` would not do: it fires only
// when write() returned false, so a short tail below the high-water mark would stall for ever.)
import type net from 'node:net';
import type { TLSSocket } from 'node:tls';
import { GatheredReads, type GatheredReadsOwner } from './gathered-reads.ts';
import { GrowingReads, type GrowingReadsOwner } from './growing-reads.ts';
import type { ReadBufferSizes } from './read-buffer.ts';
import { takenSecuredSocket, takenSocket } from './taken-socket.ts';
import type { TurnEnd } from './turn-end.ts';
import { TurnEndWrites } from './turn-end-writes.ts';

/** What happens on a wire. Exactly one `onClose` ends it. */
export interface WireListener {
  /**
   * Bytes arrived; the slice is valid only during the call, or until `resume` where the listener paused, and so are `roomBefore`
   * bytes in front of it, in which nothing is: to put a head there.
   */
  onBytes(bytes: Buffer, roomBefore: number): void;
  /** The peer sends no more. */
  onEnd(): void;
  onClose(error: Error | undefined): void;
}

const SILENT: WireListener = { onBytes() {}, onEnd() {}, onClose() {} };

/** A duplex byte stream over TCP, TLS or a socket in the file system. */
export class Wire implements GatheredReadsOwner, GrowingReadsOwner {
  readonly #socket: net.Socket;
  #listener: WireListener = SILENT;
  #paused = false;
  #error: Error | undefined;
  readonly #held: TurnEndWrites;
  /** Of TLS. */
  #gathered: GatheredReads | undefined;
  /** Says that the read buffer is not needed any more. */
  #onReadsOver: (() => void) | undefined;
  readonly #isSecured: boolean;
  #idleCallback: (() => void) | undefined;
  readonly #onWritten = (): void => {
    if (this.#idleCallback !== undefined && this.#socket.writableLength === 0) {
      const callback = this.#idleCallback;
      this.#idleCallback = undefined;
      callback();
    }
  };

  private constructor(kind: 'plain' | 'secured', turnEnd: TurnEnd, socket: (wire: Wire) => net.Socket) {
    this.#held = new TurnEndWrites((bytes) => this.#send(bytes), turnEnd);
    this.#isSecured = kind === 'secured';
    this.#socket = socket(this);
    this.#socket.on('end', () => {
      if (this.#gathered === undefined) this.#listener.onEnd();
      else this.#gathered.ended(() => this.#listener.onEnd());
    });
    this.#socket.on('error', (error) => {
      this.#error = error;
    });
    this.#socket.on('close', () => {
      this.#idleCallback = undefined;
      this.#giveSizeBack();
      this.#listener.onClose(this.#error);
    });
  }

  #readsInto(sizes: ReadBufferSizes): net.OnReadOpts {
    const reads = new GrowingReads(sizes, this);
    this.#onReadsOver = () => reads.closed();
    return reads.onRead;
  }

  #gathers(sizes: ReadBufferSizes): net.OnReadOpts {
    const reads = new GatheredReads(sizes, this);
    this.#gathered = reads;
    this.#onReadsOver = () => reads.closed();
    return reads.onRead;
  }

  #giveSizeBack(): void {
    this.#onReadsOver?.();
    this.#onReadsOver = undefined;
  }

  /** Where Node.js has no other way: a buffer for each read. */
  #reads(socket: net.Socket): net.Socket {
    this.#gathered = undefined;
    this.#giveSizeBack();
    return socket.on('data', (bytes: Buffer) => this.#listener.onBytes(bytes, 0));
  }

  /** Takes over a socket that a server with `pauseOnConnect` accepted. */
  static accepted(socket: net.Socket, sizes: ReadBufferSizes, turnEnd: TurnEnd): Wire {
    return new Wire('plain', turnEnd, (wire) =>
      begun(takenSocket(socket, wire.#readsInto(sizes)) ?? wire.#reads(socket)),
    );
  }

  /** Takes over a TLS socket when its server gives it. */
  static secured(socket: TLSSocket, sizes: ReadBufferSizes, turnEnd: TurnEnd): Wire {
    return new Wire('secured', turnEnd, (wire) =>
      begun(takenSecuredSocket(socket, wire.#gathers(sizes)) ?? wire.#reads(socket)),
    );
  }

  /** Connects in plain text; `connect` is given the read options for `net.connect`. */
  static connecting(
    connect: (onread: net.OnReadOpts) => net.Socket,
    sizes: ReadBufferSizes,
    turnEnd: TurnEnd,
  ): Wire {
    return new Wire('plain', turnEnd, (wire) => connect(wire.#readsInto(sizes)));
  }

  /** The same for `tls.connect`. */
  static connectingSecured(
    connect: (onread: net.OnReadOpts) => TLSSocket,
    sizes: ReadBufferSizes,
    turnEnd: TurnEnd,
  ): Wire {
    return new Wire('secured', turnEnd, (wire) => connect(wire.#gathers(sizes)));
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress ?? '';
  }

  get destroyed(): boolean {
    return this.#socket.destroyed;
  }

  /** Whether every slice that was written may be used again. */
  get idle(): boolean {
    return this.#socket.writableLength === 0;
  }

  /** Whether all that was written has left this process. */
  get settled(): boolean {
    return this.idle && this.#held.isEmpty;
  }

  listen(listener: WireListener): void {
    this.#listener = listener;
  }

  /** Stops reading, from within `onBytes` or outside it. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#gathered?.resumed();
    if (this.#gathered?.isFull !== true) this.readOn();
  }

  readOn(): void {
    if (!this.#socket.destroyed) this.#socket.resume();
  }

  get paused(): boolean {
    return this.#paused;
  }

  give(bytes: Buffer, roomBefore: number): void {
    this.#listener.onBytes(bytes, roomBefore);
  }

  overrun(): void {
    this.#socket.destroy(new Error('more came than could be kept'));
  }

  /** `roomBefore` is that of a `BodySink`. */
  write(bytes: Buffer, roomBefore = 0): void {
    if (this.#socket.writableLength === 0 && this.#held.join(bytes)) return;
    const withHead = this.#held.prepend(bytes, roomBefore);
    if (withHead === undefined) this.#held.flush();
    this.#send(withHead ?? bytes);
  }

  writeText(text: string): void {
    this.#held.flush();
    this.#send(text);
  }

  /**
   * Writes a head, at the latest at the end of this turn of the event loop, and in one piece with the first bytes behind it
   * where those are few or have room for it. Whoever knows that nothing else is under way calls `flush`.
   */
  writeHead(head: string): void {
    this.#held.hold(head);
  }

  /** Writes what waits for the end of the turn. */
  flush(): void {
    this.#held.flush();
  }

  #send(bytes: Buffer | string): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    if (typeof bytes === 'string') this.#socket.write(bytes, 'latin1', this.#onWritten);
    else this.#socket.write(bytes, this.#onWritten);
  }

  /** Groups the writes made in `action` into one system call. */
  together(action: () => void): void {
    this.#socket.cork();
    action();
    this.#socket.uncork();
  }

  /** Calls back once when it is idle; never if it closes before. */
  whenIdle(callback: () => void): void {
    if (this.idle) callback();
    else this.#idleCallback = callback;
  }

  /** Sends what is queued, then tells the peer that no more comes. */
  end(): void {
    this.flush();
    if (!this.#socket.destroyed) this.#socket.end();
  }

  /**
   * Cuts the connection in a way that no peer takes for an orderly end. TLS has that of itself: its own goodbye is
   * missing. A socket in the file system (its peer has no address) has no such way, and Node throws where it is asked.
   */
  reset(): void {
    if (this.#isSecured || this.remoteAddress === '') this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  /** Cuts the connection now; what is queued is lost. */
  destroy(): void {
    this.#socket.destroy();
  }
}

function begun(socket: net.Socket): net.Socket {
  return socket.setNoDelay(true).resume();
}
