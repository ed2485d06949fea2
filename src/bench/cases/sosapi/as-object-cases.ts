// The two documents as objects: HEAD, Range, conditions, headers, and when Last-Modified moves.
import type { BenchCase } from '../../bench-case.ts';
import type { BenchContext, S3Answer, S3Call } from '../../bench-context.ts';
import { said } from '../rows/answer-text.ts';
import type { SosapiName } from '../rows/sosapi-document.ts';
import { readDocument, sosapiKey } from './read-document.ts';

const NAMES: readonly SosapiName[] = ['system.xml', 'capacity.xml'];
const TRIES = 4;

interface Framed {
  /** Of a GET just before. */
  readonly before: S3Answer;
  readonly answer: S3Answer;
}

/** A call between two GETs that gave the same document, so that it must be of that document too. */
async function framed(
  context: BenchContext,
  name: SosapiName,
  callFor: (before: S3Answer) => Omit<S3Call, 'key'>,
): Promise<Framed> {
  for (let i = 0; i < TRIES; i += 1) {
    const before = await readDocument(context, name);
    const answer = await context.call({ ...callFor(before), key: sosapiKey(name) });
    const after = await readDocument(context, name);
    const same = ['etag', 'last-modified'].every(
      (header) => before.headers.get(header) === after.headers.get(header),
    );
    if (same && before.body.equals(after.body)) return { before, answer };
  }
  context.skip(
    `${name} changes with each read, so two answers cannot be compared (see sosapi-last-modified-still).`,
  );
}

const head: BenchCase = {
  id: 'sosapi-head',
  group: 'sosapi',
  title: 'HEAD says what GET says',
  veeamDoes:
    'Is not known to send HEAD for the two keys; Scality calls it no part of SOSAPI, MinIO added it later.',
  mustComeBack: '200 with the Content-Length, Content-Type, ETag and Last-Modified of the GET, and no body.',
  severity: 'unproven',
  source: 'MinIO 54e544e03 (2023-06); cloudserver CLDSRV-322.',
  advice: 'Answer HEAD with the same code as GET, without the body.',
  profile: 'core',
  // Other cases write meanwhile, and the numbers with them.
  alone: true,
  async run(context) {
    for (const name of NAMES) {
      const { before, answer } = await framed(context, name, () => ({ method: 'HEAD' }));
      if (answer.status !== 200)
        context.fail(`HEAD of ${name} was answered ${said(answer)}; 200 must come back.`);
      if (answer.body.length > 0) context.fail(`HEAD of ${name} has a body of ${answer.body.length} bytes.`);
      const length = answer.headers.get('content-length');
      if (length !== String(before.body.length)) {
        context.fail(
          `HEAD of ${name} says a length of ${length ?? 'nothing'}; GET gives ${before.body.length} bytes.`,
        );
      }
      for (const header of ['last-modified', 'etag', 'content-type']) {
        const [ofHead, ofGet] = [answer.headers.get(header), before.headers.get(header)];
        if (ofHead !== ofGet) context.fail(`HEAD of ${name} says ${header} ${ofHead}; GET says ${ofGet}.`);
      }
    }
  },
};

const range: BenchCase = {
  id: 'sosapi-range',
  group: 'sosapi',
  title: 'Ranges of the documents are answered as of any object',
  veeamDoes: 'Is not known to ask for ranges of the two keys.',
  mustComeBack: '206 with Content-Range and just those bytes; 416 for a range behind the end.',
  severity: 'unproven',
  source: 'MinIO and SeaweedFS do it, cloudserver does not; no report either way.',
  advice: 'Send the made-up body through the range code of ordinary objects.',
  profile: 'full',
  // Other cases write meanwhile, and the numbers with them.
  alone: true,
  async run(context) {
    for (const name of NAMES) {
      const part = await framed(context, name, () => ({ method: 'GET', headers: { range: 'bytes=2-9' } }));
      const size = part.before.body.length;
      const right =
        part.answer.status === 206 &&
        part.answer.headers.get('content-range') === `bytes 2-9/${size}` &&
        part.answer.body.equals(part.before.body.subarray(2, 10));
      if (!right) {
        const said = part.answer.headers.get('content-range') ?? 'absent';
        context.fail(
          `bytes=2-9 of ${name} was answered ${part.answer.status} with ${part.answer.body.length} bytes, Content-Range ${said}.`,
        );
      }
      const behind = await framed(context, name, () => ({
        method: 'GET',
        headers: { range: 'bytes=1000000-' },
      }));
      if (behind.answer.status !== 416) {
        context.fail(
          `A range behind the end of ${name} was answered ${said(behind.answer)}; 416 must come back.`,
        );
      }
    }
  },
};

const conditional: BenchCase = {
  id: 'sosapi-conditional',
  group: 'sosapi',
  title: 'Conditions on the documents are kept',
  veeamDoes: 'Is not known to send conditions; a client that reads every few minutes may.',
  mustComeBack:
    '304 to If-None-Match with the ETag and to If-Modified-Since with the Last-Modified; 412 to If-Match with another ETag.',
  severity: 'unproven',
  source: 'General S3; no report.',
  advice: 'ETag and Last-Modified must be of the document, and be compared as those of ordinary objects.',
  profile: 'full',
  // Other cases write meanwhile, and the numbers with them.
  alone: true,
  async run(context) {
    for (const name of NAMES) {
      const cases = [
        ['if-none-match', (get: S3Answer) => get.headers.get('etag') ?? '', 304],
        ['if-modified-since', (get: S3Answer) => get.headers.get('last-modified') ?? '', 304],
        ['if-match', () => '"00000000000000000000000000000000"', 412],
      ] as const;
      for (const [header, from, status] of cases) {
        const { answer } = await framed(context, name, (get) => ({
          method: 'GET',
          headers: { [header]: from(get) },
        }));
        if (answer.status !== status) {
          context.fail(
            `GET of ${name} with ${header} was answered ${said(answer)}; ${status} must come back.`,
          );
        }
      }
    }
  },
};

const headers: BenchCase = {
  id: 'sosapi-headers',
  group: 'sosapi',
  title: 'The documents have the headers of an object',
  veeamDoes: "Relies on the Last-Modified of capacity.xml, in the words of Scality's engineers.",
  mustComeBack:
    'Content-Type application/xml or text/xml, Content-Length, an ETag in quotes, and a Last-Modified that is an HTTP ' +
    'date and not in the future.',
  severity: 'unproven',
  source: 'cloudserver CLDSRV-322 for Last-Modified; the others are what all public implementations send.',
  advice:
    'Last-Modified is the moment that the numbers are of. A date ahead of Date makes them look newer than now.',
  profile: 'core',
  async run(context) {
    for (const name of NAMES) {
      const answer = await readDocument(context, name);
      const header = (field: string) => answer.headers.get(field) ?? '';
      if (!/^(application|text)\/xml\b/i.test(header('content-type'))) {
        context.fail(`${name} has the Content-Type "${header('content-type')}".`);
      }
      if (header('content-length') !== String(answer.body.length)) {
        context.fail(
          `${name} of ${answer.body.length} bytes has the Content-Length "${header('content-length')}".`,
        );
      }
      if (!/^"[^"]+"$/.test(header('etag')))
        context.fail(`${name} has the ETag ${header('etag') || 'absent'}.`);
      const modified = Date.parse(header('last-modified'));
      if (
        !/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(header('last-modified')) ||
        Number.isNaN(modified)
      ) {
        context.fail(`${name} has the Last-Modified "${header('last-modified')}", which is no HTTP date.`);
      }
      const date = Date.parse(header('date'));
      if (modified > (Number.isNaN(date) ? context.now() : date) + 1000) {
        context.fail(`Last-Modified of ${name} (${header('last-modified')}) is after the answer's Date.`);
      }
    }
  },
};

/** HTTP dates have whole seconds. */
const STILL_MS = 1100;
const STILL_TRIES = 10;

const lastModifiedStill: BenchCase = {
  id: 'sosapi-last-modified-still',
  group: 'sosapi',
  title: 'Last-Modified stays while the document does',
  veeamDoes: 'Reads both documents every few minutes.',
  mustComeBack: 'The same Last-Modified and ETag as long as the body is the same.',
  severity: 'unproven',
  source: 'MinIO, SeaweedFS and MaxIOFS send the present time with each read, and Veeam works with them.',
  advice: 'Remember when the numbers were taken. A date that always is now makes old numbers look fresh.',
  profile: 'core',
  alone: true,
  async run(context) {
    for (const name of NAMES) {
      let same = false;
      for (let i = 0; i < STILL_TRIES && !same; i += 1) {
        const first = await readDocument(context, name);
        await context.sleep(STILL_MS);
        const second = await readDocument(context, name);
        same = first.body.equals(second.body);
        for (const header of same ? ['last-modified', 'etag'] : []) {
          const [was, is] = [first.headers.get(header), second.headers.get(header)];
          if (was !== is)
            context.fail(`${name} did not change, but its ${header} did, from ${was} to ${is}.`);
        }
      }
      if (!same)
        context.skip(
          `${name} changed in each of ${STILL_TRIES} reads: something else is written to the store.`,
        );
    }
  },
};

export const SOSAPI_AS_OBJECT_CASES: readonly BenchCase[] = [
  head,
  range,
  conditional,
  headers,
  lastModifiedStill,
];
