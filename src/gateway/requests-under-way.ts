// How many requests one gateway has under way, so that what it was made of can end when the last of them has.

export interface RequestCount {
  begun(): void;
  over(): void;
}

export class RequestsUnderWay implements RequestCount {
  #count = 0;
  #whenNone: (() => void) | undefined;

  get count(): number {
    return this.#count;
  }

  begun(): void {
    this.#count++;
  }

  over(): void {
    this.#count--;
    if (this.#count === 0) this.#tell();
  }

  /** Calls back once there is none, at once where there is none now. For a gateway that gets no more. */
  whenNone(callback: () => void): void {
    this.#whenNone = callback;
    if (this.#count === 0) this.#tell();
  }

  /** A moment later: whoever answered still gives back what it used. */
  #tell(): void {
    const callback = this.#whenNone;
    this.#whenNone = undefined;
    if (callback !== undefined) setImmediate(callback);
  }
}
