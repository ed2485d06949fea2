// A gateway before a patient store, for aws-chunked uploads that must leave nothing there.
import { afterAll, beforeAll, expect } from 'vitest';
import { exchange, type RawAnswer } from '../support/raw-http.ts';
import { type ChunkedUpload, chunkedText, type Mode } from './chunked-upload.ts';
import { type GatewayInProcess, gatewayOver, type StoreHandling } from './composed-gateway.ts';
import { type Arrived, type PatientStore, patientStore } from './patient-store.ts';
import { type Answered, expectRefusal, type Origin, originOf } from './refusal-table.ts';

const CASE = 'x-amz-meta-case';

export interface ChunkedGateway {
  readonly store: PatientStore;
  readonly origin: Origin;
  send(upload: ChunkedUpload): Promise<{ readonly answer: RawAnswer; readonly arrived: readonly Arrived[] }>;
  /** What the store has of it lacks at least a byte, and was cut off. */
  expectNothingStored(upload: ChunkedUpload, expected: Answered): Promise<void>;
  /** The store did not hear of it. */
  expectNothingSent(upload: ChunkedUpload, expected: Answered): Promise<void>;
}

/** Call at the top of a file; the parts are there from its first test on. */
export function useChunkedGateway(handling: StoreHandling = {}): ChunkedGateway {
  let store: PatientStore | undefined;
  let gateway: GatewayInProcess | undefined;
  beforeAll(async () => {
    store = await patientStore();
    gateway = await gatewayOver(store.port, handling);
  });
  let sent = 0;
  const mustNotArrive = new Set<string>();
  const numberOf = ({ headers }: Arrived) => String(headers[CASE]);
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    // Nor may it have come after the answer.
    expect(store?.arrived.map(numberOf).filter((number) => mustNotArrive.has(number))).toEqual([]);
    await store?.[Symbol.asyncDispose]();
  });
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the gateway is not there yet');
    return part;
  };

  const send: ChunkedGateway['send'] = async (upload) => {
    const origin = originOf(there(gateway));
    // What was cut off may reach the store after the client has its answer, so each is known by a number.
    const number = String(++sent);
    const text = chunkedText({ ...upload, headers: { [CASE]: number, ...upload.headers } }, origin);
    const answer = await exchange(origin, text, text.slice(0, text.indexOf(' ')));
    const arrived = there(store).arrived.filter((each) => numberOf(each) === number);
    await Promise.all(arrived.map(({ over }) => over));
    return { answer, arrived };
  };

  return {
    get store() {
      return there(store);
    },
    get origin() {
      return originOf(there(gateway));
    },
    send,
    async expectNothingStored(upload, expected) {
      const { answer, arrived } = await send(upload);
      expectRefusal(answer, expected, upload.method ?? 'PUT');
      for (const each of arrived) {
        expect(each.whole).toBe(false);
        expect(each.body().length).toBeLessThan(Number(each.headers['content-length']));
      }
      expect(there(store).garbage).toBe(0);
    },
    async expectNothingSent(upload, expected) {
      const { answer, arrived } = await send(upload);
      expectRefusal(answer, expected, upload.method ?? 'PUT');
      expect(arrived).toEqual([]);
      mustNotArrive.add(String(sent));
    },
  };
}

type Case = readonly [name: string, answer: Answered, part: Partial<ChunkedUpload>];

/** Each case in each mode, with the mode in its name. */
export function inModes(
  modes: readonly Mode[],
  cases: readonly Case[],
): readonly (readonly [name: string, answer: Answered, upload: ChunkedUpload])[] {
  return modes.flatMap((mode) =>
    cases.map(([name, answer, part]) => [`${mode}: ${name}`, answer, { mode, ...part }] as const),
  );
}
