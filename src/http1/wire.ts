// One socket, read into one buffer that is used again and written in lockstep. Lockstep is what makes reuse safe: whoever
// could not hand a slice on completely pauses reading until the write's callback. (`drain` would not do: it fires only
// when write() returned false, so a short tail below the high-water mark would stall for ever.)
import net from 'node:net';
import { TLSSocket } from 'node:tls';
import { GatheredReads, type GatheredReadsOwner } from './gathered-reads.ts';
import { TurnEndWrites } from './turn-end-writes.ts';

/** What happens on a wire. Exactly one `onClose` ends it. */
export interface WireListener {
  /** Bytes arrived; the slice is valid only during the call, or until `resume` where the listener paused. */
  onBytes(bytes: Buffer): void;
  /** The peer sends no more. */
  onEnd(): void;
  onClose(error: Error | undefined): void;
}

const SILENT: WireListener = { onBytes() {}, onEnd() {}, onClose() {} };

/** A duplex byte stream over TCP, TLS or a socket in the file system. */
export class Wire implements GatheredReadsOwner {
  readonly #socket: net.Socket;
  #listener: WireListener = SILENT;
  #paused = false;
  #error: Error | undefined;
  readonly #held = new TurnEndWrites((bytes) => this.#send(bytes));
  /** Where the socket gives its bytes in events. */
  readonly #gathered: GatheredReads | undefined;
  #idleCallback: (() => void) | undefined;
  readonly #onWritten = (): void => {
    if (this.#idleCallback !== undefined && this.#socket.writableLength === 0) {
      const callback = this.#idleCallback;
      this.#idleCallback = undefined;
      callback();
    }
  };

  private constructor(
    reads: 'into-buffer' | 'events',
    bufferBytes: number,
    makeSocket: (onRead: net.OnReadOpts | undefined) => net.Socket,
  ) {
    this.#socket = makeSocket(reads === 'events' ? undefined : this.#readOptions(bufferBytes));
    if (reads === 'events') {
      const gathered = new GatheredReads(bufferBytes, this);
      this.#gathered = gathered;
      this.#socket.on('data', (bytes: Buffer) => gathered.take(bytes));
    }
    this.#socket.on('end', () => {
      this.#gathered?.giveAll();
      this.#listener.onEnd();
    });
    this.#socket.on('error', (error) => {
      this.#error = error;
    });
    this.#socket.on('close', () => {
      this.#idleCallback = undefined;
      this.#listener.onClose(this.#error);
    });
  }

  #readOptions(bufferBytes: number): net.OnReadOpts {
    const buffer = Buffer.allocUnsafeSlow(bufferBytes);
    return {
      buffer,
      callback: (length) => {
        this.#listener.onBytes(buffer.subarray(0, length));
        return !this.#paused;
      },
    };
  }

  /**
   * Takes over a socket that a server with `pauseOnConnect` accepted. Its handle is moved into a socket that reads into
   * one buffer; the handle is an undocumented property of Node, so where it is missing plain `data` events serve.
   */
  static accepted(socket: net.Socket, bufferBytes: number): Wire {
    const holder = socket as unknown as { _handle?: unknown };
    const handle = holder._handle;
    if (handle === undefined || handle === null) return Wire.#evented(socket, bufferBytes);
    holder._handle = null;
    const options = (onread: net.OnReadOpts | undefined) =>
      ({ handle, onread, allowHalfOpen: true, readable: true, writable: true }) as net.SocketConstructorOpts;
    const wire = new Wire('into-buffer', bufferBytes, (onRead) => new net.Socket(options(onRead)));
    wire.#socket.setNoDelay(true);
    wire.#socket.resume();
    return wire;
  }

  /** Takes over a TLS socket of a server: Node offers no reused buffer there, and encryption dominates anyway. */
  static secured(socket: TLSSocket, bufferBytes: number): Wire {
    return Wire.#evented(socket, bufferBytes);
  }

  /** Connects in plain text; `connect` is given the read options for `net.connect`. */
  static connecting(connect: (onread: net.OnReadOpts) => net.Socket, bufferBytes: number): Wire {
    return new Wire('into-buffer', bufferBytes, (onRead) => connect(onRead as net.OnReadOpts));
  }

  /**
   * Takes over a TLS socket that is connecting. Not with one buffer used again, although `tls.connect` offers it: one
   * record after another is decrypted into it without regard to a pause in between, so what was still being handed on is
   * overwritten (Node 24.21, seen 2026-11).
   */
  static connectingSecured(socket: TLSSocket, bufferBytes: number): Wire {
    return Wire.#evented(socket, bufferBytes);
  }

  static #evented(socket: net.Socket, bufferBytes: number): Wire {
    const wire = new Wire('events', bufferBytes, () => socket);
    socket.setNoDelay(true);
    socket.resume();
    return wire;
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
    if (!this.#socket.destroyed) this.#socket.resume();
  }

  get paused(): boolean {
    return this.#paused;
  }

  give(bytes: Buffer): void {
    this.#listener.onBytes(bytes);
  }

  giveBack(bytes: Buffer): void {
    this.#socket.unshift(bytes);
  }

  write(bytes: Buffer | string): void {
    const canJoin = typeof bytes !== 'string' && this.#socket.writableLength === 0;
    if (canJoin && this.#held.join(bytes)) return;
    this.#held.flush();
    this.#send(bytes);
  }

  /**
   * Writes a head, at the latest at the end of this turn of the event loop, and in one piece with the first bytes behind it
   * where those are few. Whoever knows that nothing else is under way calls `flush`.
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
    if (this.#socket instanceof TLSSocket || this.remoteAddress === '') this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  /** Cuts the connection now; what is queued is lost. */
  destroy(): void {
    this.#socket.destroy();
  }
}
