// At most so many requests of one credential under way at a time; the next ones wait a little for those of their own.

export interface CredentialGateOptions {
  readonly maxInFlight: number;
  /** How long one may wait, in milliseconds. */
  readonly patienceMs: number;
}

/** It has as many under way as it may, and none ended in time, or as many wait already. */
export class GateShutError extends Error {
  override readonly name = 'GateShutError';
}

interface Passing {
  inFlight: number;
  readonly waiting: Set<() => void>;
}

export class CredentialGate {
  readonly #options: CredentialGateOptions;
  /** Only credentials that have something under way. */
  readonly #passing = new Map<string, Passing>();

  constructor(options: CredentialGateOptions) {
    this.#options = options;
  }

  /** How many credentials have something under way. */
  get size(): number {
    return this.#passing.size;
  }

  /** Undefined where it may go on at once; `leave` must follow either way. Rejects with GateShutError: then it must not. */
  enter(accessKeyId: string): Promise<void> | undefined {
    const own = this.#passing.get(accessKeyId);
    if (own === undefined) {
      this.#passing.set(accessKeyId, { inFlight: 1, waiting: new Set() });
      return undefined;
    }
    const { maxInFlight, patienceMs } = this.#options;
    if (own.inFlight < maxInFlight) {
      own.inFlight++;
      return undefined;
    }
    const refusal = new GateShutError(`${accessKeyId} has ${maxInFlight} requests under way`);
    if (own.waiting.size >= maxInFlight) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const pass = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        own.waiting.delete(pass);
        reject(refusal);
      }, patienceMs);
      own.waiting.add(pass);
    });
  }

  leave(accessKeyId: string): void {
    const own = this.#passing.get(accessKeyId);
    if (own === undefined) return;
    const [next] = own.waiting;
    if (next !== undefined) {
      // It takes the place of the one that leaves.
      own.waiting.delete(next);
      next();
      return;
    }
    own.inFlight--;
    if (own.inFlight === 0) this.#passing.delete(accessKeyId);
  }
}
