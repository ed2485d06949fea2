// The one place that holds a body in memory: for bodies that must be read, up to a limit.
import type { BodySink } from './body-sink.ts';
import type { Exchange } from './exchange.ts';

/** `too-large`: more than the limit came; the body is abandoned. `broken`: it was cut off or badly framed. */
export type Collected =
  | { readonly kind: 'whole'; readonly body: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'broken'; readonly error: Error };

/** Reads the exchange's body into memory. Never rejects. */
export function collectRequestBody(exchange: Exchange, maxBytes: number): Promise<Collected> {
  return new Promise((resolve) => {
    exchange.readBody(
      collector(maxBytes, (collected) => {
        if (collected.kind === 'too-large') exchange.abandonBody();
        resolve(collected);
      }),
    );
  });
}

/** A sink that keeps what it is given, up to a limit, and tells once how it went. */
export function collector(maxBytes: number, onCollected: (collected: Collected) => void): BodySink {
  const slices: Buffer[] = [];
  let size = 0;
  let settled = false;
  const settle = (collected: Collected): void => {
    if (settled) return;
    settled = true;
    onCollected(collected);
  };
  return {
    write(slice) {
      size += slice.length;
      if (size > maxBytes) settle({ kind: 'too-large' });
      else if (!settled) slices.push(Buffer.from(slice));
    },
    idle: true,
    whenIdle(callback) {
      callback();
    },
    end() {
      settle({ kind: 'whole', body: Buffer.concat(slices) });
    },
    abort(error) {
      settle({ kind: 'broken', error });
    },
  };
}
