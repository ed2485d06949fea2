// Who still uses which backend: it is closed when the last one has let go, and the gateway's own calls to it are over.
import type { Backend } from '../backend/backend.ts';

export class BackendHolders {
  readonly #holders = new Map<Backend, number>();
  /** Nobody holds them, and a call of the gateway's own is under way. */
  readonly #closing = new Set<Backend>();
  readonly #calls = new WeakMap<Backend, Set<Promise<unknown>>>();
  #isClosed = false;

  /** How many are not closed. */
  get size(): number {
    return this.#holders.size + this.#closing.size;
  }

  /** The same backend, whose own calls count; to be used in its place from the start. */
  watched(backend: Backend): Backend {
    const calls = new Set<Promise<unknown>>();
    const watched: Backend = {
      ...backend,
      call(call) {
        const answer = backend.call(call);
        calls.add(answer);
        const over = (): void => void calls.delete(answer);
        answer.then(over, over);
        return answer;
      },
    };
    this.#calls.set(watched, calls);
    return watched;
  }

  hold(backends: Iterable<Backend>): void {
    for (const backend of backends) this.#holders.set(backend, (this.#holders.get(backend) ?? 0) + 1);
  }

  letGo(backends: Iterable<Backend>): void {
    for (const backend of backends) {
      const left = (this.#holders.get(backend) ?? 0) - 1;
      if (left > 0) this.#holders.set(backend, left);
      else if (this.#holders.delete(backend)) void this.#closeWhenIdle(backend);
    }
  }

  /** All, whoever holds them. */
  close(): void {
    this.#isClosed = true;
    for (const backend of [...this.#holders.keys(), ...this.#closing]) backend.close();
    this.#holders.clear();
    this.#closing.clear();
  }

  async #closeWhenIdle(backend: Backend): Promise<void> {
    this.#closing.add(backend);
    await Promise.allSettled(this.#calls.get(backend) ?? []);
    if (this.#isClosed) return;
    this.#closing.delete(backend);
    backend.close();
  }
}
