// What a process that serves S3 knows of the guards: the names that are closed, as whoever measures last told them.

/** Empty until it is told. */
export class ClosedBuckets {
  #names: ReadonlySet<string> = new Set();

  /** All that are closed now, in place of those before: pools by their name, buckets that stand alone by theirs. */
  replace(names: Iterable<string>): void {
    this.#names = new Set(names);
  }

  isFull(name: string): boolean {
    return this.#names.has(name);
  }
}
