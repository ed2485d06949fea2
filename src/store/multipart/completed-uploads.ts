// Remembers what uploads became: a client that lost the answer asks again, and must not be told that its upload is gone.
import type { Answer } from '../server/call.ts';

/** What an upload became. */
export interface CompletedUpload {
  readonly bucketId: number;
  readonly key: string;
  readonly rowId: number;
  readonly versionId: string;
  readonly answer: Answer;
}

interface Completion {
  readonly fingerprint: string;
  readonly outcome: Promise<CompletedUpload>;
}

const KEPT = 1024;

/** In memory only: behind a restart an upload that was completed is NoSuchUpload. */
export class CompletedUploads {
  readonly #byUploadId = new Map<string, Completion>();

  /** Whether that upload was completed, or is being completed. */
  has(uploadId: string): boolean {
    return this.#byUploadId.has(uploadId);
  }

  /** What the same call became that is under way or was answered: same upload, same fingerprint. */
  find(uploadId: string, fingerprint: string): Promise<CompletedUpload> | undefined {
    const known = this.#byUploadId.get(uploadId);
    return known?.fingerprint === fingerprint ? known.outcome : undefined;
  }

  /** A failure is told to all who joined meanwhile, and then forgotten. */
  remember(uploadId: string, fingerprint: string, outcome: Promise<CompletedUpload>): void {
    // Two calls for one upload that differ: the catalog decides, and the first stays remembered.
    if (this.#byUploadId.has(uploadId)) return;
    this.#byUploadId.set(uploadId, { fingerprint, outcome });
    outcome.catch(() => this.#byUploadId.delete(uploadId));
    const [oldest] = this.#byUploadId.keys();
    if (this.#byUploadId.size > KEPT && oldest !== undefined) this.#byUploadId.delete(oldest);
  }
}
