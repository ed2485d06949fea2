// Where Node keeps compiled code for the processes that the gateway starts.
import { fileURLToPath } from 'node:url';

/**
 * Without it, in a checkout, each process and each of its threads load a compiler for TypeScript at every start: 40 MiB
 * and half a second (seen 2026-11). Where nobody may write nothing is kept.
 */
export const COMPILED_CODE = fileURLToPath(
  new URL('../../node_modules/.cache/sosapi-gateway', import.meta.url),
);
