// HTTP/1.1 header fields as an ordered list: repeated names stay apart, nothing is merged or dropped.

/** `name` is lower-case for comparison, `rawName` as it came. */
export interface FieldName {
  readonly name: string;
  readonly rawName: string;
}

/** One header field. `value` has its outer white space removed. */
export interface Header extends FieldName {
  /** One character a byte (latin1), so that the bytes can be restored exactly. */
  readonly value: string;
}

const NONE: readonly string[] = [];

/** The header fields of one message, in the order in which they arrived. */
export class HeaderList implements Iterable<Header> {
  readonly #headers: readonly Header[];

  constructor(headers: readonly Header[]) {
    this.#headers = headers;
  }

  /** Builds a list from name and value pairs, for messages that we write ourselves. */
  static of(...pairs: readonly (readonly [name: string, value: string])[]): HeaderList {
    return new HeaderList(pairs.map(([rawName, value]) => ({ name: rawName.toLowerCase(), rawName, value })));
  }

  get size(): number {
    return this.#headers.length;
  }

  /** The value of the first field of that lower-case name. */
  get(name: string): string | undefined {
    for (const header of this.#headers) {
      if (header.name === name) return header.value;
    }
    return undefined;
  }

  /** Every value of that lower-case name, in order of arrival. */
  all(name: string): readonly string[] {
    let values: string[] | undefined;
    for (const header of this.#headers) {
      if (header.name !== name) continue;
      if (values === undefined) values = [header.value];
      else values.push(header.value);
    }
    return values ?? NONE;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  [Symbol.iterator](): Iterator<Header> {
    return this.#headers[Symbol.iterator]();
  }
}
