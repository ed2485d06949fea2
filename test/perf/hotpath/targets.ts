// What the gateway is to reach, in one table.

/** Processor time for each request as a multiple of nginx's in the same round; by the name of the case. */
export const CPU_AGAINST_NGINX: Readonly<Record<string, number>> = {
  'get-1m': 1.15,
  'get-64m': 1.15,
  'put-1m': 1.2,
  'put-1m-sha256': 1.2,
  'get-1m-tls': 0.85,
  'put-1m-tls': 1.3,
  'get-4k': 3,
  head: 3,
  'capacity-xml': 3,
};

/** And as a multiple of what Fastify with @fastify/reply-from takes, in every case that has both. */
export const CPU_AGAINST_REPLY_FROM = 0.5;

/** Median of one request at a time, 4 KiB, through the gateway, minus that without a proxy. */
export const ADDED_LATENCY_MS = 0.25;

/** Memory of the whole process tree, pages that processes share counted once; 512 connections, two workers. */
export const PEAK_MEBIBYTES = 400;

/** "The same after ten minutes as after one": the later peak as a multiple of the earlier one, with what a garbage collector may differ by. */
export const MEMORY_GROWTH = 1.1;

/** Requests a second of two workers as a multiple of one worker's. */
export const SPEED_OF_TWO_WORKERS = 1.6;
