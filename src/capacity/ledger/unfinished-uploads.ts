// The parts of uploads that are under way, for the moment that they are completed or aborted.
import type { LedgerWriter } from './ledger-writer.ts';
import { Unsaved } from './unsaved.ts';

/** In place of the size of a part that nobody knows. */
export const UNKNOWN_PART = -1;

export interface Upload {
  readonly id: number;
  readonly bucketId: number;
  readonly uploadId: string;
  /** Bytes by the number of the part, or `UNKNOWN_PART`. */
  readonly parts: Map<number, number>;
  readonly unsavedParts: Unsaved<number>;
}

export interface SavedUpload {
  readonly id: number;
  readonly bucketId: number;
  readonly uploadId: string;
  readonly parts: Iterable<readonly [partNumber: number, bytes: number]>;
}

export interface UploadLimits {
  readonly maxUploads: number;
  readonly maxParts: number;
}

/** Beyond a limit the upload that was begun first is forgotten: how it ends is then a change of unknown size. */
export class UnfinishedUploads {
  readonly #limits: UploadLimits;
  readonly #isSaved: boolean;
  readonly #nextId: () => number;
  readonly #uploads = new Map<string, Upload>();
  readonly #unsaved: Unsaved<Upload>;
  #parts = 0;

  constructor(limits: UploadLimits, nextId: () => number, isSaved: boolean) {
    this.#limits = limits;
    this.#nextId = nextId;
    this.#isSaved = isSaved;
    this.#unsaved = new Unsaved(isSaved);
  }

  get size(): { readonly uploads: number; readonly parts: number } {
    return { uploads: this.#uploads.size, parts: this.#parts };
  }

  /** Gives what stood at that number before: undefined where nothing did. */
  setPart(bucketId: number, uploadId: string, partNumber: number, bytes: number): number | undefined {
    const upload = this.#uploads.get(nameOf(bucketId, uploadId)) ?? this.#begin(bucketId, uploadId);
    const before = upload.parts.get(partNumber);
    upload.parts.set(partNumber, bytes);
    upload.unsavedParts.add(partNumber);
    this.#unsaved.add(upload);
    if (before === undefined) this.#parts += 1;
    this.#forgetOldest(upload);
    return before;
  }

  /** Gives what is known of it, and forgets it. */
  end(bucketId: number, uploadId: string): Upload | undefined {
    const upload = this.#uploads.get(nameOf(bucketId, uploadId));
    if (upload !== undefined) this.#remove(upload);
    return upload;
  }

  forgetBucket(bucketId: number): void {
    for (const upload of this.#uploads.values()) if (upload.bucketId === bucketId) this.#remove(upload);
  }

  /** In the order that they were begun. */
  restore(uploads: Iterable<SavedUpload>): void {
    for (const { id, bucketId, uploadId, parts } of uploads) {
      const upload = this.#add(id, bucketId, uploadId, parts);
      this.#parts += upload.parts.size;
    }
  }

  save(writer: LedgerWriter, backendId: number, isWhole: boolean): void {
    const changed = this.#unsaved.take();
    for (const upload of isWhole ? this.#uploads.values() : changed) {
      const { id, bucketId, uploadId, parts } = upload;
      if (this.#uploads.get(nameOf(bucketId, uploadId)) !== upload) {
        writer.removeUpload(id);
        continue;
      }
      writer.upload(id, backendId, bucketId, uploadId);
      const changedParts = upload.unsavedParts.take();
      for (const partNumber of isWhole ? parts.keys() : changedParts) {
        writer.part(id, partNumber, parts.get(partNumber) ?? UNKNOWN_PART);
      }
    }
  }

  #begin(bucketId: number, uploadId: string): Upload {
    return this.#add(this.#nextId(), bucketId, uploadId, []);
  }

  #add(id: number, bucketId: number, uploadId: string, parts: SavedUpload['parts']): Upload {
    const upload: Upload = {
      id,
      bucketId,
      uploadId,
      parts: new Map(parts),
      unsavedParts: new Unsaved(this.#isSaved),
    };
    this.#uploads.set(nameOf(bucketId, uploadId), upload);
    return upload;
  }

  #remove(upload: Upload): void {
    this.#uploads.delete(nameOf(upload.bucketId, upload.uploadId));
    this.#parts -= upload.parts.size;
    this.#unsaved.add(upload);
  }

  #forgetOldest(current: Upload): void {
    const { maxUploads, maxParts } = this.#limits;
    if (this.#uploads.size <= maxUploads && this.#parts <= maxParts) return;
    for (const upload of this.#uploads.values()) {
      if (this.#uploads.size <= maxUploads && this.#parts <= maxParts) break;
      if (upload !== current) this.#remove(upload);
    }
  }
}

function nameOf(bucketId: number, uploadId: string): string {
  return `${bucketId}/${uploadId}`;
}
