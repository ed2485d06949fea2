// Which of several things a host name gets: an exact name first, then `*.` for exactly one label (RFC 6125 section 6.4.3).

const WILDCARD = '*.';

/** Immutable; a look-up is one or two of a map, however many names there are. */
export class ByHostName<Value> {
  readonly #exact = new Map<string, Value>();
  /** By what follows the `*`, its dot too. */
  readonly #wildcards = new Map<string, Value>();

  /** Of a name that is there twice the first counts. */
  constructor(entries: Iterable<readonly [name: string, value: Value]>) {
    for (const [name, value] of entries) {
      const lower = name.toLowerCase();
      const isWildcard = lower.startsWith(WILDCARD);
      const names = isWildcard ? this.#wildcards : this.#exact;
      const key = isWildcard ? lower.slice(1) : lower;
      if (!names.has(key)) names.set(key, value);
    }
  }

  /** `name` as a client sent it: any case, with or without the dot of the root. */
  of(name: string): Value | undefined {
    const lower = name.toLowerCase();
    const asked = lower.endsWith('.') ? lower.slice(0, -1) : lower;
    if (this.#exact.has(asked)) return this.#exact.get(asked);
    const dot = asked.indexOf('.');
    return dot > 0 ? this.#wildcards.get(asked.slice(dot)) : undefined;
  }
}
