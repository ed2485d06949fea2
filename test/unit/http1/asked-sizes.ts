// Sizes of read buffers that remember who asked for one and gave it back.
import type { ReadBufferSizes } from '../../../src/http1/read-buffer.ts';

export interface AskedSizes {
  readonly sizes: ReadBufferSizes;
  readonly asked: { next: number; readonly gone: number[] };
}

/** Each that asks gets so many bytes. */
export function askedSizes(bytes: number): AskedSizes {
  const asked = { next: 0, gone: [] as number[] };
  const sizes = {
    next(): number {
      asked.next++;
      return bytes;
    },
    gone: (given: number) => void asked.gone.push(given),
  };
  return { sizes, asked };
}
