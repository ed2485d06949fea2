// HTTP/1.1 by hand: sends exactly the bytes it is given and shows the answer as it came, also a broken one.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface RawAnswer {
  readonly status: number;
  readonly reason: string;
  /** In order, names as they came. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** The connection ended before the body did. */
  readonly truncated: boolean;
}

export function headerOf(answer: Pick<RawAnswer, 'headers'>, name: string): string | undefined {
  return answer.headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}

/** The text of the first element of this name, e.g. the `Code` of an S3 error. */
export function elementOf(answer: Pick<RawAnswer, 'body'>, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer.body.toString('utf8'))?.[1];
}

export interface RawOptions {
  readonly host: string;
  readonly port: number;
  /** The certificate to trust; TLS where it is given. */
  readonly ca?: string;
  /** The address to come from: all of 127.0.0.0/8 is this machine. Plain connections only. */
  readonly from?: string;
}

interface Head {
  readonly status: number;
  readonly reason: string;
  readonly headers: [string, string][];
}

export class RawConnection implements AsyncDisposable {
  readonly socket: Socket;
  #parts: Buffer[] = [];
  #length = 0;
  #ended = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#parts.push(chunk);
      this.#length += chunk.length;
      this.#wake();
    });
    const end = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.on('end', end);
    socket.on('close', end);
    // A reset is one way to end; what had arrived before it still counts.
    socket.on('error', end);
  }

  static async open({ host, port, ca, from }: RawOptions): Promise<RawConnection> {
    const socket =
      ca === undefined
        ? connect({ host, port, noDelay: true, ...(from === undefined ? {} : { localAddress: from }) })
        : connectTls({ host, port, ca, servername: 'localhost' });
    await once(socket, ca === undefined ? 'connect' : 'secureConnect');
    return new RawConnection(socket);
  }

  /** Strings are taken as latin1, one byte a character. Waits where the other side is slow. */
  async send(bytes: string | Buffer): Promise<void> {
    const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    if (this.socket.destroyed || this.socket.write(data)) return;
    await Promise.race([once(this.socket, 'drain'), once(this.socket, 'close')]).catch(() => {});
  }

  /** The next answer, whole; 1xx are answers of their own here. */
  async answer(method = 'GET', timeoutMs = 30_000): Promise<RawAnswer> {
    const deadline = Date.now() + timeoutMs;
    const head = await this.#head(deadline);
    const length = headerOf(head, 'content-length');
    const chunked = /chunked/i.test(headerOf(head, 'transfer-encoding') ?? '');
    if (method === 'HEAD' || head.status < 200 || head.status === 204 || head.status === 304) {
      return { ...head, body: Buffer.alloc(0), truncated: false };
    }
    if (chunked) return { ...head, ...(await this.#chunks(deadline)) };
    if (length !== undefined) return { ...head, ...(await this.#exactly(Number(length), deadline)) };
    while (!this.#ended) await this.#more(deadline);
    return { ...head, body: this.#take(this.#length), truncated: false };
  }

  /** Whether the other side closes within this time. */
  async closes(timeoutMs = 10_000): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (!this.#ended && Date.now() < deadline) await this.#more(deadline).catch(() => {});
    return this.#ended;
  }

  /** Bytes that came and were not part of an answer yet. */
  get pending(): Buffer {
    return this.#received;
  }

  /** Drops the connection without a goodbye (RST). */
  drop(): void {
    this.socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
  }

  async #head(deadline: number): Promise<Head> {
    const end = () => this.#received.indexOf('\r\n\r\n');
    while (end() < 0) {
      if (this.#ended)
        throw new Error(`closed before an answer; got ${JSON.stringify(this.#received.toString('latin1'))}`);
      await this.#more(deadline);
    }
    const lines = this.#take(end() + 4)
      .toString('latin1')
      .trimEnd()
      .split('\r\n');
    const [, status, reason] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(lines[0] ?? '') ?? [];
    if (status === undefined) throw new Error(`not an HTTP answer: ${lines[0]}`);
    const headers = lines.slice(1).map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    return { status: Number(status), reason: reason ?? '', headers };
  }

  async #exactly(length: number, deadline: number): Promise<{ body: Buffer; truncated: boolean }> {
    while (this.#length < length && !this.#ended) await this.#more(deadline);
    const truncated = this.#length < length;
    return { body: this.#take(Math.min(length, this.#length)), truncated };
  }

  async #chunks(deadline: number): Promise<{ body: Buffer; truncated: boolean }> {
    const parts: Buffer[] = [];
    for (;;) {
      while (this.#received.indexOf('\r\n') < 0 && !this.#ended) await this.#more(deadline);
      const lineEnd = this.#received.indexOf('\r\n');
      if (lineEnd < 0) return { body: Buffer.concat(parts), truncated: true };
      const size = Number.parseInt(this.#take(lineEnd + 2).toString('latin1'), 16);
      const { body, truncated } = await this.#exactly(size + 2, deadline);
      if (truncated) return { body: Buffer.concat([...parts, body]), truncated };
      if (size === 0) return { body: Buffer.concat(parts), truncated: false };
      parts.push(body.subarray(0, size));
    }
  }

  // Joined only when looked at: a large body comes in thousands of parts.
  get #received(): Buffer {
    if (this.#parts.length !== 1) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] ?? Buffer.alloc(0);
  }

  #take(count: number): Buffer {
    const received = this.#received;
    this.#parts = [received.subarray(count)];
    this.#length = Math.max(0, received.length - count);
    return received.subarray(0, count);
  }

  async #more(deadline: number): Promise<void> {
    const wait = deadline - Date.now();
    if (wait <= 0)
      throw new Error(
        `no more bytes in time; got ${JSON.stringify(this.#received.toString('latin1').slice(0, 400))}`,
      );
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, wait);
    });
    clearTimeout(timer);
  }
}

/** One request on a connection of its own. */
export async function exchange(to: RawOptions, bytes: string | Buffer, method = 'GET'): Promise<RawAnswer> {
  await using connection = await RawConnection.open(to);
  await connection.send(bytes);
  return await connection.answer(method);
}
