// Body files in a directory of their own, driven through the real server over loopback sockets.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exchange } from '../../../../src/http1/exchange.ts';
import { readBuffersOf } from '../../../../src/http1/read-buffer.ts';
import { S3Error } from '../../../../src/s3/error.ts';
import type { Content, StoredContent } from '../../../../src/store/database/rows.ts';
import type { BodyExpectations, BodyFiles, ReceivedBody } from '../../../../src/store/files/body-files.ts';
import type { BodyReader } from '../../../../src/store/files/body-reader.ts';
import { type DataDirectory, openDataDirectory } from '../../../../src/store/files/data-directory.ts';
import { createBodyFiles } from '../../../../src/store/files/disk-body-files.ts';
import { FileIds } from '../../../../src/store/files/file-ids.ts';
import { Pins } from '../../../../src/store/files/pins.ts';
import { Space } from '../../../../src/store/files/space.ts';
import { answerText, type RunningServer, startServer, TestClient } from '../../http1/wire-fixture.ts';

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A directory that is removed at the end. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'store-files-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export interface Files extends AsyncDisposable {
  readonly directory: DataDirectory;
  readonly bodies: BodyFiles;
  readonly pins: Pins;
  readonly ids: FileIds;
  readonly space: Space;
  readonly log: LogLine[];
  /** Names below `objects` and `tmp`, as `objects/0/1`. */
  names(): Promise<readonly string[]>;
}

/** `path`: an existing directory instead of a new one. */
export async function openFiles(
  options: { readonly path?: string; readonly space?: Space; readonly highestId?: number } = {},
): Promise<Files> {
  const temporary = options.path === undefined ? await temporaryDirectory() : undefined;
  const directory = await openDataDirectory(join(options.path ?? temporary?.path ?? '', 'data'), {
    randomBytes,
  });
  const space = options.space ?? Space.on(directory.path, 0n, () => performance.now());
  const pins = new Pins();
  const ids = new FileIds(options.highestId ?? 0);
  const log: LogLine[] = [];
  const onLog = (level: string, message: string, fields: Readonly<Record<string, unknown>>): void => {
    log.push({ level, message, fields });
  };
  return {
    directory,
    space,
    pins,
    ids,
    log,
    bodies: createBodyFiles({ directory, space, pins, ids, onLog }),
    async names() {
      const found: string[] = [];
      for (const root of ['objects', 'tmp']) {
        const entries = await readdir(join(directory.path, root), { recursive: true, withFileTypes: true });
        for (const entry of entries)
          if (entry.isFile()) found.push(join(entry.parentPath, entry.name).slice(directory.path.length + 1));
      }
      return found.sort();
    },
    async [Symbol.asyncDispose]() {
      directory.close();
      await temporary?.[Symbol.asyncDispose]();
    },
  };
}

/** A space that believes there is always room: as when others fill the disk at the same time. */
export function believing(): Space {
  return new Space({
    reserveBytes: 0n,
    now: () => 0,
    measure: async () => ({ totalBytes: 1n << 50n, freeBytes: 1n << 50n, freeFiles: undefined }),
  });
}

/** What a head without any digests promises. */
export function expecting(length: number, more: Partial<BodyExpectations> = {}): BodyExpectations {
  return {
    length,
    awsChunked: undefined,
    payloadHash: 'UNSIGNED-PAYLOAD',
    md5: undefined,
    checksum: undefined,
    compute: [],
    ...more,
  };
}

export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

export type Outcome = { readonly body: ReceivedBody } | { readonly error: S3Error };

export interface UploadServer extends AsyncDisposable {
  readonly running: RunningServer;
  /** Outcomes in the order in which they came. */
  readonly outcomes: Outcome[];
  outcome(index: number): Promise<Outcome>;
  /** Exchanges whose head has come. */
  readonly exchanges: Exchange[];
}

/** Takes every body in; answers `stored` or the error's code. */
export async function startUploads(
  bodies: BodyFiles,
  expect: (exchange: Exchange) => BodyExpectations,
  options: { readonly inline: boolean; readonly readBufferBytes?: number } = { inline: false },
): Promise<UploadServer> {
  const outcomes: Outcome[] = [];
  const exchanges: Exchange[] = [];
  let wake = (): void => {};
  const settle = (exchange: Exchange, outcome: Outcome): void => {
    outcomes.push(outcome);
    wake();
    answerText(exchange, 'error' in outcome ? outcome.error.code : 'stored');
  };
  const running = await startServer(
    (exchange) => {
      exchanges.push(exchange);
      bodies.receive(exchange, expect(exchange), { inline: options.inline }).then(
        (body) => settle(exchange, { body }),
        (error: unknown) => {
          if (!(error instanceof S3Error)) throw error;
          settle(exchange, { error });
        },
      );
    },
    { readBufferSizes: readBuffersOf(options.readBufferBytes ?? 256 * 1024) },
  );
  return {
    running,
    outcomes,
    exchanges,
    async outcome(index) {
      for (;;) {
        const outcome = outcomes[index];
        if (outcome !== undefined) return outcome;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

export function putHead(length: number, more = ''): string {
  return `PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\n${more}\r\n`;
}

/** Sends one whole body and gives what became of it. */
export async function upload(
  bodies: BodyFiles,
  bytes: Uint8Array,
  expectations: BodyExpectations = expecting(bytes.length),
  options: { readonly inline: boolean } = { inline: false },
): Promise<Outcome> {
  await using server = await startUploads(bodies, () => expectations, options);
  await using client = await TestClient.to(server.running.port);
  client.send(putHead(bytes.length));
  client.send(Buffer.from(bytes));
  return await server.outcome(0);
}

/** Stores bytes and gives the content; fails the test where they are refused. */
export async function stored(bodies: BodyFiles, bytes: Uint8Array, inline = false): Promise<Content> {
  const outcome = await upload(bodies, bytes, expecting(bytes.length), { inline });
  if ('error' in outcome) throw outcome.error;
  return outcome.body.content;
}

/** Several files one behind another, as a completed multipart upload has them. */
export async function storedParts(bodies: BodyFiles, parts: readonly Uint8Array[]): Promise<Content> {
  const contents: Content[] = [];
  for (const part of parts) contents.push(await stored(bodies, part));
  return {
    kind: 'files',
    files: contents.flatMap((content) => (content.kind === 'files' ? content.files : [])),
  };
}

/** Content as a version has it, which readers hold by the row id of that. */
export function ofVersion(content: Content, versionRowId = 1): StoredContent {
  if (content.kind === 'inline') return content;
  const { files } = content;
  const ends: number[] = [];
  for (const { size } of files) ends.push((ends.at(-1) ?? 0) + size);
  return {
    kind: 'version',
    versionRowId,
    size: ends.at(-1) ?? 0,
    fileAt(place) {
      const at = ends.findIndex((end) => place < end);
      const file = files[at];
      return file && { ...file, start: ends[at - 1] ?? 0 };
    },
  };
}

/** What a sink got. */
export interface Sent {
  readonly bytes: Buffer;
  /** `end` or `abort`. */
  readonly how: string;
  /** For a head, before each slice. */
  readonly rooms: readonly number[];
}

/** Reads a span of content to its end, as a client that takes everything at once. */
export async function send(
  bodies: BodyFiles,
  content: Content | StoredContent,
  first: number,
  last: number,
): Promise<Sent> {
  const reader = await bodies.open(content, { first, last });
  try {
    return await sentBy(reader);
  } finally {
    reader.close();
  }
}

export function sentBy(reader: BodyReader): Promise<Sent> {
  const slices: Buffer[] = [];
  const rooms: number[] = [];
  return new Promise((resolve) => {
    reader.sendTo({
      write(slice, roomBefore = 0) {
        // As one does who puts a head there.
        Buffer.from(slice.buffer, slice.byteOffset - roomBefore, roomBefore).fill('!');
        rooms.push(roomBefore);
        // A copy: a slice is used again as soon as the sink is idle.
        slices.push(Buffer.from(slice));
      },
      idle: true,
      whenIdle: (callback) => callback(),
      end: () => resolve({ bytes: Buffer.concat(slices), how: 'end', rooms }),
      abort: () => resolve({ bytes: Buffer.concat(slices), how: 'abort', rooms }),
    });
  });
}
