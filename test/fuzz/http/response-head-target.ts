// What we accept as a store's answer, llhttp accepts with the same meaning.
import { deepStrictEqual } from 'node:assert';
import http from 'node:http';
import { duplexPair } from 'node:stream';
import fc from 'fast-check';
import { createBodyDecoder } from '../../../src/http1/body-decoder.ts';
import type { BodyFraming } from '../../../src/http1/head.ts';
import { type HeadLimits, parseResponseHead } from '../../../src/http1/head-parser.ts';
import { HeadReader } from '../../../src/http1/head-reader.ts';
import { HttpError } from '../../../src/http1/http-error.ts';
import { type ByteChange, byteChange, changedBy, cutAt } from '../byte-changes.ts';
import { fuzzTarget } from '../fuzz-target.ts';
import { bodyWithFraming, headerFields, lineEnd, mostly } from './message-generator.ts';

interface AnswerCase {
  readonly method: 'GET' | 'HEAD';
  /** One character a byte (latin1). */
  readonly wire: string;
  readonly cuts: readonly number[];
}

interface SeenAnswer {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, in order. */
  readonly headers: readonly string[];
  readonly body: string;
}

interface Accepted {
  readonly seen: SeenAnswer;
  readonly bytes: number;
  readonly framing: BodyFraming['kind'];
}

const LIMITS: HeadLimits = { maxHeadBytes: 16_384, maxHeaders: 100 };
const STATUS_LINES = [
  'HTTP/1.1 200 OK',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 304 Not Modified',
  'HTTP/1.1 404 Not Found',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 206',
  'HTTP/1.1 200 ',
];
const ODD_STATUS_LINES = [
  'HTTP/1.1 0200 OK',
  'HTTP/1.1 20 OK',
  'HTTP/1.1 2000 OK',
  'HTTP/1.1  200 OK',
  'HTTP/1.1 200  OK',
  'HTTP/1.1 099 X',
  'HTTP/2.0 200 OK',
  'HTTP/1.2 200 OK',
  'HTTP 200',
  'http/1.1 200 OK',
  'HTTP/1.1 200 O\0K',
  'HTTP/1.1 200 \xe9',
  'HTTP/1.1 999 X',
  ' HTTP/1.1 200 OK',
  'ICY 200 OK',
];

const answerCase: fc.Arbitrary<AnswerCase> = fc
  .record({
    method: fc.constantFrom('GET' as const, 'GET' as const, 'HEAD' as const),
    status: mostly(STATUS_LINES, ODD_STATUS_LINES),
    end: lineEnd,
    framed: bodyWithFraming,
    fields: headerFields,
    empty: lineEnd,
    changes: fc.oneof(
      fc.constant<readonly ByteChange[]>([]),
      fc.array(byteChange('\r\n\0 \t:;,05aA\x0b\x80'), { maxLength: 2 }),
    ),
    cuts: fc.array(fc.nat({ max: 1000 }), { maxLength: 4 }),
  })
  .map(({ method, status, end, framed, fields, empty, changes, cuts }) => ({
    method,
    wire: changedBy(`${status}${end}${fields}${framed.framing}${empty}${framed.body}`, changes),
    cuts,
  }));

function ours({ method }: AnswerCase, pieces: readonly string[]): Accepted | undefined {
  const heads = new HeadReader(LIMITS.maxHeadBytes);
  let accepted: Accepted | undefined;
  let decoder: ReturnType<typeof createBodyDecoder> | undefined;
  let rest: Buffer;
  try {
    for (const piece of pieces) {
      rest = Buffer.from(piece, 'latin1');
      if (decoder === undefined) {
        if (rest.length === 0) continue;
        const found = heads.push(rest);
        if (found === undefined) continue;
        const { status, reason, headers, framing } = parseResponseHead(found.head, LIMITS, method);
        const pairs = [...headers].flatMap(({ rawName, value }) => [rawName, value]);
        accepted = {
          seen: { status, reason, headers: pairs, body: '' },
          bytes: found.head.length,
          framing: framing.kind,
        };
        decoder = createBodyDecoder(framing);
        rest = found.rest;
      }
      if (accepted === undefined) continue;
      let { body } = accepted.seen;
      const taken = decoder.push(rest, (slice) => {
        body += slice.toString('latin1');
      });
      accepted = { ...accepted, seen: { ...accepted.seen, body }, bytes: accepted.bytes + taken };
    }
    return decoder?.endOfInput() === true ? accepted : undefined;
  } catch (error) {
    if (error instanceof HttpError) return undefined;
    throw error;
  }
}

function readByLlhttp(method: string, wire: string, closes: boolean): Promise<SeenAnswer | string> {
  return new Promise((resolve) => {
    const [client, store] = duplexPair();
    const request = http.request({
      method,
      host: 'h',
      createConnection: () => client,
      maxHeaderSize: 65_536,
      insecureHTTPParser: false,
    });
    request.maxHeadersCount = 0;
    request.on('error', (error) => resolve(error.message));
    request.on('response', (response) => {
      let body = '';
      response.on('data', (data: Buffer) => {
        body += data.toString('latin1');
      });
      response.on('error', (error) => resolve(error.message));
      response.on('end', () => {
        const { statusCode: status = 0, statusMessage: reason = '', rawHeaders } = response;
        resolve({ status, reason, headers: rawHeaders, body });
        store.destroy();
      });
    });
    request.end();
    store.on('error', () => {});
    store.resume();
    store.write(Buffer.from(wire, 'latin1'));
    if (closes) store.end();
  });
}

export const responseHeadTarget = fuzzTarget<AnswerCase>({
  name: 'response-head',
  arbitrary: answerCase,
  suiteRuns: 1000,
  atLeast: { accepted: 300, refused: 300 },
  past: {
    'an answer to HEAD with both framings': {
      method: 'HEAD',
      wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n',
      cuts: [],
    },
    'an answer to HEAD with an empty Transfer-Encoding': {
      method: 'HEAD',
      wire: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: \r\n\r\n',
      cuts: [],
    },
  },
  open: () => ({
    async check(value, tally) {
      const { method, wire, cuts } = value;
      const accepted = ours(value, [wire]);
      deepStrictEqual(ours(value, [...wire]), accepted, 'byte by byte');
      deepStrictEqual(ours(value, cutAt(wire, cuts)), accepted, 'cut at random places');
      tally.add(accepted === undefined ? 'refused' : 'accepted');
      // Answers before the answer and other protocols are not compared: we drop the first and refuse the second.
      if (accepted === undefined || accepted.seen.status < 200) return;
      if (accepted.seen.headers.some((name) => name.toLowerCase() === 'upgrade')) return;
      const theirs = await readByLlhttp(
        method,
        wire.slice(0, accepted.bytes),
        accepted.framing === 'until-close',
      );
      deepStrictEqual(theirs, accepted.seen, 'llhttp reads it differently');
    },
  }),
});
