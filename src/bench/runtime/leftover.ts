// What could not be deleted.

export interface Leftover {
  readonly bucket: string;
  /** Absent where it is the bucket itself. */
  readonly key?: string;
  readonly versionId?: string;
  /** ISO 8601: before, its lock refuses. Absent where nobody knows. */
  readonly deletableFrom?: string;
  readonly reason: string;
}
