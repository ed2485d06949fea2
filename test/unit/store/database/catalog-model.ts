// A plain model of the versions of one bucket, to hold the catalog against.
import type { KeyBound, VersionMarker } from '../../../../src/store/database/catalog.ts';

export interface ModelVersion {
  readonly rowId: number;
  readonly key: string;
  readonly versionId: string;
  readonly isMarker: boolean;
  readonly size: number;
}

export type ModelListed = ModelVersion & { readonly isLatest: boolean };

export class BucketModel {
  /** Oldest first. */
  readonly #versions: ModelVersion[] = [];

  add(version: ModelVersion): void {
    if (version.versionId === 'null') this.remove(this.find(version.key, 'null'));
    this.#versions.push(version);
  }

  remove(version: ModelVersion | undefined): void {
    if (version !== undefined) this.#versions.splice(this.#versions.indexOf(version), 1);
  }

  find(key: string, versionId: string): ModelVersion | undefined {
    return this.#versions.find((version) => version.key === key && version.versionId === versionId);
  }

  /** Some version, the same one for the same number. */
  pick(number: number): ModelVersion | undefined {
    return this.#versions[number % Math.max(this.#versions.length, 1)];
  }

  get usage() {
    const usedBytes = this.#versions.reduce((sum, { size }) => sum + BigInt(size), 0n);
    return { usedBytes, versions: this.#versions.length };
  }

  /** Everything, as ListObjectVersions orders it. */
  all(): readonly ModelListed[] {
    return this.#versions
      .toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || b.rowId - a.rowId)
      .map((version, index, sorted) => ({ ...version, isLatest: sorted[index - 1]?.key !== version.key }));
  }

  versionsFrom(from: KeyBound | VersionMarker, prefix: string): readonly ModelListed[] {
    const all = this.all();
    const place = 'bytes' in from ? undefined : this.#placeOf(from, all);
    return all.filter(({ key, rowId }) => {
      if (!key.startsWith(prefix)) return false;
      if ('bytes' in from) return belongs(key, from);
      const order = Buffer.compare(Buffer.from(key), Buffer.from(from.key));
      return order > 0 || (order === 0 && place !== undefined && rowId < place);
    });
  }

  currentFrom(from: KeyBound, prefix: string): readonly ModelListed[] {
    return this.versionsFrom(from, prefix).filter(({ isLatest, isMarker }) => isLatest && !isMarker);
  }

  /** Row ids below it are behind the marker; a `null` version that is gone has no place, and nothing is left out. */
  #placeOf({ key, versionId }: VersionMarker, all: readonly ModelListed[]): number | undefined {
    if (versionId === undefined) return undefined;
    const found = all.find((version) => version.key === key && version.versionId === versionId);
    if (found !== undefined) return found.rowId;
    return versionId === 'null' ? Number.POSITIVE_INFINITY : Number.parseInt(versionId.slice(1), 16);
  }
}

function belongs(key: string, { bytes, inclusive }: KeyBound): boolean {
  const order = Buffer.compare(Buffer.from(key), bytes);
  return inclusive ? order >= 0 : order > 0;
}
