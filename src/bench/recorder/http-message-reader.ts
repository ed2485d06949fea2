// Follows one direction of an HTTP/1.1 connection without holding it up: sees heads and bodies, changes nothing.

export interface MessageHead {
  /** Request line or status line. */
  readonly first: string;
  /** In order, as spelled; values trimmed. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface MessageEvents {
  /** The first byte of a message. */
  readonly onBegin: () => void;
  /** Says what frames the body: `none` where there is none whatever the headers say, `opaque` where HTTP ends here. */
  readonly onHead: (head: MessageHead) => 'headers' | 'none' | 'opaque';
  readonly onBody: (bytes: Buffer) => void;
  readonly onEnd: () => void;
  /** Cannot be followed any more; what comes later is not looked at. */
  readonly onLost: (why: string) => void;
}

type Framing = 'head' | 'fixed' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'until-close' | 'lost';

const MAX_HEAD_BYTES = 64 * 1024;
const MAX_LINE_BYTES = 16 * 1024;
const LF = 10;
const CR = 13;

export class HttpMessageReader {
  readonly #events: MessageEvents;
  readonly #isAnswer: boolean;
  #framing: Framing = 'head';
  #held: Buffer[] = [];
  #heldBytes = 0;
  #lines: string[] = [];
  #headBytes = 0;
  #left = 0;
  #isWithin = false;

  constructor(kind: 'requests' | 'answers', events: MessageEvents) {
    this.#isAnswer = kind === 'answers';
    this.#events = events;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && this.#framing !== 'lost') rest = this.#take(rest);
  }

  /** The sender has ended: only then does a body without a length have its end. */
  end(): void {
    if (this.#framing === 'until-close') this.#finish();
  }

  /** What it leaves is for the next state. */
  #take(bytes: Buffer): Buffer {
    switch (this.#framing) {
      case 'head':
        return this.#takeHead(bytes);
      case 'fixed':
      case 'chunk':
        return this.#takeBody(bytes);
      case 'until-close':
        this.#events.onBody(bytes);
        return Buffer.alloc(0);
      default:
        return this.#takeLine(bytes, (line) => this.#afterLine(line.toString('latin1').trim()));
    }
  }

  #takeHead(bytes: Buffer): Buffer {
    if (!this.#isWithin) {
      // Some clients send an empty line between two requests (RFC 9112, 2.2).
      let start = 0;
      while (bytes[start] === CR || bytes[start] === LF) start++;
      if (start === bytes.length) return Buffer.alloc(0);
      this.#isWithin = true;
      this.#events.onBegin();
      return this.#takeHead(bytes.subarray(start));
    }
    return this.#takeLine(bytes, (line) => {
      const text = line.toString('latin1');
      if (/^\r?\n$/.test(text)) this.#endHead();
      else this.#keepLine(text);
    });
  }

  #keepLine(text: string): void {
    this.#headBytes += text.length;
    if (this.#headBytes > MAX_HEAD_BYTES) this.#lose('a head that is too long');
    else this.#lines.push(text.replace(/\r?\n$/, ''));
  }

  #endHead(): void {
    const [first = '', ...lines] = this.#lines;
    this.#lines = [];
    this.#headBytes = 0;
    const headers = lines.map((line) => {
      const colon = line.indexOf(':');
      return colon < 0
        ? ([line, ''] as const)
        : ([line.slice(0, colon), line.slice(colon + 1).trim()] as const);
    });
    const body = this.#events.onHead({ first, headers });
    if (body === 'opaque') this.#lose('the connection is no longer HTTP/1.1');
    else if (body === 'none') this.#finish();
    else this.#frame(headers);
  }

  #frame(headers: MessageHead['headers']): void {
    const valuesOf = (wanted: string) =>
      headers.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));
    const [length] = valuesOf('content-length');
    if (valuesOf('transfer-encoding').some((value) => /\bchunked\s*$/i.test(value))) {
      this.#framing = 'chunk-size';
    } else if (length !== undefined && /^\d{1,15}$/.test(length)) {
      this.#left = Number(length);
      this.#framing = 'fixed';
      if (this.#left === 0) this.#finish();
    } else if (length !== undefined) {
      this.#lose('a Content-Length that is no number');
    } else if (this.#isAnswer) {
      this.#framing = 'until-close';
    } else {
      this.#finish();
    }
  }

  #takeBody(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, this.#left);
    this.#left -= part.length;
    this.#events.onBody(part);
    if (this.#left === 0) {
      if (this.#framing === 'fixed') this.#finish();
      else this.#framing = 'chunk-end';
    }
    return bytes.subarray(part.length);
  }

  #afterLine(line: string): void {
    if (this.#framing === 'chunk-end') {
      this.#framing = 'chunk-size';
    } else if (this.#framing === 'trailer') {
      if (line === '') this.#finish();
    } else {
      const [, size] = /^([0-9a-f]{1,12})\s*(?:;.*)?$/i.exec(line) ?? [];
      if (size === undefined) {
        this.#lose('a chunk without a size');
        return;
      }
      this.#left = Number.parseInt(size, 16);
      this.#framing = this.#left === 0 ? 'trailer' : 'chunk';
    }
  }

  #takeLine(bytes: Buffer, take: (line: Buffer) => void): Buffer {
    const end = bytes.indexOf(LF);
    const part = end < 0 ? bytes : bytes.subarray(0, end + 1);
    this.#held.push(part);
    this.#heldBytes += part.length;
    if (this.#heldBytes > MAX_LINE_BYTES) {
      this.#lose('a line that is too long');
      return Buffer.alloc(0);
    }
    if (end >= 0) {
      const line = Buffer.concat(this.#held);
      this.#held = [];
      this.#heldBytes = 0;
      take(line);
    }
    return bytes.subarray(part.length);
  }

  #finish(): void {
    this.#framing = 'head';
    this.#isWithin = false;
    this.#events.onEnd();
  }

  #lose(why: string): void {
    this.#framing = 'lost';
    this.#held = [];
    this.#lines = [];
    this.#events.onLost(why);
  }
}
