// The memory that one connection is read into, again and again.

/** Free in front of it: for what a head grows by when it is written anew, where the head that came leaves too little. */
export const ROOM_BYTES = 1024;

/** How large the buffers may be of the connections that it is shared by. */
export interface ReadBufferSizes {
  /** In bytes, for one connection more. */
  next(): number;
  /** One with a buffer of that size is closed. */
  gone(bytes: number): void;
}

/** The same size for each connection, however many there are. */
export function readBuffersOf(bytes: number): ReadBufferSizes {
  return { next: () => bytes, gone() {} };
}

/** Of that many bytes, with `ROOM_BYTES` in front of it in the same memory. */
export function readBuffer(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(ROOM_BYTES + bytes).subarray(ROOM_BYTES);
}
