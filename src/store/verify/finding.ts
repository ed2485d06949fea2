// What a check of a store finds wrong, as values.

/** Whose bytes are wrong. */
export type Owner =
  | {
      readonly kind: 'version';
      readonly bucket: string;
      readonly key: string;
      readonly versionId: string;
    }
  | { readonly kind: 'part'; readonly uploadRowId: number; readonly partNumber: number };

export type Finding =
  /** The database's file is damaged, or what it keeps does not fit together. */
  | { readonly kind: 'database'; readonly what: string }
  /** Bytes are missing, or not those that were stored. `fileId` is undefined where they are in the database. */
  | {
      readonly kind: 'body';
      readonly owner: Owner;
      readonly fileId: number | undefined;
      readonly what: string;
    }
  /** A file that the database does not know: it takes room, and nothing else. */
  | { readonly kind: 'unknown-file'; readonly path: string; readonly bytes: number };
