// Object data on its way out.
import type { BodySink } from '../../http1/body-sink.ts';

/** Nothing is sent before the first block was read and found undamaged. */
export interface BodyReader {
  readonly length: number;
  /** Streams everything into `sink` in lockstep; calls `sink.end` or, where a later block is damaged, `sink.abort`. */
  sendTo(sink: BodySink): void;
  /** Ends early and gives its files back; also safe after the end. */
  close(): void;
}
