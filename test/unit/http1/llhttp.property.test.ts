// What our parser accepts, Node's llhttp in strict mode accepts too, with the same method, target, headers and body.
import http from 'node:http';
import { duplexPair } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBodyDecoder } from '../../../src/http1/body-decoder.ts';
import { parseRequestHead } from '../../../src/http1/head-parser.ts';
import { HeadReader } from '../../../src/http1/head-reader.ts';
import { HttpError } from '../../../src/http1/http-error.ts';

interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

interface Accepted {
  readonly seen: Seen;
  /** How many bytes the request is long. */
  readonly bytes: number;
  readonly keepAlive: boolean;
}

/** The first request as we read it; undefined where it is refused or incomplete. */
function ours(bytes: Buffer): Accepted | undefined {
  try {
    const found = new HeadReader(16_384).push(bytes);
    if (found === undefined) return undefined;
    const head = parseRequestHead(found.head, { maxHeadBytes: 16_384, maxHeaders: 100 });
    const decoder = createBodyDecoder(head.framing);
    let body = '';
    const taken = decoder.push(found.rest, (slice) => {
      body += slice.toString('latin1');
    });
    if (!decoder.done) return undefined;
    const headers = [...head.headers].flatMap(({ rawName, value }) => [rawName, value]);
    const seen = { method: head.method, target: head.target, headers, body };
    return { seen, bytes: found.head.length + taken, keepAlive: head.keepAlive };
  } catch (error) {
    if (error instanceof HttpError) return undefined;
    throw error;
  }
}

/** So many requests as llhttp reads them, or what it says instead. */
function theirs(bytes: Buffer, count: number): Promise<readonly (Seen | string)[]> {
  return new Promise((resolve) => {
    const [client, served] = duplexPair();
    const server = http.createServer({ insecureHTTPParser: false, maxHeaderSize: 65_536 });
    const all: (Seen | string)[] = [];
    const add = (seen: Seen | string): void => {
      all.push(seen);
      if (all.length === count || typeof seen === 'string') resolve(all);
    };
    const onRequest = (request: http.IncomingMessage): void => {
      let body = '';
      request.on('data', (data: Buffer) => {
        body += data.toString('latin1');
      });
      request.on('end', () => {
        const { method = '', url = '', rawHeaders } = request;
        add({ method, target: url, headers: rawHeaders, body });
      });
      request.on('error', (error) => add(error.message));
    };
    server.on('request', onRequest);
    server.on('checkContinue', onRequest);
    server.on('clientError', (error) => add(error.message));
    server.emit('connection', served);
    client.on('error', () => {});
    served.on('error', () => {});
    client.end(bytes);
  });
}

const NEXT_TEXT = 'GET /next HTTP/1.1\r\nHost: n\r\n\r\n';
const NEXT: Seen = { method: 'GET', target: '/next', headers: ['Host', 'n'], body: '' };

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'GE T', ''];
const TARGETS = [
  '/',
  '/b/k',
  '/b//..%2f?a&b=c',
  '/b/\xe9',
  '*',
  'http://h/',
  '/a b',
  '/#x',
  '/;|^`{}"<>',
  '',
];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', ''];
const NAMES = [
  'Host',
  'Content-Length',
  'Transfer-Encoding',
  'Connection',
  'Expect',
  'Upgrade',
  'X-A',
  'x-amz-date',
  'X A',
  'X ',
  '',
  'X\xe9',
  '\tX',
];
const VALUES = [
  'h',
  '5',
  '0',
  '05',
  '+5',
  '5,5',
  'chunked',
  'Chunked',
  'gzip, chunked',
  'identity',
  'close',
  'keep-alive, x',
  '100-continue',
  'two  words',
  '\xc3\xa9',
  'a\0b',
  'a\rb',
  'a\x7fb',
  '\ttab\t',
  '',
];
const ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\n ', '\r\r\n'];
const BODIES = [
  '',
  'hello',
  'helloGET / HTTP/1.1\r\n',
  '5\r\nhello\r\n0\r\n\r\n',
  '5;x=y\r\nhello\r\n0\r\n\r\n',
  '0\r\nX: y\r\n\r\n',
  '5\nhello\r\n0\r\n\r\n',
  '0x5\r\nhello\r\n0\r\n\r\n',
];

/** The first few are the usual, and chosen most often, or nearly nothing would be accepted. */
const mostly = (usual: number, all: readonly string[]) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...all.slice(0, usual)) },
    { weight: 1, arbitrary: fc.constantFrom(...all) },
  );

const line = fc
  .tuple(mostly(8, NAMES), fc.constantFrom(':', ': ', ':  ', ':\t'), mostly(13, VALUES), mostly(5, ENDS))
  .map((parts) => parts.join(''));
const framing = fc.constantFrom(
  '',
  '',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'content-length: 0\r\n',
);
const message = fc
  .record({
    method: mostly(7, METHODS),
    target: mostly(3, TARGETS),
    version: mostly(2, VERSIONS),
    end: mostly(5, ENDS),
    host: mostly(1, ['Host: h\r\n', '', 'Host : h\r\n']),
    framing,
    lines: fc.array(line, { maxLength: 4 }),
    empty: mostly(5, ENDS),
    body: fc.constantFrom(...BODIES),
  })
  .map(({ method, target, version, end, host, framing: frame, lines, empty, body }) =>
    Buffer.from(
      `${method} ${target} ${version}${end}${host}${frame}${lines.join('')}${empty}${body}`,
      'latin1',
    ),
  );

test('no request that we accept is read differently, or refused, by llhttp', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(message, async (bytes) => {
      const our = ours(bytes);
      // Upgrade is llhttp's business: it takes what follows for another protocol.
      if (our === undefined || our.seen.headers.some((each) => each.toLowerCase() === 'upgrade')) return;
      accepted++;
      // Both must agree on where the request ends, so the next one stands right behind it.
      const itself = bytes.subarray(0, our.bytes);
      if (our.keepAlive) {
        const two = Buffer.concat([itself, Buffer.from(NEXT_TEXT)]);
        expect(await theirs(two, 2)).toEqual([our.seen, NEXT]);
      } else {
        expect(await theirs(itself, 1)).toEqual([our.seen]);
      }
    }),
    { numRuns: 4000 },
  );
  expect(accepted).toBeGreaterThan(200);
});
