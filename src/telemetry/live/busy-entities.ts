// Which entities move most, in memory that does not grow with their number: "space saving" (Metwally, Agrawal, El Abbadi,
// "Efficient Computation of Frequent and Top-k Elements in Data Streams", 2005), with bytes as weight.

/** An entity that moves more than this part of all weight is always found. */
export const ENTITIES_KEPT = 256;

/** What was counted of an entity: never more than it was. */
export interface EntityCounts {
  readonly bucket: string;
  readonly entity: string;
  readonly requests: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

interface Row {
  bucket: string;
  entity: string;
  requests: number;
  requestBytes: number;
  responseBytes: number;
}

export class BusyEntities {
  readonly #rows: Row[] = [];
  /** Of each row: its own, and what those had whose place it took. */
  readonly #weights: Float64Array;
  readonly #byBucket = new Map<string, Map<string, number>>();
  readonly #kept: number;

  constructor(kept: number = ENTITIES_KEPT) {
    this.#kept = kept;
    this.#weights = new Float64Array(kept);
  }

  /** `entity` may be a part of a longer text: it is copied where it is kept. */
  count(bucket: string, entity: string, requestBytes: number, responseBytes: number): void {
    const index = this.#byBucket.get(bucket)?.get(entity) ?? this.#place(bucket, entity);
    const row = this.#rows[index];
    if (row === undefined) return;
    // So that whoever only asks, and moves no bytes, weighs something.
    this.#weights[index] = (this.#weights[index] ?? 0) + requestBytes + responseBytes + 1;
    row.requests++;
    row.requestBytes += requestBytes;
    row.responseBytes += responseBytes;
  }

  snapshot(): readonly EntityCounts[] {
    return this.#rows.map((row) => ({ ...row }));
  }

  #place(bucket: string, entity: string): number {
    const row = { ...named(bucket, entity), requests: 0, requestBytes: 0, responseBytes: 0 };
    const index = this.#rows.length < this.#kept ? this.#rows.length : this.#leave();
    this.#rows[index] = row;
    const inBucket = this.#byBucket.get(row.bucket) ?? new Map<string, number>();
    this.#byBucket.set(row.bucket, inBucket);
    inBucket.set(row.entity, index);
    return index;
  }

  /** The lightest goes; its weight stays, since the next may have had as much while it was not counted. */
  #leave(): number {
    let lightest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.#weights.length; index++) {
      const weight = this.#weights[index] ?? 0;
      if (weight >= least) continue;
      least = weight;
      lightest = index;
    }
    const gone = this.#rows[lightest];
    if (gone !== undefined) {
      const inBucket = this.#byBucket.get(gone.bucket);
      inBucket?.delete(gone.entity);
      if (inBucket?.size === 0) this.#byBucket.delete(gone.bucket);
    }
    return lightest;
  }
}

/** Copies: a part of a text keeps the whole of it in memory, which here would be a request head. */
function named(bucket: string, entity: string): Pick<Row, 'bucket' | 'entity'> {
  return { bucket: copyOf(bucket), entity: copyOf(entity) };
}

function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
