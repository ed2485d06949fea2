// Numbers for body files: each is given once and they only grow, also from one start to the next.

export class FileIds {
  #highest: number;

  /** `highest`: the highest number that the database or the disk knows; 0 where there is none. */
  constructor(highest: number) {
    this.#highest = highest;
  }

  get highest(): number {
    return this.#highest;
  }

  next(): number {
    this.#highest++;
    return this.#highest;
  }
}
