// One request and its answer on a server connection, as the handler sees them.
import type { BodySink } from './body-sink.ts';
import type { BodyFraming, RequestHead } from './head.ts';
import type { HttpError } from './http-error.ts';

/** The head of an answer. `fields` are complete header lines, each with its CRLF, without framing and Connection. */
export interface AnswerHead {
  readonly status: number;
  readonly reason: string;
  readonly fields: string;
  readonly framing: BodyFraming;
}

/** One request. The connection reads nothing of the body before `readBody`. */
export interface Exchange {
  readonly head: RequestHead;
  readonly remoteAddress: string;
  /** Body bytes read from the client so far. */
  readonly requestBytes: number;
  /** Body bytes written to the client so far. */
  readonly responseBytes: number;
  /** Monotonic milliseconds at which the head was complete. */
  readonly startedAtMs: number;
  /** Monotonic milliseconds at which the answer's head was written. */
  readonly answeredAtMs: number | undefined;
  /** What was wrong with the body's framing, where something was. */
  readonly bodyError: HttpError | undefined;
  /** Status of the answer; 0 before it is begun. */
  readonly status: number;
  /** Sends `100 Continue` where the client waits for it. */
  allowBody(): void;
  /** Streams the body into `sink`, slice by slice, in lockstep; `sink.end` or `sink.abort` is called exactly once. */
  readBody(sink: BodySink): void;
  /** Takes the sink away without an end or an abort, so that `readBody` can be called again with another one. */
  suspendBody(): void;
  /** Stops reading the body: the answer is known before its end. The connection closes behind the answer. */
  abandonBody(): void;
  /** Begins the answer; the sink takes its body. Chunked framing turns into close-delimited for HTTP/1.0. */
  answer(head: AnswerHead): BodySink;
  /** Cuts the connection: an answer that was begun cannot be completed. */
  cut(): void;
  /** Called once if the client goes away before the answer is complete. */
  onGone(callback: () => void): void;
  /** Called once when the exchange is over, complete or not; `complete` says which. */
  onOver(callback: (complete: boolean) => void): void;
}
