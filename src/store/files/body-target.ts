// What a body is written to while it comes, and hashed on the way.
import type { Content } from '../database/rows.ts';
import type { DigestsOfBody } from './body-digests.ts';

/** A body on its way in. */
export interface BodyTarget {
  /**
   * Takes a slice, one at a time: true where it is done with it already; else the slice belongs to the target until
   * `callback` is called.
   */
  append(slice: Uint8Array, callback: (error: Error | null) => void): boolean;
  /** All has come: resolves with its digests when it is written. Rejects where a write failed. */
  finish(): Promise<DigestsOfBody>;
  /** Puts the finished body where it belongs, durably where that is a file. */
  keep(): Promise<Content>;
  /** Takes away what there is, whenever; waits for what is being written. */
  remove(): Promise<void>;
}
