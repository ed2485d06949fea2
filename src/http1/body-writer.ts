// Puts the framing on a body that is written to a wire.
import type { BodySink } from './body-sink.ts';
import type { BodyFraming } from './head.ts';
import type { Wire } from './wire.ts';

/** What its owner hears of a body on its way out. */
export interface BodyWriterListener {
  onBytes(count: number): void;
  onEnd(): void;
}

/** A sink that frames what it is given and writes it to `wire`; an aborted body destroys the wire. */
export function createBodyWriter(wire: Wire, framing: BodyFraming, listener: BodyWriterListener): BodySink {
  const chunked = framing.kind === 'chunked';
  return {
    write(slice) {
      if (slice.length === 0) return;
      listener.onBytes(slice.length);
      if (!chunked) {
        wire.write(slice);
        return;
      }
      wire.together(() => {
        wire.write(`${slice.length.toString(16)}\r\n`);
        wire.write(slice);
        wire.write('\r\n');
      });
    },
    get idle() {
      return wire.idle;
    },
    whenIdle(callback) {
      wire.whenIdle(callback);
    },
    end() {
      if (chunked) wire.write('0\r\n\r\n');
      listener.onEnd();
    },
    abort() {
      // An orderly close is how a close-delimited body ends, so this must not look like one.
      if (framing.kind === 'until-close') wire.reset();
      else wire.destroy();
    },
  };
}
