// Memory for writes that go past the page cache: the kernel reads it where it lies, and wants it to begin at a page (open(2),
// O_DIRECT).

/** What begins, and is as long as, a multiple of this suits every disk: their sectors have 512 or 4,096 bytes. */
export const PAGE_BYTES = 4096;

/**
 * A buffer that begins at a page and that threads can share; `bytes` is a multiple of PAGE_BYTES. V8 maps pages of its own for
 * memory that may grow, and takes all other memory from a heap, which begins anywhere (Node 24.21, seen in /proc/self/maps).
 */
export function pageBuffer(bytes: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(bytes, { maxByteLength: bytes }), 0, bytes);
}
