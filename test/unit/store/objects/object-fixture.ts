// A whole store in a directory of its own, asked over real HTTP with signed requests; its clocks can be set.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { BUCKET_HANDLERS } from '../../../../src/store/buckets/bucket-handlers.ts';
import { LISTING_HANDLERS } from '../../../../src/store/listing/listing-handlers.ts';
import { OBJECT_HANDLERS } from '../../../../src/store/objects/object-handlers.ts';
import { type OpenStore, openStore } from '../../../../src/store/open-store.ts';
import type { Handler, Handlers } from '../../../../src/store/server/call.ts';
import { headerOf } from '../../../support/raw-http.ts';
import {
  REGION,
  type StoreAnswer,
  type StoreAsk,
  startStoreServer,
  type TestStore,
} from '../server/http-fixture.ts';

export type Asked = Omit<StoreAsk, 'target' | 'method'>;
export type BucketKind = 'plain' | 'versioned' | 'suspended' | 'locked';

/** The time as the store sees it: it runs, and can be moved. */
export interface Clocks {
  /** Added to the wall clock and to the monotonic clock. */
  wallMs: number;
  monotonicMs: number;
}

export interface ObjectStore {
  readonly clocks: Clocks;
  readonly opened: OpenStore;
  readonly server: TestStore;
  /** Whether callers may bypass governance; true to begin with. */
  mayBypass: boolean;
  /** Time passes. */
  pass(ms: number): void;
  nowMs(): number;
  /** What later requests find, by bucket. */
  readonly quotas: Map<string, bigint>;
  ask(method: string, target: string, asked?: Asked): Promise<StoreAnswer>;
  /** The same, and it must succeed. */
  done(method: string, target: string, asked?: Asked): Promise<StoreAnswer>;
  /** A new bucket's name. */
  bucket(kind: BucketKind): Promise<string>;
  /** Puts an object and gives its version id; empty where there is none. */
  put(target: string, body: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** The body that a read gives; it must succeed. */
  body(target: string): Promise<string>;
  /** Files below `objects` and `tmp`. */
  files(): Promise<readonly string[]>;
}

/** Opens a store before the tests of a file and removes it behind them. Faults of its own fail the file. */
export function useObjectStore(): ObjectStore {
  let directory: string;
  let opened: OpenStore;
  let server: TestStore;
  let buckets = 0;
  const clocks: Clocks = { wallMs: 0, monotonicMs: 0 };
  const nowMs = (): number => Date.now() + clocks.wallMs;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'store-objects-'));
    opened = await openStore({
      dataDirectory: join(directory, 'data'),
      mayBeNew: true,
      randomBytes,
      region: REGION,
      reserveBytes: 0n,
      createBuckets: [],
      quotas: [],
      wallClock: nowMs,
      now: () => performance.now() + clocks.monotonicMs,
      onLog() {},
      onFatal(error) {
        throw error;
      },
    });
    const parts = { ...opened.parts, quotaOf: (name: string) => fixture.quotas.get(name) };
    const handlers = { ...BUCKET_HANDLERS, ...LISTING_HANDLERS, ...OBJECT_HANDLERS };
    server = await startStoreServer(
      parts,
      permitted(handlers, () => fixture.mayBypass),
    );
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await opened.close();
    await rm(directory, { recursive: true });
    expect(server.internalErrors).toEqual([]);
  });

  const fixture: ObjectStore = {
    clocks,
    get opened() {
      return opened;
    },
    get server() {
      return server;
    },
    mayBypass: true,
    pass(ms) {
      clocks.wallMs += ms;
      clocks.monotonicMs += ms;
    },
    nowMs,
    quotas: new Map(),
    ask: (method, target, asked) => server.ask({ date: new Date(nowMs()), ...asked, method, target }),
    async done(method, target, asked) {
      const answer = await fixture.ask(method, target, asked);
      expect([answer.status, answer.text]).toEqual([expect.toSatisfy((status) => status < 300), answer.text]);
      return answer;
    },
    async bucket(kind) {
      buckets++;
      const name = `bucket-${buckets}`;
      await fixture.done('PUT', `/${name}`, {
        headers: kind === 'locked' ? { 'x-amz-bucket-object-lock-enabled': 'true' } : {},
      });
      if (kind === 'versioned' || kind === 'suspended') await versioning(fixture, name, 'Enabled');
      if (kind === 'suspended') await versioning(fixture, name, 'Suspended');
      return name;
    },
    async put(target, body, headers = {}) {
      return headerOf(await fixture.done('PUT', target, { body, headers }), 'x-amz-version-id') ?? '';
    },
    async body(target) {
      return (await fixture.done('GET', target)).body.toString('latin1');
    },
    async files() {
      const found = await Promise.all(
        ['objects', 'tmp'].map(async (name) => {
          const path = join(directory, 'data', name);
          const entries = await readdir(path, { recursive: true, withFileTypes: true });
          return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
        }),
      );
      return found.flat();
    },
  };
  return fixture;
}

export async function versioning(
  store: ObjectStore,
  bucket: string,
  status: 'Enabled' | 'Suspended',
): Promise<void> {
  const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
  await store.done('PUT', `/${bucket}?versioning`, { body });
}

/** The texts of all elements of that name, in order. */
export function elements({ text }: StoreAnswer, name: string): string[] {
  return [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, each]) => each ?? '');
}

export { headerOf };

/** What one looks at first: the status and the error's code. */
export function verdict({ status, code }: StoreAnswer): string {
  return code === undefined ? String(status) : `${status} ${code}`;
}

function permitted(handlers: Handlers, mayBypass: () => boolean): Handlers {
  const wrapped = Object.entries(handlers).map(([name, handler]): [string, Handler] => [
    name,
    (call, store) => handler({ ...call, mayBypassGovernance: mayBypass() }, store),
  ]);
  return Object.fromEntries(wrapped);
}
