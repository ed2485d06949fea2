// What a fault is: one thing that a store does wrong, put between a client and a store that does it right.
import type { Answer, Header, StoreRequest } from './store-request.ts';

/** What is asked of the store instead of what the client asked, signed with the client's own key. */
export interface Question {
  readonly method: string;
  readonly target: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** The store that works. */
export interface WorkingStore {
  /** The client's own bytes and signature. */
  pass(request: StoreRequest): Promise<Answer>;
  /** Of the host that the request is for: with the bucket in its name, or without. */
  ask(request: StoreRequest, question: Question): Promise<Answer>;
  /** Rejects when the broken store is closed. */
  sleep(ms: number): Promise<void>;
}

export type Handle = (request: StoreRequest, store: WorkingStore) => Promise<Answer>;

export interface Fault {
  /** `row-06-multi-delete`, `sosapi-used-frozen`. */
  readonly id: string;
  /** Of the list of known failures. */
  readonly row?: number;
  /** What this store does, as a sentence without a subject: `Drops …`. */
  readonly does: string;
  /** Cases whose fault this is. Each fails, or warns. */
  readonly caughtBy: readonly string[];
  /** With a memory of its own for each broken store. */
  readonly handler: () => Handle;
}

type Matches = (request: StoreRequest) => boolean;

/** A fault that shows in answers alone, or before the store is asked. */
export function handling(handle: Handle): () => Handle {
  return () => handle;
}

/** Changes the answers to some requests. */
export function answering(
  matches: Matches,
  change: (answer: Answer, request: StoreRequest) => Answer,
): () => Handle {
  return handling(async (request, store) => {
    const answer = await store.pass(request);
    return matches(request) ? change(answer, request) : answer;
  });
}

/** Answers some requests with an error, without asking the store. */
export function refusing(matches: Matches, status: number, code: string): () => Handle {
  return handling(async (request, store) =>
    matches(request) ? errorAnswer(status, code, request) : store.pass(request),
  );
}

/** Asks the store for something else. `undefined`: for what the client asked. */
export function asking(change: (request: StoreRequest) => Partial<Question> | undefined): () => Handle {
  return handling((request, store) => {
    const changed = change(request);
    return changed === undefined
      ? store.pass(request)
      : store.ask(request, { ...questionOf(request), ...changed });
  });
}

/** Bodies in chunks cannot be signed again here. */
export function questionOf(request: StoreRequest): Question {
  const headers = request.headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !NOT_ASKED_AGAIN.includes(name));
  return {
    method: request.method,
    target: request.target,
    headers: Object.fromEntries(headers),
    body: request.body,
  };
}

const NOT_ASKED_AGAIN = [
  'host',
  'authorization',
  'x-amz-date',
  'x-amz-content-sha256',
  'content-length',
  'connection',
  'expect',
];

/** Without some parameters of the query; the rest as it came. */
export function targetWithout(target: string, ...names: readonly string[]): string {
  const [path = '', query = ''] = target.split(/\?(.*)/s, 2);
  const rest = query.split('&').filter((pair) => !names.includes(pair.replace(/=.*/s, '')));
  return rest.length === 0 ? path : `${path}?${rest.join('&')}`;
}

export function errorAnswer(status: number, code: string, request: StoreRequest): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>On purpose.</Message><Resource>/${request.path}</Resource><RequestId>0</RequestId></Error>`;
  return xmlAnswer(status, request.method === 'HEAD' ? '' : body);
}

export function xmlAnswer(status: number, body: string): Answer {
  return {
    status,
    headers: [
      ['Date', new Date().toUTCString()],
      ['x-amz-request-id', '0'],
      ['x-amz-id-2', '0'],
      ['Content-Type', 'application/xml'],
    ],
    body: Buffer.from(body),
  };
}

export function emptyAnswer(status: number, headers: readonly Header[] = []): Answer {
  const all: readonly Header[] = [['Date', new Date().toUTCString()], ['x-amz-request-id', '0'], ...headers];
  return { status, headers: all, body: Buffer.alloc(0) };
}

export function headerOf(answer: Answer, name: string): string | undefined {
  return answer.headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

export function withoutHeaders(answer: Answer, ...names: readonly string[]): Answer {
  return { ...answer, headers: answer.headers.filter(([name]) => !names.includes(name.toLowerCase())) };
}

/** Instead of what it was. */
export function withHeader(answer: Answer, name: string, value: string): Answer {
  const { headers } = withoutHeaders(answer, name.toLowerCase());
  return { ...answer, headers: [...headers, [name, value]] };
}

/** Changes the text of a body. */
export function withText(answer: Answer, change: (text: string) => string): Answer {
  return { ...answer, body: Buffer.from(change(answer.body.toString())) };
}

export function succeeded({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}
