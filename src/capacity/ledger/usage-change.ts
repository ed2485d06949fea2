// What a call through the gateway changed in a bucket, once the store said that it was done.

interface Place {
  readonly bucket: string;
  /** As a text, decoded. */
  readonly key: string;
}

/** `versionId`: as the store names it; absent in a bucket without versions. */
interface Version extends Place {
  readonly versionId?: string;
}

export type UsageChange =
  /** An object was written: a new version where it has an id other than `null`, else in place of what was there. */
  | (Version & { readonly kind: 'put'; readonly bytes: number })
  /** A copy was made, of bytes that the gateway has not seen. */
  | (Version & { readonly kind: 'copy'; readonly from: Version })
  /** A part was written; again where that number was written before. */
  | (Place & {
      readonly kind: 'part';
      readonly uploadId: string;
      readonly partNumber: number;
      /** Absent for a part that is a copy of a whole object. */
      readonly bytes?: number;
      readonly from?: Version;
    })
  /** `parts`: those that the call names; absent where that is not known, which is all. Others are given up. */
  | (Version & {
      readonly kind: 'complete';
      readonly uploadId: string;
      readonly parts?: readonly number[];
    })
  | (Place & { readonly kind: 'abort'; readonly uploadId: string })
  /** That version is gone; without an id whatever stood at the key. A delete marker that was made or removed is no change. */
  | (Version & { readonly kind: 'delete' })
  | { readonly kind: 'bucket-deleted'; readonly bucket: string };
