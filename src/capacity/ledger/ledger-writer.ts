// Where the parts of the ledger write what changed in them. All calls between two flushes are one transaction.
import type { Bin } from './bin.ts';

export interface LedgerWriter {
  /** `nextSize`: the number that the next remembered size gets. */
  backend(id: number, name: string, nextSize: number): void;
  /** `state`: JSON. */
  bucket(id: number, backendId: number, name: string, state: string): void;
  /** With its bins; its uploads go one by one. */
  removeBucket(id: number): void;
  /** `logId`: the number of the bucket or, for the sum of all of them, of the backend. */
  bin(logId: number, bin: Bin): void;
  removeBin(logId: number, firstMs: number): void;
  size(backendId: number, written: number, hash: bigint, bytes: number): void;
  removeSize(backendId: number, written: number): void;
  removeSizesBefore(backendId: number, written: number): void;
  upload(id: number, backendId: number, bucketId: number, uploadId: string): void;
  part(id: number, partNumber: number, bytes: number): void;
  /** With its parts. */
  removeUpload(id: number): void;
  /** In place of all that were there. */
  marks(marks: ReadonlyMap<string, number>): void;
}
