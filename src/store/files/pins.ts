// Which versions are being read: the reaper leaves their files alone until they are given back.
import type { Content, StoredContent } from '../database/rows.ts';

interface Pinned {
  count: number;
  readonly waiting: (() => void)[];
}

/** Versions by row id, not files: one may have 10,000. */
export class Pins {
  readonly #pinned = new Map<number, Pinned>();

  /** Holds what the reaper could remove of content until the returned function is called; calling it again does nothing. */
  pin(content: Content | StoredContent): () => void {
    if (content.kind !== 'version') return () => {};
    const { versionRowId } = content;
    const pinned = this.#pinned.get(versionRowId);
    if (pinned === undefined) this.#pinned.set(versionRowId, { count: 1, waiting: [] });
    else pinned.count++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#release(versionRowId);
    };
  }

  isPinned(versionRowId: number): boolean {
    return this.#pinned.has(versionRowId);
  }

  /** Calls back once when nobody reads the version any more; at once where nobody does. */
  whenFree(versionRowId: number, callback: () => void): void {
    const pinned = this.#pinned.get(versionRowId);
    if (pinned === undefined) callback();
    else pinned.waiting.push(callback);
  }

  #release(versionRowId: number): void {
    const pinned = this.#pinned.get(versionRowId);
    if (pinned === undefined) return;
    pinned.count--;
    if (pinned.count > 0) return;
    this.#pinned.delete(versionRowId);
    for (const callback of pinned.waiting) callback();
  }
}
