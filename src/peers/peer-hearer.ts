// The side of the link that calls: hears what passed through one other gateway, and calls again where the link breaks.
import { connect, type TLSSocket } from 'node:tls';
import type { Secret } from '../secret.ts';
import { createMessageLines } from './message-lines.ts';
import type { PeerChange } from './peer-change.ts';
import { PeerClock } from './peer-clock.ts';
import {
  type FromTeller,
  type HeardUntil,
  lineOf,
  MAX_LINE,
  PeerProtocolError,
  type RunName,
  readFromTeller,
} from './peer-message.ts';
import { isWrongSecret, tlsOfHearer } from './peer-tls.ts';

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

export interface HearerOptions {
  readonly address: PeerAddress;
  readonly secret: Secret;
  readonly run: RunName;
  /** What it says of itself in a greeting. */
  known(): { readonly heard: readonly HeardUntil[]; readonly own: readonly HeardUntil[] };
  /** From here on until `onLost` the other is heard; at once it is told what it missed. */
  onHeard(from: PeerHearer): void;
  /** With the times by the own clock. */
  onChanges(from: PeerHearer, run: RunName, first: number, changes: readonly (PeerChange | null)[]): void;
  /** All that passed through the other by that moment, by the own clock, was heard. */
  onTold(from: PeerHearer, untilMs: number): void;
  /** It was asked and says nothing. Unless the connection ends it is heard again with the next `onTold`. */
  onSilent(from: PeerHearer): void;
  /** It is not heard any longer, or still not: why, as a sentence without its end. */
  onLost(from: PeerHearer, reason: string): void;
  /** At that address is this gateway itself: it is never called again. */
  onSelf(from: PeerHearer): void;
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
}

const CONNECT_MS = 5_000;
const ASK_EVERY_MS = 1_000;
const SILENT_AFTER_MS = 1_000;
const LOST_AFTER_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Its owner closes it. */
export class PeerHearer {
  readonly #options: HearerOptions;
  /** Of questions that are not answered, by their number. */
  readonly #asked = new Map<number, number>();
  #clock = new PeerClock();
  #socket: TLSSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #nextId = 1;
  #isHeard = false;
  #isSilent = false;
  #isToAskAgain = false;
  #isClosed = false;

  constructor(options: HearerOptions) {
    this.#options = options;
  }

  get address(): PeerAddress {
    return this.#options.address;
  }

  /** Calls now. */
  start(): void {
    const { address, secret } = this.#options;
    const socket = connect({ ...address, ...tlsOfHearer(secret) });
    this.#socket = socket;
    let reason: string | undefined;
    const lines = createMessageLines(MAX_LINE);
    const timer = setTimeout(() => socket.destroy(new Error('it does not answer')), CONNECT_MS);
    socket.setNoDelay(true);
    socket.on('secureConnect', () => {
      socket.write(lineOf({ kind: 'hello', run: this.#options.run, ...this.#options.known() }));
    });
    socket.on('data', (piece) => {
      try {
        for (const line of lines.take(piece)) {
          clearTimeout(timer);
          this.#take(readFromTeller(line));
        }
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', (error) => {
      reason = reasonOf(error);
    });
    socket.on('close', () => {
      clearTimeout(timer);
      this.#lost(reason ?? 'it ended the connection');
    });
  }

  /** Asks until when all is told; the answer is `onTold`. */
  ask(): void {
    if (!this.#isHeard || this.#isSilent) return;
    // One question under way at a time, however many want to know.
    if (this.#asked.size > 0) this.#isToAskAgain = true;
    else this.#ask();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #ask(): void {
    this.#isToAskAgain = false;
    const id = this.#nextId;
    this.#nextId += 1;
    this.#asked.set(id, this.#options.now());
    this.#socket?.write(lineOf({ kind: 'ask', id }));
  }

  #take(message: FromTeller): void {
    if (message.kind === 'hello') {
      this.#greeted(message.run);
      return;
    }
    if (!this.#isHeard) throw new PeerProtocolError('it tells before it greets');
    if (message.kind === 'told') {
      this.#told(message);
      return;
    }
    const changes = message.changes.map(
      (change) => change && { ...change, atMs: this.#clock.toOwn(change.atMs) },
    );
    this.#options.onChanges(this, message.run, message.first, changes);
  }

  #greeted(run: RunName): void {
    if (this.#isHeard) throw new PeerProtocolError('it greets twice');
    if (run === this.#options.run) {
      this.close();
      this.#options.onSelf(this);
      return;
    }
    this.#isHeard = true;
    this.#isSilent = false;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#clock = new PeerClock();
    this.#options.onHeard(this);
    this.#ask();
    this.#timer = setInterval(() => this.#tick(), ASK_EVERY_MS);
  }

  #told({ id, askedAtMs, atMs }: Extract<FromTeller, { readonly kind: 'told' }>): void {
    const sentMs = this.#asked.get(id);
    if (sentMs === undefined) throw new PeerProtocolError('it answers what was not asked');
    this.#asked.delete(id);
    this.#isSilent = false;
    this.#clock.take({ sentMs, heardMs: this.#options.now(), askedAtMs, toldAtMs: atMs });
    // It was asked after that, so it counts whatever the clocks say.
    this.#options.onTold(this, sentMs);
    if (this.#isToAskAgain) this.#ask();
  }

  #tick(): void {
    const [oldest] = this.#asked.values();
    const waitedMs = oldest === undefined ? 0 : this.#options.now() - oldest;
    if (waitedMs > LOST_AFTER_MS) {
      this.#socket?.destroy(new Error('it does not answer'));
      return;
    }
    if (waitedMs > SILENT_AFTER_MS) {
      if (!this.#isSilent) this.#options.onSilent(this);
      this.#isSilent = true;
    }
    if (oldest === undefined) this.#ask();
  }

  #lost(reason: string): void {
    clearInterval(this.#timer);
    this.#isHeard = false;
    this.#asked.clear();
    if (this.#isClosed) return;
    this.#options.onLost(this, reason);
    this.#timer = setTimeout(() => this.start(), this.#pauseMs * (0.75 + 0.5 * this.#options.random()));
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }
}

function reasonOf(error: Error): string {
  if (isWrongSecret(error)) return 'it has another secret, or no gateway is there';
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'ECONNRESET') return 'it broke the connection';
  if (code.startsWith('ERR_SSL')) return 'it does not speak as a gateway does';
  return error.message;
}
