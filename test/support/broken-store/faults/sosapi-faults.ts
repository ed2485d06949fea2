// Faults of the two SOSAPI documents: what stands in them, and how they behave as objects.
import {
  answering,
  errorAnswer,
  type Fault,
  type Handle,
  handling,
  refusing,
  withHeader,
  withText,
  xmlAnswer,
} from '../fault.ts';
import { addEntries, contentsEntry, versionEntry } from '../listing-xml.ts';
import type { Answer, StoreRequest } from '../store-request.ts';

const PREFIX = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/';
const SYSTEM = `${PREFIX}system.xml`;
const CAPACITY = `${PREFIX}capacity.xml`;

const isDocument = (request: StoreRequest) =>
  request.isRead && (request.key === SYSTEM || request.key === CAPACITY);
const isCapacity = (request: StoreRequest) => request.method === 'GET' && request.key === CAPACITY;

/** Other text in a document, also in answers to HEAD and to a range. */
function rewritten(key: string, change: (xml: string) => string): Fault['handler'] {
  return handling(async (request, store) => {
    const answer = await store.pass(request);
    if (!isDocument(request) || request.key !== key || answer.status > 206) return answer;
    const { target } = request;
    const whole = await store.ask(request, { method: 'GET', target });
    const body = Buffer.from(change(whole.body.toString()));
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.header('range') ?? '') ?? [];
    if (answer.status === 206 && from !== undefined) {
      const range = withHeader(answer, 'Content-Range', `bytes ${from}-${to}/${body.length}`);
      return { ...range, body: body.subarray(Number(from), Number(to) + 1) };
    }
    return request.method === 'HEAD' ? { ...answer, length: String(body.length) } : { ...answer, body };
  });
}

/** Other text in system.xml. */
function system(from: string | RegExp, to: string): Fault['handler'] {
  return rewritten(SYSTEM, (xml) => xml.replace(from, to));
}

type Numbers = Readonly<Record<'Capacity' | 'Available' | 'Used', bigint>>;

/** Other numbers in capacity.xml. */
function capacity(
  change: (numbers: Numbers) => Partial<Record<keyof Numbers, bigint | string>>,
): Fault['handler'] {
  return rewritten(CAPACITY, (xml) => {
    const read = (name: string) => BigInt(new RegExp(`<${name}>(\\d+)<`).exec(xml)?.[1] ?? '0');
    const numbers = { Capacity: read('Capacity'), Available: read('Available'), Used: read('Used') };
    return Object.entries(change(numbers)).reduce(
      (text, [name, value]) => text.replace(new RegExp(`<${name}>\\d+<`), `<${name}>${value}<`),
      xml,
    );
  });
}

export const SOSAPI_FAULTS: readonly Fault[] = [
  {
    id: 'row-22',
    row: 22,
    does: 'leaves out the quotes of ProtocolVersion',
    caughtBy: ['row-22', 'sosapi-quotes'],
    handler: system('>"1.0"<', '>1.0<'),
  },
  {
    id: 'row-23',
    row: 23,
    does: 'keeps one more version of a document each time that it is read, and lists them',
    caughtBy: ['row-23'],
    handler: pilingUp,
  },
  {
    id: 'row-40',
    row: 40,
    does: 'advertises UploadSessions',
    caughtBy: ['row-40', 'sosapi-upload-sessions'],
    handler: system('<UploadSessions>false', '<UploadSessions>true'),
  },
  {
    id: 'row-43',
    row: 43,
    does: 'says Available 0',
    caughtBy: ['row-43', 'sosapi-full-when-empty'],
    handler: capacity(() => ({ Available: 0n })),
  },
  {
    id: 'row-45',
    row: 45,
    does: 'refuses capacity.xml to whom sends an Origin (403 AccessForbidden)',
    caughtBy: ['row-45'],
    handler: refusing(
      (request) => isCapacity(request) && request.header('origin') !== undefined,
      403,
      'AccessForbidden',
    ),
  },
  {
    id: 'sosapi-absent',
    does: 'has no capacity.xml, though CapacityInfo is true',
    caughtBy: ['sosapi-presence', 'sosapi-capacity-advertised'],
    handler: answering(
      (request) => request.isRead && request.key === CAPACITY,
      (answer, request) => (answer.status === 200 ? errorAnswer(404, 'NoSuchKey', request) : answer),
    ),
  },
  {
    id: 'sosapi-new-bucket',
    does: 'has the documents only in the bucket that was there before',
    caughtBy: ['sosapi-new-bucket'],
    handler: refusing(
      (request) => isDocument(request) && request.bucket.startsWith('sosapi-bench-'),
      404,
      'NoSuchKey',
    ),
  },
  {
    id: 'sosapi-missing-bucket',
    does: 'has the documents also in buckets that do not exist',
    caughtBy: ['sosapi-missing-bucket'],
    handler: answering(isDocument, (answer) =>
      answer.status === 404 ? xmlAnswer(200, '<SystemInfo></SystemInfo>') : answer,
    ),
  },
  {
    id: 'sosapi-unknown-keys',
    does: 'answers other keys of the reserved prefix with 403 AccessDenied',
    caughtBy: ['sosapi-unknown-keys'],
    handler: refusing(
      (request) => request.isRead && request.key.startsWith(PREFIX) && !isDocument(request),
      403,
      'AccessDenied',
    ),
  },
  {
    id: 'sosapi-anonymous',
    does: 'gives the documents to whom sends no signature',
    caughtBy: ['sosapi-anonymous'],
    handler: handling((request, store) =>
      isDocument(request) && request.header('authorization') === undefined
        ? store.ask(request, { method: request.method, target: request.target })
        : store.pass(request),
    ),
  },
  {
    id: 'sosapi-no-model',
    does: 'has no ModelName',
    caughtBy: ['sosapi-system-shape'],
    handler: system(/<ModelName>.*?<\/ModelName>/, ''),
  },
  {
    id: 'sosapi-namespace',
    does: 'puts system.xml into the namespace of S3',
    caughtBy: ['sosapi-no-namespace'],
    handler: system('<SystemInfo>', '<SystemInfo xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'),
  },
  {
    id: 'sosapi-empty-endpoints',
    does: 'writes APIEndpoints empty',
    caughtBy: ['sosapi-optional-blocks'],
    handler: system(
      '</SystemInfo>',
      '<APIEndpoints><IAMEndpoint></IAMEndpoint><STSEndpoint></STSEndpoint></APIEndpoints></SystemInfo>',
    ),
  },
  {
    id: 'sosapi-recommendations',
    does: 'recommends a block size of 1000 KB',
    caughtBy: ['sosapi-recommendations'],
    handler: system(
      '</SystemInfo>',
      '<SystemRecommendations><KbBlockSize>1000</KbBlockSize></SystemRecommendations></SystemInfo>',
    ),
  },
  {
    id: 'sosapi-iam-sts',
    does: 'advertises IAMSTS with endpoints that do not answer',
    caughtBy: ['sosapi-iam-sts'],
    handler: system(
      '<IAMSTS>false</IAMSTS></ProtocolCapabilities>',
      '<IAMSTS>true</IAMSTS></ProtocolCapabilities><APIEndpoints><IAMEndpoint>http://127.0.0.1:1</IAMEndpoint><STSEndpoint>http://127.0.0.1:1</STSEndpoint></APIEndpoints>',
    ),
  },
  {
    id: 'sosapi-units',
    does: 'writes Used with a unit',
    caughtBy: ['sosapi-integers'],
    handler: capacity(({ Used }) => ({ Used: `${Used} B` })),
  },
  {
    id: 'sosapi-negative',
    does: 'lets Available go negative',
    caughtBy: ['sosapi-ranges'],
    handler: capacity(() => ({ Available: -1n })),
  },
  {
    id: 'sosapi-available-above-capacity',
    does: 'says more Available than Capacity',
    caughtBy: ['sosapi-ranges'],
    handler: capacity(({ Capacity }) => ({ Available: Capacity * 2n })),
  },
  {
    id: 'sosapi-zeros',
    does: 'says 0 for all three numbers',
    caughtBy: ['sosapi-ranges'],
    handler: capacity(() => ({ Capacity: 0n, Available: 0n, Used: 0n })),
  },
  {
    id: 'sosapi-sum',
    does: 'says Available for what is used too',
    caughtBy: ['sosapi-sum'],
    handler: capacity(({ Capacity, Used }) => ({ Available: Capacity, Used: Used + 1n })),
  },
  {
    id: 'sosapi-used-frozen',
    does: 'never changes Used',
    caughtBy: ['sosapi-used-lag', 'sosapi-used-truth'],
    handler: capacity(({ Capacity }) => ({ Used: 12_345n, Available: Capacity - 12_345n })),
  },
  {
    id: 'sosapi-last-modified-frozen',
    does: 'never changes Last-Modified of the documents',
    caughtBy: ['sosapi-last-modified-moves'],
    handler: answering(isDocument, (answer) =>
      answer.status === 200 ? withHeader(answer, 'Last-Modified', 'Thu, 01 Jan 2026 00:00:00 GMT') : answer,
    ),
  },
  {
    id: 'sosapi-last-modified-now',
    does: 'says the present time as Last-Modified',
    caughtBy: ['sosapi-last-modified-still'],
    handler: answering(isDocument, (answer) =>
      answer.status === 200 ? withHeader(answer, 'Last-Modified', new Date().toUTCString()) : answer,
    ),
  },
  {
    id: 'sosapi-head-length',
    does: 'answers HEAD of a document with another length than GET',
    caughtBy: ['sosapi-head'],
    handler: answering(
      (request) => isDocument(request) && request.method === 'HEAD',
      (answer) => ({ ...answer, length: '0' }),
    ),
  },
  {
    id: 'sosapi-head-absent',
    does: 'answers HEAD of a document with 404',
    caughtBy: ['sosapi-head'],
    handler: refusing((request) => isDocument(request) && request.method === 'HEAD', 404, 'NoSuchKey'),
  },
  {
    id: 'sosapi-content-type',
    does: 'says the Content-Type text/plain for the documents',
    caughtBy: ['sosapi-headers'],
    handler: answering(isDocument, (answer) => withHeader(answer, 'Content-Type', 'text/plain')),
  },
  {
    id: 'sosapi-range',
    does: 'ignores Range for the documents',
    caughtBy: ['sosapi-range'],
    handler: withoutAsked(/^range$/),
  },
  {
    id: 'sosapi-conditional',
    does: 'ignores conditions for the documents',
    caughtBy: ['sosapi-conditional'],
    handler: withoutAsked(/^if-/),
  },
  {
    id: 'sosapi-listed',
    does: 'lists the documents',
    caughtBy: ['sosapi-not-listed'],
    handler: answering(
      (request) => request.isObjectList && PREFIX.startsWith(request.query.get('prefix') ?? ''),
      (answer) => withText(answer, (xml) => addEntries(xml, [SYSTEM, CAPACITY].map(contentsEntry))),
    ),
  },
  {
    id: 'sosapi-writable',
    does: 'takes a PUT of the documents and gives what was written',
    caughtBy: ['sosapi-not-writable'],
    handler: writable,
  },
];

/** Asks without some of the headers. */
function withoutAsked(names: RegExp): Fault['handler'] {
  return handling((request, store) =>
    isDocument(request) && request.headers.some(([name]) => names.test(name.toLowerCase()))
      ? store.ask(request, { method: request.method, target: request.target })
      : store.pass(request),
  );
}

function pilingUp(): Handle {
  const versions: string[] = [];
  return async (request, store) => {
    const answer = await store.pass(request);
    if (isDocument(request) && answer.status === 200) versions.push(request.key);
    const isAsked = request.isVersionList && (request.query.get('prefix') ?? '').startsWith(PREFIX);
    return isAsked
      ? withText(answer, (xml) =>
          addEntries(
            xml,
            versions.map((key, i) => versionEntry(key, `v${i}`)),
          ),
        )
      : answer;
  };
}

function writable(): Handle {
  const written = new Map<string, Buffer>();
  return async (request, store): Promise<Answer> => {
    const isOne = request.key === SYSTEM || request.key === CAPACITY;
    if (isOne && request.isPut && !request.isCopy) {
      written.set(request.path, request.body);
      return { ...xmlAnswer(200, ''), headers: [['x-amz-version-id', 'v1']] };
    }
    const body = written.get(request.path);
    if (isDocument(request) && body !== undefined) return xmlAnswer(200, body.toString());
    return store.pass(request);
  };
}
