// What changed since the ledger was last written to its file, in the order of the latest change of each.

export class Unsaved<Key> {
  readonly #keys = new Set<Key>();
  readonly #isKept: boolean;

  /** `isKept`: false where there is no file; nothing gathers then. */
  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  add(key: Key): void {
    if (this.#isKept) this.#keys.add(key);
  }

  /** Gives all and forgets them. */
  take(): readonly Key[] {
    const keys = [...this.#keys];
    this.#keys.clear();
    return keys;
  }
}
