// The cases that are driven by wrk, one after another, in the order of the table.
import type { LoadRequest } from './wrk.ts';

export interface LoadCase {
  readonly name: string;
  readonly title: string;
  readonly request: LoadRequest;
  readonly connections: number;
  /** Bytes of the body of an answer, or of an upload. */
  readonly bodyBytes: number;
  readonly clientTls?: boolean;
  readonly storeTls?: boolean;
  readonly accessLog?: boolean;
  readonly proxies: readonly ProxyKind[];
  /** Also without a proxy, straight at the sink. */
  readonly isDirectToo?: boolean;
  /** The gateway answers it itself, nginx from a file of the same bytes, the others from an object of that size. */
  readonly isDocument?: boolean;
}

export type ProxyKind =
  | 'gateway'
  | 'gateway, 2 workers'
  | 'nginx'
  | 'nginx tuned'
  | 'haproxy'
  | 'haproxy splice'
  | 'bare relay'
  | 'reply-from';

/** The sink without a proxy, in cases that have it. */
export const DIRECT = 'sink alone';

const KIB = 1024;
const MIB = 1024 * KIB;
const WITHOUT_SPLICE: readonly ProxyKind[] = [
  'gateway',
  'bare relay',
  'nginx',
  'nginx tuned',
  'haproxy',
  'reply-from',
];
const ALL: readonly ProxyKind[] = [...WITHOUT_SPLICE.slice(0, -1), 'haproxy splice', 'reply-from'];
const GATEWAY_AND_NGINX: readonly ProxyKind[] = ['gateway', 'nginx', 'nginx tuned'];

/** The sink takes the size from the key. */
export const objectOf = (bytes: number): string => `/bench/object-${bytes}`;

export const CAPACITY_TARGET = '/bench/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml';

const get = (bytes: number) => ({
  request: { method: 'GET', target: objectOf(bytes) } as const,
  bodyBytes: bytes,
});
const put = (bytes: number, payload: 'unsigned' | 'sha256') => ({
  request: { method: 'PUT', target: objectOf(bytes), bodyBytes: bytes, payload } as const,
  bodyBytes: bytes,
});

export const LOAD_CASES: readonly LoadCase[] = [
  { name: 'get-1m', title: 'GET 1 MiB', ...get(MIB), connections: 32, proxies: ALL },
  { name: 'get-64m', title: 'GET 64 MiB', ...get(64 * MIB), connections: 4, proxies: ALL },
  {
    name: 'put-1m',
    title: 'PUT 1 MiB, unsigned payload',
    ...put(MIB, 'unsigned'),
    connections: 32,
    proxies: WITHOUT_SPLICE,
  },
  {
    name: 'put-1m-sha256',
    title: 'PUT 1 MiB, literal SHA-256',
    ...put(MIB, 'sha256'),
    connections: 32,
    proxies: WITHOUT_SPLICE,
  },
  {
    name: 'get-1m-tls',
    title: 'GET 1 MiB, TLS to the client',
    ...get(MIB),
    connections: 32,
    clientTls: true,
    proxies: WITHOUT_SPLICE,
  },
  {
    name: 'put-1m-tls',
    title: 'PUT 1 MiB, TLS to the client',
    ...put(MIB, 'unsigned'),
    connections: 32,
    clientTls: true,
    proxies: WITHOUT_SPLICE,
  },
  { name: 'get-4k', title: 'GET 4 KiB', ...get(4 * KIB), connections: 64, proxies: WITHOUT_SPLICE },
  {
    name: 'head',
    title: 'HEAD',
    // Of an empty object: wrk 4.1.0 waits for as many bytes as Content-Length says also after HEAD (seen 2026-11).
    request: { method: 'HEAD', target: objectOf(0) },
    bodyBytes: 0,
    connections: 64,
    proxies: WITHOUT_SPLICE,
  },
  {
    name: 'capacity-xml',
    title: 'capacity.xml',
    request: { method: 'GET', target: CAPACITY_TARGET },
    // Known when the gateway has answered it.
    bodyBytes: 0,
    connections: 64,
    proxies: [...GATEWAY_AND_NGINX, 'reply-from'],
    isDocument: true,
  },
  {
    name: 'latency',
    title: 'GET 4 KiB, one at a time',
    ...get(4 * KIB),
    connections: 1,
    proxies: WITHOUT_SPLICE,
    isDirectToo: true,
  },
  {
    name: 'get-1m-store-tls',
    title: 'GET 1 MiB, TLS to the store',
    ...get(MIB),
    connections: 32,
    storeTls: true,
    proxies: GATEWAY_AND_NGINX,
  },
  {
    name: 'access-log',
    title: 'GET 4 KiB, access log on',
    ...get(4 * KIB),
    connections: 64,
    accessLog: true,
    proxies: GATEWAY_AND_NGINX,
  },
];

/** Run where there are cores for two workers beside client and sink. */
export const WORKER_CASES: readonly LoadCase[] = [4 * KIB, MIB].map((bytes) => ({
  name: 'workers',
  title: bytes === MIB ? 'GET 1 MiB, workers' : 'GET 4 KiB, workers',
  ...get(bytes),
  connections: bytes === MIB ? 32 : 128,
  proxies: ['gateway', 'gateway, 2 workers'],
}));

export const CASE_NAMES: readonly string[] = [
  ...LOAD_CASES.map(({ name }) => name),
  'connections',
  'memory',
  'workers',
];
