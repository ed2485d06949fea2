// The chain of signatures in an aws-chunked body: each is made with the one before, the first with that of the request
// (Amazon S3 API Reference, "Signature calculations for the Authorization header: transferring payload in multiple chunks").
import { EMPTY_SHA256 } from './payload-hash.ts';
import { SignatureComparison } from './signature-comparison.ts';
import type { SigningContext } from './signing-key.ts';

export class ChunkSignatures {
  readonly #context: SigningContext;
  readonly #comparison: SignatureComparison;
  #previous: string;

  /** `seed`: the request's own signature, verified. */
  constructor(context: SigningContext, seed: string, comparison = new SignatureComparison()) {
    this.#context = context;
    this.#comparison = comparison;
    this.#previous = seed;
  }

  /** Whether the next chunk, whose data has that SHA-256 in hex, has that signature. */
  isNextChunk(signature: string, sha256: string): boolean {
    return this.#isNext(signature, 'AWS4-HMAC-SHA256-PAYLOAD', `${EMPTY_SHA256}\n${sha256}`);
  }

  /** Whether the trailer has that signature; `sha256` is of its lines `name:value\n`. */
  isTrailer(signature: string, sha256: string): boolean {
    return this.#isNext(signature, 'AWS4-HMAC-SHA256-TRAILER', sha256);
  }

  #isNext(signature: string, kind: string, hashes: string): boolean {
    const { signingKey, amzDate } = this.#context;
    const expected = signingKey.hexOf(
      `${kind}\n${amzDate}\n${signingKey.scope}\n${this.#previous}\n${hashes}`,
    );
    this.#previous = expected;
    return this.#comparison.areEqual(signature, expected);
  }
}
