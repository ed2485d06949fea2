// The environment of the store's process: what is tuned there, and nothing of the gateway's secrets.
import { COMPILED_CODE } from './compiled-code.ts';

/** Threads for its files and its `fdatasync`: with Node's own 4, 64 uploads would wait for one another's disk. */
const THREADS = 16;
/** Of glibc's allocator. One for nearly each thread, as it takes them itself, cost some 50 MiB (seen 2026-11). */
const ARENAS = 2;
/** What Node and SQLite heed of the gateway's own environment and the store may need. */
const INHERITED = ['LD_LIBRARY_PATH', 'TMPDIR', 'TZ'] as const;

/** `own`: the gateway's. */
export function storeEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(INHERITED.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]))),
    UV_THREADPOOL_SIZE: String(THREADS),
    MALLOC_ARENA_MAX: String(ARENAS),
    NODE_COMPILE_CACHE: COMPILED_CODE,
  };
}
