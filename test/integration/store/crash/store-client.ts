// One connection to the store that lives as long as the store does; every call says whether it was answered.
import { elementOf, headerOf, type RawAnswer, RawConnection } from '../../../support/raw-http.ts';
import { requestBytes, type SigningInput, signed } from '../../../support/raw-sigv4.ts';
import { inputFor, type RawTarget } from '../../../support/raw-target.ts';

/** The store was gone before the whole answer was there. */
export class CutOffError extends Error {
  override readonly name = 'CutOffError';
}

type Call = Pick<SigningInput, 'method' | 'target' | 'headers' | 'body' | 'payload'>;

export class StoreClient implements AsyncDisposable {
  readonly #target: RawTarget;
  #connection: RawConnection | undefined;

  constructor(target: RawTarget) {
    this.#target = target;
  }

  /** Rejects with CutOffError where it cannot be known what became of the call. */
  async call(input: Call): Promise<RawAnswer> {
    try {
      this.#connection ??= await RawConnection.open({ host: this.#target.hostName, port: this.#target.port });
      await this.#connection.send(requestBytes(signed(inputFor(this.#target, input))));
      const answer = await this.#connection.answer(input.method);
      if (answer.truncated) throw new Error('the answer was cut off');
      if (headerOf(answer, 'connection') === 'close') await this.#close();
      return answer;
    } catch (cause) {
      await this.#close();
      throw new CutOffError(`${input.method} ${input.target}`, { cause });
    }
  }

  /** A call that must give one of these statuses. */
  async expect(statuses: readonly number[], input: Call): Promise<RawAnswer> {
    const answer = await this.call(input);
    if (statuses.includes(answer.status)) return answer;
    const code = elementOf(answer, 'Code') ?? answer.body.toString('latin1').slice(0, 200);
    throw new Error(
      `${input.method} ${input.target}: ${answer.status} ${code}, expected ${statuses.join(' or ')}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #close(): Promise<void> {
    await this.#connection?.[Symbol.asyncDispose]();
    this.#connection = undefined;
  }
}
