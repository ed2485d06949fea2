// Which body files are being read: the reaper leaves those alone until they are given back.

interface Pinned {
  count: number;
  readonly waiting: (() => void)[];
}

export class Pins {
  readonly #pinned = new Map<number, Pinned>();

  /** Holds files until the returned function is called; calling it again does nothing. */
  pin(ids: readonly number[]): () => void {
    for (const id of ids) {
      const pinned = this.#pinned.get(id);
      if (pinned === undefined) this.#pinned.set(id, { count: 1, waiting: [] });
      else pinned.count++;
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      for (const id of ids) this.#release(id);
    };
  }

  isPinned(id: number): boolean {
    return this.#pinned.has(id);
  }

  /** Calls back once when nobody reads the file any more; at once where nobody does. */
  whenFree(id: number, callback: () => void): void {
    const pinned = this.#pinned.get(id);
    if (pinned === undefined) callback();
    else pinned.waiting.push(callback);
  }

  #release(id: number): void {
    const pinned = this.#pinned.get(id);
    if (pinned === undefined) return;
    pinned.count--;
    if (pinned.count > 0) return;
    this.#pinned.delete(id);
    for (const callback of pinned.waiting) callback();
  }
}
