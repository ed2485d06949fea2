// What V8 does with its heap by habit and a process that serves S3 has no use for: flags that take effect while it runs.
import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the part of the heap small that young objects live in, as the flag that workers are started with, which only a new process
 * can take. What a request leaves behind lives for no longer than the request, so a large nursery is only memory: 64 bodies of
 * 64 MiB at once took 258 to 263 MB without this and 248 MB with it (Node 24.21, 2026-11-22). Its price: in a pause V8 shrinks it to
 * 1 MiB, and it cannot grow again (a GET of 4 KiB then takes 71 to 79 us of processor time instead of 54).
 */
export function keepNurserySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Code that a few collections found unused is dropped, as if nobody would ask again. After a pause the next requests pay for that:
 * capacity.xml took 52 us of processor time instead of 36 (Node 24.21, 2026-11-22).
 */
export const KEEP_CODE = '--no-flush-bytecode';

export function keepCode(): void {
  setFlagsFromString(KEEP_CODE);
}
