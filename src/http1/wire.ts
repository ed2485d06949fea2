// One socket, read into one buffer that is used again and written in lockstep. Lockstep is what makes reuse safe: whoever
// could not hand a slice on completely pauses reading until the write's callback. (`drain` would not do: it fires only
// when write() returned false, so a short tail below the high-water mark would stall for ever.)
import net from 'node:net';
import { TLSSocket } from 'node:tls';

/** What happens on a wire. Exactly one `onClose` ends it. */
export interface WireListener {
  /** Bytes arrived; the slice is valid only during the call, or until `resume` where the listener paused. */
  onBytes(bytes: Buffer): void;
  /** The peer sends no more. */
  onEnd(): void;
  onClose(error: Error | undefined): void;
}

/** A head and what follows it are sent as one piece up to that size; beyond it, copying costs more than a second piece. */
const JOINED_BYTES = 8 * 1024;

const SILENT: WireListener = { onBytes() {}, onEnd() {}, onClose() {} };

/** A duplex byte stream over TCP, TLS or a socket in the file system. */
export class Wire {
  readonly #socket: net.Socket;
  #listener: WireListener = SILENT;
  #paused = false;
  #error: Error | undefined;
  #head: string | undefined;
  #joined: Buffer | undefined;
  #joinedLength = 0;
  /** How many bytes of the buffer were gathered and not given on yet. */
  #gathered = 0;
  #idleCallback: (() => void) | undefined;
  readonly #buffer: Buffer;
  readonly #flush = (): void => this.flush();
  readonly #deliver = (): void => this.#giveGathered();
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
    const buffer = Buffer.allocUnsafeSlow(bufferBytes);
    this.#buffer = buffer;
    const onRead: net.OnReadOpts | undefined =
      reads === 'events'
        ? undefined
        : {
            buffer,
            callback: (length) => {
              this.#listener.onBytes(buffer.subarray(0, length));
              return !this.#paused;
            },
          };
    this.#socket = makeSocket(onRead);
    if (reads === 'events') this.#socket.on('data', (bytes: Buffer) => this.#gather(bytes));
    this.#socket.on('end', () => {
      this.#giveGathered();
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
    return this.idle && this.#head === undefined && this.#joinedLength === 0;
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
    if (this.#gathered > 0) setImmediate(this.#deliver);
    if (!this.#socket.destroyed) this.#socket.resume();
  }

  /**
   * TLS comes record by record, 16 KiB each. What comes within one turn of the event loop is put together: to hand each
   * record on by itself costs far more than to copy it.
   */
  #gather(bytes: Buffer): void {
    if (this.#gathered + bytes.length > this.#buffer.length) this.#giveGathered();
    if (this.#paused) {
      this.#socket.unshift(bytes);
      return;
    }
    if (bytes.length > this.#buffer.length) {
      this.#listener.onBytes(bytes);
      return;
    }
    if (this.#gathered === 0) setImmediate(this.#deliver);
    bytes.copy(this.#buffer, this.#gathered);
    this.#gathered += bytes.length;
  }

  #giveGathered(): void {
    const length = this.#gathered;
    if (length === 0 || this.#paused) return;
    this.#gathered = 0;
    this.#listener.onBytes(this.#buffer.subarray(0, length));
  }

  write(bytes: Buffer | string): void {
    const head = this.#head;
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    if (head !== undefined && typeof bytes !== 'string' && this.#canJoin(head, bytes)) {
      this.#head = undefined;
      this.#joined ??= Buffer.allocUnsafeSlow(JOINED_BYTES);
      this.#joined.write(head, 'latin1');
      bytes.copy(this.#joined, head.length);
      this.#joinedLength = head.length + bytes.length;
      return;
    }
    this.flush();
    this.#send(bytes);
  }

  /**
   * Writes a head, in one piece with the first bytes behind it where those are few. It waits no longer than to the end of
   * this turn of the event loop: what leaves together wakes a sleeping peer once, which is a third of what a small request
   * costs. Whoever knows that nothing else is under way calls `flush`.
   */
  writeHead(head: string): void {
    this.flush();
    this.#head = head;
    setImmediate(this.#flush);
  }

  /** Writes what waits for the end of the turn. */
  flush(): void {
    const head = this.#head;
    const length = this.#joinedLength;
    this.#head = undefined;
    this.#joinedLength = 0;
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    if (head !== undefined) this.#send(head);
    else if (length > 0 && this.#joined !== undefined) this.#send(this.#joined.subarray(0, length));
  }

  /** A buffer of which something still waits in the socket cannot take more. */
  #canJoin(head: string, bytes: Buffer): boolean {
    return head.length + bytes.length <= JOINED_BYTES && this.#socket.writableLength === 0;
  }

  #send(bytes: Buffer | string): void {
    if (typeof bytes === 'string') this.#socket.write(bytes, 'latin1', this.#onWritten);
    else this.#socket.write(bytes, this.#onWritten);
  }

  /** Groups the writes made in `action` into one system call. */
  together(action: () => void): void {
    this.#socket.cork();
    action();
    this.#socket.uncork();
  }

  /** Calls back once when everything written so far has left; never if the wire closes before. */
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
