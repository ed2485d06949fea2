// The environment of a worker: what Node and the libraries below it heed, and none of the secrets that the config may name there.
import { COMPILED_CODE } from './compiled-code.ts';

/** What tunes Node, OpenSSL, libuv and the C library. */
const INHERITED = /^(?:NODE|UV|SSL|OPENSSL|MALLOC|LD|GLIBC)_|^(?:LANG|LC_ALL|PATH|TMPDIR|TZ)$/;

/** Of glibc's allocator. The threads of a worker resolve names and write the log: an arena for each gains nothing. */
const ARENAS = 2;

/**
 * Likewise: from so many bytes on memory is the system's again as soon as it is free. Left to itself the allocator keeps what read
 * buffers of connections that are gone have left between those of others: 512 connections took 383 MiB instead of 360, and more
 * with each minute (2026-11-22).
 */
const GIVEN_BACK_BYTES = 128 * 1024;

/** `own`: the primary's. What is undefined is taken out of what a worker would inherit. */
export function workerEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const without = Object.keys(own).filter((name) => !INHERITED.test(name));
  return {
    ...Object.fromEntries(without.map((name) => [name, undefined])),
    MALLOC_ARENA_MAX: own['MALLOC_ARENA_MAX'] ?? String(ARENAS),
    MALLOC_MMAP_THRESHOLD_: own['MALLOC_MMAP_THRESHOLD_'] ?? String(GIVEN_BACK_BYTES),
    NODE_COMPILE_CACHE: own['NODE_COMPILE_CACHE'] ?? COMPILED_CODE,
  };
}
