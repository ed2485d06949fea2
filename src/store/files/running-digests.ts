// The digests of one body on their way, wherever they are computed.
import { BodyDigests, type DigestPlan, type DigestsOfBody } from './body-digests.ts';

export interface RunningDigests {
  /** Takes a slice: true where it is done with it; else the slice must stay as it is until `callback` is called. */
  update(slice: Uint8Array, callback: () => void): boolean;
  /** To be called once, behind the last slice. */
  digest(): Promise<DigestsOfBody>;
  /** Ends it without a digest; does nothing behind `digest`. */
  abandon(): void;
}

/** Computed in this thread, as the slices come. */
export async function localDigests(plan: DigestPlan): Promise<RunningDigests> {
  const digests = await BodyDigests.create(plan);
  return {
    update(slice) {
      digests.update(slice);
      return true;
    },
    async digest() {
      return digests.digest();
    },
    abandon() {},
  };
}
