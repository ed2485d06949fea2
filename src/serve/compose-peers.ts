// Several gateways on one store: what passed through any of them reaches the ledger of each, in the order it happened.
import { randomBytes } from 'node:crypto';
import type { GatewayConfig, Listener } from '../config/gateway-config.ts';
import type { UsageChangeEvent } from '../gateway/events.ts';
import { type NumberedChange, PeerGroup, type PeerStatus } from '../peers/peer-group.ts';
import type { PeerHearer } from '../peers/peer-hearer.ts';
import type { HeardUntil } from '../peers/peer-message.ts';
import { createRunName } from '../peers/run-name.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { PeerMetrics } from '../telemetry/peer-metrics.ts';
import type { Clocks } from './compose-backends.ts';
import type { Capacities } from './compose-capacity.ts';
import { listen } from './listen.ts';
import { createPeerNews } from './peer-news.ts';
import { UsageOrder, type UsageTeller } from './usage-order.ts';

export interface PeerParts {
  readonly capacities: Pick<Capacities, 'take' | 'heardMarks'>;
  /** Whether there is a store of that name. */
  hasBackend(name: string): boolean;
  /** Resolves, within a bound of time, when `take` was called for all that passed through this gateway by now. */
  settleOwn(): Promise<void>;
  readonly metrics: PeerMetrics;
  readonly logger: Logger;
  readonly clocks: Clocks;
}

/** Its owner closes it. */
export interface Peers {
  /** What passed through this gateway, in order. */
  take(changes: readonly UsageChangeEvent[]): void;
  /** Resolves when all that was taken by now is in the ledger: at once without peers, else within a second. */
  settle(): Promise<void>;
  /** Undefined without peers. */
  status(): PeerStatus | undefined;
  /** Resolves with the address; undefined without peers. Rejects with a sentence. */
  start(): Promise<Listener | undefined>;
  /** Tells the others the rest, and puts what is held into the ledger. Never rejects. */
  close(): Promise<void>;
}

/** Endings of the names of marks in the ledger: a run comes first, so that those of the latest runs are kept. */
const OWN = ' own';
const HEARD = ' heard';

export function composePeers({ peers }: GatewayConfig, parts: PeerParts): Peers {
  if (peers !== undefined) return new LinkedPeers(peers, parts);
  return {
    take: (changes) => parts.capacities.take(changes),
    settle: async () => {},
    status: () => undefined,
    start: async () => undefined,
    close: async () => {},
  };
}

class LinkedPeers implements Peers {
  readonly #config: NonNullable<GatewayConfig['peers']>;
  readonly #parts: PeerParts;
  readonly #run: string;
  readonly #group: PeerGroup;
  readonly #order: UsageOrder<NumberedChange>;
  /** What passes through this gateway, as one of those who tell. */
  readonly #self: UsageTeller;
  /** Until when each has told everything. */
  readonly #untilMs = new Map<UsageTeller, number>();
  readonly #tellers = new Map<PeerHearer, UsageTeller>();

  constructor(config: NonNullable<GatewayConfig['peers']>, parts: PeerParts) {
    const { capacities, clocks, metrics } = parts;
    const { wallClock } = clocks;
    this.#config = config;
    this.#parts = parts;
    this.#run = createRunName(wallClock(), randomBytes(12));
    this.#order = new UsageOrder({ hand: (changes) => this.#hand(changes), now: clocks.now });
    this.#self = {
      askUsage: () => {
        const atMs = wallClock();
        void parts.settleOwn().then(() => this.#told(this.#self, [], atMs));
      },
    };
    this.#join(this.#self);
    const news = createPeerNews(parts.logger, clocks.now);
    const marks = [...capacities.heardMarks()];
    const marked = (ending: string): readonly HeardUntil[] =>
      marks.flatMap(([name, number]) =>
        name.endsWith(ending) ? [[name.slice(0, -ending.length), number] as const] : [],
      );
    this.#group = new PeerGroup({
      ...config,
      run: this.#run,
      heard: marked(HEARD),
      own: marked(OWN),
      settle: () => parts.settleOwn(),
      onHeard: (peer) => {
        this.#join(this.#tellerOf(peer));
        news.heard(peer.address);
      },
      onChanges: (peer, changes) => {
        metrics.heard(changes.length);
        const teller = this.#tellerOf(peer);
        this.#told(
          teller,
          changes.filter((change) => parts.hasBackend(change.backend)),
          0,
        );
      },
      onTold: (peer, untilMs) => {
        const teller = this.#tellerOf(peer);
        if (!this.#untilMs.has(teller)) this.#join(teller);
        this.#told(teller, [], untilMs);
      },
      onSilent: (peer) => this.#leave(this.#tellerOf(peer)),
      onLost: (peer, reason) => {
        this.#leave(this.#tellerOf(peer));
        news.lost(peer.address, reason);
      },
      onMissed: (peer, changes) => {
        metrics.missed(changes);
        news.missed(peer.address, changes);
      },
      onRefused: news.refused,
      now: wallClock,
      random: Math.random,
    });
    metrics.show(() => this.#group.status);
  }

  take(changes: readonly UsageChangeEvent[]): void {
    const numbered = this.#group.tell(changes);
    // They come in order, so up to the newest of them that was all.
    const untilMs = changes.reduce((newest, { atMs }) => Math.max(newest, atMs), 0);
    this.#told(this.#self, numbered, untilMs);
  }

  settle(): Promise<void> {
    return this.#order.settle();
  }

  status(): PeerStatus {
    return this.#group.status;
  }

  async start(): Promise<Listener> {
    const { host } = this.#config.listen;
    return { host, port: await listen(this.#config.listen, () => this.#group.start()) };
  }

  async close(): Promise<void> {
    await this.#group.close();
    // Nobody is waited for any longer, so that all that is held is handed on.
    for (const teller of [...this.#untilMs.keys()]) this.#leave(teller);
  }

  #hand(changes: readonly NumberedChange[]): void {
    const marks = new Map<string, number>();
    for (const { run, number } of changes) {
      const name = run === this.#run || this.#isOwn(run) ? run + OWN : run + HEARD;
      marks.set(name, Math.max(number, marks.get(name) ?? 0));
    }
    const events = changes.map(({ backend, atMs, change }) => ({
      kind: 'usage-change' as const,
      backend,
      atMs,
      change,
    }));
    this.#parts.capacities.take(events, marks);
  }

  #isOwn(run: string): boolean {
    return this.#parts.capacities.heardMarks().has(run + OWN);
  }

  #tellerOf(peer: PeerHearer): UsageTeller {
    const teller = this.#tellers.get(peer) ?? { askUsage: () => peer.ask() };
    this.#tellers.set(peer, teller);
    return teller;
  }

  #join(teller: UsageTeller): void {
    this.#untilMs.set(teller, 0);
    this.#order.joined(teller, 0);
  }

  #leave(teller: UsageTeller): void {
    this.#untilMs.delete(teller);
    this.#order.left(teller);
  }

  #told(teller: UsageTeller, changes: readonly NumberedChange[], untilMs: number): void {
    const latestMs = Math.max(untilMs, this.#untilMs.get(teller) ?? 0);
    if (this.#untilMs.has(teller)) this.#untilMs.set(teller, latestMs);
    this.#order.told(teller, changes, latestMs);
  }
}
