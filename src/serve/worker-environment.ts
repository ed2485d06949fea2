// The environment of a worker: what Node and the libraries below it heed, and none of the secrets that the config may name there.
import { COMPILED_CODE } from './compiled-code.ts';

/** What tunes Node, OpenSSL, libuv and the C library. */
const INHERITED = /^(?:NODE|UV|SSL|OPENSSL|MALLOC|LD|GLIBC)_|^(?:LANG|LC_ALL|PATH|TMPDIR|TZ)$/;

/** Of glibc's allocator. The threads of a worker resolve names and write the log: an arena for each gains nothing. */
const ARENAS = 2;

/** `own`: the primary's. What is undefined is taken out of what a worker would inherit. */
export function workerEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const without = Object.keys(own).filter((name) => !INHERITED.test(name));
  return {
    ...Object.fromEntries(without.map((name) => [name, undefined])),
    MALLOC_ARENA_MAX: own['MALLOC_ARENA_MAX'] ?? String(ARENAS),
    NODE_COMPILE_CACHE: own['NODE_COMPILE_CACHE'] ?? COMPILED_CODE,
  };
}
