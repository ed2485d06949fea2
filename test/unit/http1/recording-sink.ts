// A sink and a listener that write down what they hear.
import type { BodySink } from '../../../src/http1/body-sink.ts';
import type { AnswerListener, ClientConnection } from '../../../src/http1/client-connection.ts';
import type { ResponseHead } from '../../../src/http1/head.ts';

export class RecordingSink implements BodySink {
  readonly idle = true;
  text = '';
  readonly ends: string[] = [];

  write(slice: Buffer): void {
    this.text += slice.toString('latin1');
  }

  whenIdle(callback: () => void): void {
    callback();
  }

  end(): void {
    this.ends.push('end');
  }

  abort(): void {
    this.ends.push('abort');
  }
}

export class RecordingListener implements AnswerListener {
  readonly sink = new RecordingSink();
  head: ResponseHead | undefined;
  /** `done true`, `done false` or `failed NAME: message`, each as often as it was told. */
  readonly ends: string[] = [];
  error: Error | undefined;
  readonly #connection: ClientConnection;

  constructor(connection: ClientConnection) {
    this.#connection = connection;
  }

  onHead(head: ResponseHead): void {
    this.head = head;
    this.#connection.readBody(this.sink);
  }

  onDone(reusable: boolean): void {
    this.ends.push(`done ${reusable}`);
  }

  onFailed(error: Error): void {
    this.error = error;
    this.ends.push(`failed ${error.name}`);
  }
}
