// A real catalog in a directory of its own, and calls on it through the handlers, from the bytes of a head on.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';
import { afterAll, beforeAll } from 'vitest';
import type { Exchange } from '../../../../src/http1/exchange.ts';
import { S3Error } from '../../../../src/s3/error.ts';
import { BUCKET_HANDLERS } from '../../../../src/store/buckets/bucket-handlers.ts';
import type { Catalog, NewVersion } from '../../../../src/store/database/catalog.ts';
import { type OpenDatabase, openDatabase } from '../../../../src/store/database/open-database.ts';
import type { VersionRow } from '../../../../src/store/database/rows.ts';
import { LISTING_HANDLERS } from '../../../../src/store/listing/listing-handlers.ts';
import type { AnswerHeaders, Handlers, StoreParts } from '../../../../src/store/server/call.ts';
import { understood } from '../../s3/s3-fixture.ts';

export const NOW = Date.UTC(2026, 10, 21, 12, 34, 56, 789);

const HANDLERS: Handlers = { ...BUCKET_HANDLERS, ...LISTING_HANDLERS };

/** What a client sees of an answer; `code` where it is an error. */
export interface Seen {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
  readonly headers: AnswerHeaders;
  readonly text: string;
}

export interface AskOptions {
  /** Complete header lines without CR LF. */
  readonly lines?: readonly string[];
  readonly body?: string | Buffer;
}

export interface StoreFixture {
  readonly catalog: Catalog;
  readonly parts: StoreParts;
  /** Calls a handler as the server does. */
  ask(method: string, target: string, options?: AskOptions): Promise<Seen>;
  /** The same with parts of one's own. */
  askWith(parts: StoreParts, method: string, target: string, options?: AskOptions): Promise<Seen>;
  /** Makes a bucket with versioning never on. */
  makeBucket(name: string, versioning?: 'off' | 'enabled' | 'suspended'): Promise<number>;
  put(bucketId: number, key: string, options?: { readonly isNull?: boolean }): Promise<VersionRow>;
  putAll(bucketId: number, keys: readonly string[]): Promise<void>;
  mark(bucketId: number, key: string): Promise<VersionRow>;
}

/** Opens a store before the tests of a file and removes it behind them. */
export function useStore(): StoreFixture {
  let directory: string;
  let database: OpenDatabase;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sosapi-buckets-'));
    database = await openDatabase({ file: join(directory, 'catalog.db'), onGivenUp() {}, onLog() {} });
  });
  afterAll(async () => {
    await database.close();
    await rm(directory, { recursive: true });
  });
  const fixture: StoreFixture = {
    get catalog() {
      return database.catalog;
    },
    get parts() {
      return partsOf(database.catalog);
    },
    ask: (method, target, options) => askWith(fixture.parts, method, target, options),
    askWith,
    makeBucket: async (name, versioning = 'off') => {
      const bucket = await database.catalog.write(({ buckets }) =>
        buckets.insert({ name, createdMs: NOW, versioning, objectLock: false }),
      );
      return bucket.id;
    },
    put: (bucketId, key, { isNull = false } = {}) =>
      database.catalog.write(({ versions }) => versions.insert(newVersion(bucketId, key), isNull)),
    putAll: (bucketId, keys) =>
      database.catalog.write(({ versions }) => {
        for (const key of keys) versions.insert(newVersion(bucketId, key), true);
      }),
    mark: (bucketId, key) =>
      database.catalog.write(({ versions }) => versions.insertMarker(bucketId, key, NOW, false)),
  };
  return fixture;
}

export function partsOf(catalog: Catalog, region = 'us-east-1'): StoreParts {
  const never = (): never => {
    throw new Error('no call on a bucket touches a body');
  };
  return {
    catalog,
    bodies: { receive: never, copy: never, open: never },
    lockClock: { isOver: never, isAhead: never, grantFromMs: never },
    wallClock: () => NOW,
    region,
    quotaOf: () => undefined,
  };
}

export function newVersion(bucketId: number, key: string, facts: Partial<NewVersion> = {}): NewVersion {
  const data = Buffer.from(key);
  return {
    bucketId,
    key,
    modifiedMs: NOW,
    size: data.length,
    etag: createHash('md5').update(data).digest('hex'),
    headers: [],
    tags: [],
    lock: { retention: undefined, legalHold: false },
    checksum: undefined,
    parts: undefined,
    content: { kind: 'inline', data, crc32: crc32(data) },
    ...facts,
  };
}

async function askWith(
  parts: StoreParts,
  method: string,
  target: string,
  { lines = [], body }: AskOptions = {},
): Promise<Seen> {
  try {
    const sent = body === undefined ? undefined : Buffer.from(body);
    const length = sent === undefined ? [] : [`Content-Length: ${sent.length}`];
    const request = understood({ method, target, lines: [...lines, ...length] });
    const handler = HANDLERS[request.operation.name];
    if (handler === undefined) throw new S3Error('NotImplemented');
    const answer = await handler(
      {
        exchange: exchangeOf(request.head, sent ?? Buffer.alloc(0)),
        request,
        payloadHash: 'UNSIGNED-PAYLOAD',
        mayBypassGovernance: true,
      },
      parts,
    );
    if ('error' in answer) throw answer.error;
    const text = answer.body?.toString() ?? '';
    return { status: answer.status, code: undefined, message: '', headers: answer.headers, text };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    const { status, code, message } = error;
    return { status, code, message, headers: [], text: '' };
  }
}

/** An exchange whose client has sent all of its body. */
function exchangeOf(head: Exchange['head'], body: Buffer): Exchange {
  const never = (): never => {
    throw new Error('not for a handler');
  };
  return {
    head,
    remoteAddress: '127.0.0.1',
    requestBytes: 0,
    responseBytes: 0,
    startedAtMs: 0,
    answeredAtMs: undefined,
    bodyError: undefined,
    status: 0,
    allowBody() {},
    readBody(sink) {
      if (body.length > 0) sink.write(body);
      sink.end();
    },
    suspendBody: never,
    abandonBody() {},
    answer: never,
    cut: never,
    onGone() {},
    onOver() {},
  };
}

/** An element and what is in it: text, or children by name in lists. */
export type Xml = { readonly [name: string]: readonly (string | Xml)[] };

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: () => true,
});

/** The children of a document's root, as an XML parser reads them. */
export function readXml(text: string): Xml {
  const { '?xml': _, ...roots } = parser.parse(text) as Record<string, (string | Xml)[]>;
  const [root] = Object.values(roots)[0] ?? [];
  return typeof root === 'object' ? root : {};
}

/** The texts of the children of that name. */
export function texts(xml: Xml | undefined, name: string): string[] {
  return (xml?.[name] ?? []).map((each) => (typeof each === 'string' ? each : ''));
}

/** The children of that name that have children. */
export function elements(xml: Xml, name: string): Xml[] {
  return (xml[name] ?? []).flatMap((each) => (typeof each === 'string' ? [] : [each]));
}

export const header = ({ headers }: Seen, name: string): string | undefined =>
  headers.find(([each]) => each.toLowerCase() === name)?.[1];
