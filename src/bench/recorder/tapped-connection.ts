// One connection through the recorder: every byte goes on as it came, and a reader on each side looks on.
import type { Socket } from 'node:net';
import { ExchangeRecord, type RecordSetting } from './exchange-record.ts';
import { HttpMessageReader } from './http-message-reader.ts';
import type { RecordedRequest } from './recording-format.ts';

export interface TappedConnection {
  readonly number: number;
  readonly client: Socket;
  /** May still be connecting. */
  readonly store: Socket;
  readonly readyEvent: 'connect' | 'secureConnect';
  readonly setting: RecordSetting;
  readonly onLine: (line: RecordedRequest) => void;
  /** The store cannot be reached, or the connection can no longer be followed. It goes on all the same where it can. */
  readonly onProblem: (text: string) => void;
  readonly onClose: () => void;
}

/** Of silence, after the store has closed. */
const LINGER_MS = 10_000;

export function tapConnection(connection: TappedConnection): void {
  const { client, store, onProblem, onClose, number } = connection;
  const exchanges = new Exchanges(connection);
  const problem = (text: string): void => onProblem(`connection ${number}: ${text}`);
  const requests = exchanges.requestReader(problem);
  const answers = exchanges.answerReader(problem);
  client.on('data', (bytes: Buffer) => requests.push(bytes));
  store.on('data', (bytes: Buffer) => answers.push(bytes));
  store.once('end', () => answers.end());
  // `pipe` holds the sender up while the other side does not take more, and passes its end on.
  client.pipe(store);
  store.pipe(client);
  let isStoreReached = false;
  store.once(connection.readyEvent, () => {
    isStoreReached = true;
  });
  client.on('error', () => store.destroy());
  store.on('error', (error) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!isStoreReached) problem(`the store cannot be reached: ${message || code}`);
  });
  let open = 2;
  const closed = (): void => {
    open--;
    if (open > 0) return;
    exchanges.flush();
    onClose();
  };
  client.once('close', () => {
    store.destroySoon();
    closed();
  });
  store.once('close', () => {
    // A client that still sends would lose the answer to a reset: what it sends is read until it ends, too.
    client.end();
    client.resume();
    client.setTimeout(LINGER_MS, () => client.destroy());
    closed();
  });
}

/** Pairs answers with requests: on one connection they come in the same order. */
class Exchanges {
  readonly #connection: TappedConnection;
  #open: readonly ExchangeRecord[] = [];
  #asking: ExchangeRecord | undefined;
  #isFinal = false;
  #isLost = false;

  constructor(connection: TappedConnection) {
    this.#connection = connection;
  }

  requestReader(problem: (text: string) => void): HttpMessageReader {
    const { setting, number } = this.#connection;
    return new HttpMessageReader('requests', {
      onBegin: () => {
        if (this.#isLost) return;
        this.#asking = new ExchangeRecord(setting, number);
        this.#open = [...this.#open, this.#asking];
      },
      onHead: (head) => {
        this.#asking?.requestHead(head);
        return head.first.startsWith('CONNECT ') ? 'opaque' : 'headers';
      },
      onBody: (bytes) => this.#asking?.requestBody(bytes),
      onEnd: () => {
        this.#asking?.requestEnd();
        this.#asking = undefined;
        this.#emitDone();
      },
      onLost: (why) => this.#lose(problem, `requests: ${why}`),
    });
  }

  answerReader(problem: (text: string) => void): HttpMessageReader {
    // The first that has no whole answer yet. One that was answered early waits for the rest of its body.
    const current = () => this.#open.find((each) => !each.isAnswered);
    return new HttpMessageReader('answers', {
      onBegin: () => current()?.answerBegin(),
      onHead: (head) => {
        const [, digits] = /^HTTP\/1\.\d (\d{3})/.exec(head.first) ?? [];
        if (digits === undefined || digits === '101') return 'opaque';
        const status = Number(digits);
        this.#isFinal = status >= 200;
        if (!this.#isFinal) return 'none';
        const asked = current();
        asked?.answerHead(status, head);
        return asked?.method === 'HEAD' || status === 204 || status === 304 ? 'none' : 'headers';
      },
      onBody: (bytes) => current()?.answerBody(bytes),
      onEnd: () => {
        if (!this.#isFinal) return;
        current()?.answerEnd();
        this.#emitDone();
      },
      onLost: (why) => this.#lose(problem, `answers: ${why}`),
    });
  }

  /** What the end of the connection left open. */
  flush(): void {
    for (const exchange of this.#open) this.#connection.onLine(exchange.line());
    this.#open = [];
  }

  #emitDone(): void {
    const done = this.#open.filter((each) => each.isDone);
    this.#open = this.#open.filter((each) => !each.isDone);
    for (const exchange of done) this.#connection.onLine(exchange.line());
  }

  #lose(problem: (text: string) => void, why: string): void {
    if (this.#isLost) return;
    this.#isLost = true;
    problem(`it goes on, and is no longer recorded: ${why}`);
    this.flush();
  }
}
