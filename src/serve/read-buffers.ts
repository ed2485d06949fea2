// How large the buffers grow that connections are read into, each by its own: part of the composition root.
import type { ReadBufferSizes } from '../http1/read-buffer.ts';

/** For a head: so that it and 1 MiB behind it, the usual block of a backup, are two reads and not two and a rest. */
const HEAD_BYTES = 8 * 1024;
const LARGE_BYTES = 512 * 1024 + HEAD_BYTES;
/** 64 bodies at once, as one task of Veeam sends them, then fit in 250 MiB of memory with what else the process holds. */
const LARGE_COUNT = 48;
/** Of many workers each has at least so many: who has many cores has memory, too. */
const LEAST_LARGE_COUNT = 16;
const SMALL_BYTES = 128 * 1024 + HEAD_BYTES;

/**
 * For the connections of one server, or to one store, in one of so many processes that serve. A body of 1 MiB costs a quarter less
 * processor time through 512 KiB than through 256 KiB; hundreds of connections get less each, so that memory stays bounded, and
 * workers share the large ones.
 */
export function sharedReadBuffers(workers: number): ReadBufferSizes {
  let left = Math.max(Math.ceil(LARGE_COUNT / workers), LEAST_LARGE_COUNT);
  return {
    next() {
      if (left === 0) return SMALL_BYTES;
      left--;
      return LARGE_BYTES;
    },
    gone(bytes) {
      if (bytes === LARGE_BYTES) left++;
    },
  };
}
