// The link to all other gateways: tells them what passes through this one, and hears each change of theirs once.
import type { Secret } from '../secret.ts';
import type { PeerChange } from './peer-change.ts';
import { type PeerAddress, PeerHearer } from './peer-hearer.ts';
import { PeerListener } from './peer-listener.ts';
import { type HeardUntil, MAX_RUNS, type RunName } from './peer-message.ts';
import { ToldChanges } from './told-changes.ts';

/** A change of whichever gateway: `number` counts those of its run from 1. */
export interface NumberedChange extends PeerChange {
  readonly run: RunName;
  readonly number: number;
}

export interface PeerStatus {
  /** Other gateways that are configured. */
  readonly of: number;
  /** Those that are heard now. */
  readonly heard: number;
}

export interface PeerGroupOptions {
  readonly run: RunName;
  readonly listen: PeerAddress;
  /** May name this gateway too, so that all can have the same config. */
  readonly gateways: readonly PeerAddress[];
  readonly secret: Secret;
  /** From before: how far other gateways were heard, and what is known of this gateway's own earlier runs. */
  readonly heard: readonly HeardUntil[];
  readonly own: readonly HeardUntil[];
  /** Resolves, within a bound of time, when `tell` was called for all that passed through this gateway by now. */
  settle(): Promise<void>;
  /** From here on until `onLost` the peer is one to wait for. */
  onHeard(peer: PeerHearer): void;
  onChanges(peer: PeerHearer, changes: readonly NumberedChange[]): void;
  /** All that passed through it by that moment, by the own clock, was heard. */
  onTold(peer: PeerHearer, untilMs: number): void;
  /** It is not to be waited for until the next `onTold`. */
  onSilent(peer: PeerHearer): void;
  onLost(peer: PeerHearer, reason: string): void;
  /** So many changes of a run were told to nobody here: only the store's next measurement shows them. */
  onMissed(peer: PeerHearer, changes: number): void;
  onRefused(remote: string, reason: string): void;
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
}

/** Some minutes of a busy gateway: so long a peer may be away. */
const OWN_BOUNDS = { maxChanges: 200_000, maxBytes: 64 * 1024 * 1024 };
/** What a peer that is killed may not have written down: its last seconds. */
const HEARD_BOUNDS = { maxChanges: 20_000, maxBytes: 8 * 1024 * 1024 };

/** Its owner closes it. */
export class PeerGroup {
  readonly #options: PeerGroupOptions;
  readonly #own = new ToldChanges(OWN_BOUNDS);
  readonly #heardUntil: Map<RunName, number>;
  readonly #ownUntil: Map<RunName, number>;
  /** By run. */
  readonly #kept = new Map<RunName, ToldChanges>();
  readonly #hearers: Set<PeerHearer>;
  readonly #heard = new Set<PeerHearer>();
  readonly #listener: PeerListener;
  #isTelling = false;

  constructor(options: PeerGroupOptions) {
    this.#options = options;
    const { run, gateways, secret, now, random } = options;
    this.#heardUntil = new Map(options.heard);
    this.#ownUntil = new Map(options.own);
    this.#hearers = new Set(
      gateways.map(
        (address) =>
          new PeerHearer({
            address,
            secret,
            run,
            known: () => ({ heard: latestOf(this.#heardUntil), own: latestOf(this.#ownUntil) }),
            onHeard: (peer) => {
              this.#heard.add(peer);
              options.onHeard(peer);
            },
            onChanges: (peer, of, first, changes) => this.#hear(peer, of, first, changes),
            onTold: options.onTold,
            onSilent: options.onSilent,
            onLost: (peer, reason) => {
              this.#heard.delete(peer);
              options.onLost(peer, reason);
            },
            onSelf: (peer) => this.#hearers.delete(peer),
            now,
            random,
          }),
      ),
    );
    this.#listener = new PeerListener({
      ...options,
      own: this.#own,
      heardOf: (of) => this.#kept.get(of),
    });
  }

  get status(): PeerStatus {
    return { of: this.#hearers.size, heard: this.#heard.size };
  }

  /** Listens, then calls the others; resolves with the port. Rejects with the system's error. */
  async start(): Promise<number> {
    const port = await this.#listener.listen();
    for (const hearer of this.#hearers) hearer.start();
    return port;
  }

  /** What passed through this gateway, in order. Gives the same with its numbers. */
  tell(changes: readonly PeerChange[]): readonly NumberedChange[] {
    const { run } = this.#options;
    const numbered = changes.map((change, index) => ({ ...change, run, number: this.#own.next + index }));
    for (const { backend, atMs, change } of changes) this.#own.add({ backend, atMs, change });
    if (!this.#isTelling) {
      this.#isTelling = true;
      setImmediate(() => {
        this.#isTelling = false;
        this.#listener.tell();
      });
    }
    return numbered;
  }

  /** Tells the others the rest and hears nothing more. Never rejects. */
  async close(): Promise<void> {
    for (const hearer of this.#hearers) hearer.close();
    await this.#listener.close();
  }

  #hear(peer: PeerHearer, run: RunName, first: number, changes: readonly (PeerChange | null)[]): void {
    if (run === this.#options.run) return;
    const until = this.#ownUntil.has(run) ? this.#ownUntil : this.#heardUntil;
    const known = until.get(run);
    const expected = (known ?? 0) + 1;
    // Of a run that was never heard the beginning may be long gone: that is before this gateway's own time.
    if (known !== undefined && first > expected) this.#options.onMissed(peer, first - expected);
    const fresh = changes.slice(Math.max(0, expected - first));
    const firstFresh = Math.max(first, expected);
    if (fresh.length === 0) return;
    until.set(run, firstFresh + fresh.length - 1);
    if (until === this.#heardUntil) this.#keep(run, firstFresh, fresh);
    const lacking = fresh.filter((change) => change === null).length;
    if (lacking > 0) this.#options.onMissed(peer, lacking);
    this.#options.onChanges(
      peer,
      fresh.flatMap((change, index) =>
        change === null ? [] : [{ ...change, run, number: firstFresh + index }],
      ),
    );
  }

  #keep(run: RunName, first: number, changes: readonly (PeerChange | null)[]): void {
    const known = this.#kept.get(run);
    const kept = known?.next === first ? known : new ToldChanges(HEARD_BOUNDS, first);
    for (const change of changes) kept.add(change);
    this.#kept.delete(run);
    this.#kept.set(run, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#hearers.size + 1) break;
      this.#kept.delete(oldest);
    }
  }
}

/** Names of runs sort by the time of their start. */
function latestOf(runs: ReadonlyMap<RunName, number>): readonly HeardUntil[] {
  return [...runs].sort(([one], [other]) => (one < other ? 1 : -1)).slice(0, MAX_RUNS);
}
