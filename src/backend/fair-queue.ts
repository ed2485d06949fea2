// Who waits for something, in turn between owners: one owner with many that wait delays another by one place only.

export class FairQueue<T> {
  /** Owners in the order of their turns; none is here without something that waits. */
  readonly #owners = new Map<string, Set<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(owner: string, item: T): void {
    const own = this.#owners.get(owner);
    if (own === undefined) this.#owners.set(owner, new Set([item]));
    else own.add(item);
    this.#size++;
  }

  /** The one whose turn it is. */
  shift(): T | undefined {
    for (const [owner, own] of this.#owners) {
      for (const item of own) {
        this.delete(owner, item);
        // Behind all others, for whatever of this owner waits still.
        if (own.size > 0) {
          this.#owners.delete(owner);
          this.#owners.set(owner, own);
        }
        return item;
      }
    }
    return undefined;
  }

  delete(owner: string, item: T): void {
    const own = this.#owners.get(owner);
    if (own?.delete(item) !== true) return;
    this.#size--;
    if (own.size === 0) this.#owners.delete(owner);
  }
}
