// What the store's main thread and a hashing thread say to each other. Messages of one body are taken in the order in which they were sent.
import type { DigestPlan, DigestsOfBody } from './body-digests.ts';

export type ToHashThread =
  | { readonly kind: 'begin'; readonly body: number; readonly plan: DigestPlan }
  /** Answered by `updated`: until then the bytes stay as they are. */
  | { readonly kind: 'update'; readonly body: number; readonly bytes: Uint8Array }
  /** Answered by `digested`, and the end of the body. */
  | { readonly kind: 'digest'; readonly body: number }
  /** The end of a body whose digests nobody wants. */
  | { readonly kind: 'abandon'; readonly body: number };

export type FromHashThread =
  | { readonly kind: 'updated'; readonly body: number }
  | { readonly kind: 'digested'; readonly body: number; readonly digests: DigestsOfBody };
