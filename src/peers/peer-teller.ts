// The side of the link that was called: tells one other gateway what passed through this one.
import type { TLSSocket } from 'node:tls';
import { createMessageLines } from './message-lines.ts';
import {
  type FromTeller,
  type HeardUntil,
  lineOf,
  MAX_CHANGES,
  MAX_LINE,
  PeerProtocolError,
  type RunName,
  readFromHearer,
} from './peer-message.ts';
import type { ToldChanges } from './told-changes.ts';

export interface TellerOptions {
  readonly run: RunName;
  /** Of this run. */
  readonly own: ToldChanges;
  /** What was heard of a run of the caller itself: given back to one that was killed before it had written it down. */
  heardOf(run: RunName): ToldChanges | undefined;
  /** Resolves, within a bound of time, when all that passed through this gateway by now is in `own`. */
  settle(): Promise<void>;
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number;
}

interface Stream {
  readonly run: RunName;
  readonly changes: ToldChanges;
  /** The number of the next change to tell. */
  next: number;
}

interface Answer {
  readonly message: FromTeller;
  /** Is sent when all before that number was told. */
  readonly after: number;
}

/** What was written and not sent yet: beyond it the other is slow, and is told more when it has caught up. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Nobody asks more often than a few dozen times a second. */
const MAX_ANSWERS = 256;
/** Who is heard asks each second. */
const SILENCE_MS = 15_000;

/** Its owner gave it the socket and hears of its end there. */
export class PeerTeller {
  readonly #socket: TLSSocket;
  readonly #options: TellerOptions;
  readonly #answers: Answer[] = [];
  #asked = 0;
  #streams: readonly Stream[] = [];

  constructor(socket: TLSSocket, options: TellerOptions) {
    this.#socket = socket;
    this.#options = options;
    const lines = createMessageLines(MAX_LINE);
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new PeerProtocolError('it is silent')));
    socket.on('drain', () => this.tell());
    socket.on('data', (piece) => {
      try {
        for (const line of lines.take(piece)) this.#take(line);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
  }

  /** Tells what is new. */
  tell(): void {
    for (const stream of this.#streams) this.#tellOf(stream);
    const [own] = this.#streams;
    if (own === undefined) return;
    while (this.#answers[0] !== undefined && this.#answers[0].after <= own.next) {
      const answer = this.#answers.shift();
      if (answer !== undefined) this.#send(answer.message);
    }
  }

  /** Tells the rest, and ends the connection. */
  end(): void {
    this.tell();
    this.#socket.end();
  }

  #take(line: string): void {
    const message = readFromHearer(line);
    switch (message.kind) {
      case 'hello':
        if (this.#streams.length > 0) throw new PeerProtocolError('it greets twice');
        this.#begin(message.heard, message.own);
        return;
      case 'ask':
        if (this.#streams.length === 0) throw new PeerProtocolError('it asks before it greets');
        if (this.#asked >= MAX_ANSWERS) throw new PeerProtocolError('it asks too often');
        void this.#answer(message.id, this.#options.now());
        return;
    }
  }

  #begin(heard: readonly HeardUntil[], own: readonly HeardUntil[]): void {
    const { run, own: changes } = this.#options;
    this.#send({ kind: 'hello', run });
    const heardOfThis = heard.find(([name]) => name === run)?.[1] ?? 0;
    const next = Math.min(heardOfThis + 1, changes.next);
    const back = own.flatMap(([name, number]) => {
      const kept = this.#options.heardOf(name);
      return kept === undefined ? [] : [{ run: name, changes: kept, next: number + 1 }];
    });
    this.#streams = [{ run, changes, next }, ...back];
    this.tell();
  }

  async #answer(id: number, askedAtMs: number): Promise<void> {
    this.#asked += 1;
    await this.#options.settle();
    this.#asked -= 1;
    const message = { kind: 'told', id, askedAtMs, atMs: this.#options.now() } as const;
    this.#answers.push({ message, after: this.#options.own.next });
    this.tell();
  }

  #tellOf(stream: Stream): void {
    while (this.#socket.writableLength < MAX_WAITING_BYTES) {
      const found = stream.changes.from(stream.next, MAX_CHANGES);
      if (found === undefined) return;
      this.#send({ kind: 'changes', run: stream.run, ...found });
      stream.next = found.first + found.changes.length;
    }
  }

  #send(message: FromTeller): void {
    if (this.#socket.writable) this.#socket.write(lineOf(message));
  }
}
