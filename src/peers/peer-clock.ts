// How far the wall clock of another gateway is off, from questions and their answers (as NTP, RFC 5905 section 8).

export interface AskedAndTold {
  /** By the own clock. */
  readonly sentMs: number;
  readonly heardMs: number;
  /** By the clock of the other. */
  readonly askedAtMs: number;
  readonly toldAtMs: number;
}

/** The offset of the answer that travelled shortest, of the latest eight: the others waited somewhere on one of their ways. */
export class PeerClock {
  readonly #latest: { readonly travelMs: number; readonly offsetMs: number }[] = [];

  take({ sentMs, heardMs, askedAtMs, toldAtMs }: AskedAndTold): void {
    this.#latest.push({
      travelMs: Math.abs(heardMs - sentMs - (toldAtMs - askedAtMs)),
      offsetMs: (askedAtMs - sentMs + (toldAtMs - heardMs)) / 2,
    });
    if (this.#latest.length > 8) this.#latest.shift();
  }

  /** A moment of the other's clock by the own one; as it is where nothing was asked yet. */
  toOwn(atMs: number): number {
    const [first, ...rest] = this.#latest;
    if (first === undefined) return atMs;
    const best = rest.reduce((least, one) => (one.travelMs < least.travelMs ? one : least), first);
    return atMs - best.offsetMs;
  }
}
