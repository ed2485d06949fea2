// A store that lists what it was given as S3 does, in one of the manners seen of real ones, and fails when told to.
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface StoodVersion {
  readonly key: string;
  readonly id: string;
  /** Absent: a delete marker. */
  readonly size?: bigint;
  readonly isLatest: boolean;
}

export interface StoodUpload {
  readonly key: string;
  readonly id: string;
  readonly parts: readonly bigint[];
}

export interface StoodBucket {
  /** In the order of the listing. */
  versions: readonly StoodVersion[];
  uploads: readonly StoodUpload[];
}

/**
 * How keys and markers are written where they shall be encoded, as seen of stores: both encoded; plain markers beside
 * encoded keys; the same without saying so; both plain, as if nobody had asked.
 */
export type Manner = 'encoded' | 'plain markers' | 'unsaid' | 'never';

export interface Reply {
  readonly status?: number;
  readonly body: string;
}

export interface ListingStandIn {
  readonly url: string;
  readonly buckets: Map<string, StoodBucket>;
  manner: Manner;
  /** What instead of the listing, for a request; `undefined` for the listing itself. */
  instead: (target: string, query: URLSearchParams) => Reply | 'hang' | undefined;
  /** Every request target, as it came. */
  readonly targets: string[];
  /** The Host header of the latest request. */
  host: string;
  close(): Promise<void>;
}

export const errorReply = (status: number, code: string): Reply => ({
  status,
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`,
});

const escaped = (text: string) =>
  text.replace(/[&<>"'\u0000-\u001f\ufffe\uffff]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`);
const encoded = (text: string) =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** With a key pair it speaks TLS only. */
export async function startListingStandIn(pair?: {
  readonly cert: string;
  readonly key: string;
}): Promise<ListingStandIn> {
  const targets: string[] = [];
  const answer: RequestListener = (request, response) => {
    const target = request.url ?? '';
    targets.push(target);
    standIn.host = request.headers.host ?? '';
    const [path = '', search = ''] = target.split('?');
    const query = new URLSearchParams(search);
    const reply = standIn.instead(target, query) ?? listed(path, query);
    if (reply !== 'hang') send(response, reply);
  };
  const server = pair === undefined ? createServer(answer) : createTlsServer(pair, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function listed(path: string, query: URLSearchParams): Reply {
    const [, bucketName = '', ...rest] = path.split('/');
    const bucket = standIn.buckets.get(bucketName);
    if (bucket === undefined) return errorReply(404, 'NoSuchBucket');
    const uploadId = query.get('uploadId');
    if (uploadId !== null) return partsOf(bucket, decodeURIComponent(rest.join('/')), uploadId, query);
    if (query.has('versions')) return versionsOf(bucket, query);
    if (query.has('uploads')) return uploadsOf(bucket, query);
    return objectsOf(bucket, query);
  }

  /** Texts as the manner and the request want them, and what the page says of it. */
  function writer(query: URLSearchParams) {
    const isEncoded = query.get('encoding-type') === 'url' && standIn.manner !== 'never';
    return {
      key: (text: string) => escaped(isEncoded ? encoded(text) : text),
      marker: (text: string) => escaped(isEncoded && standIn.manner === 'encoded' ? encoded(text) : text),
      said: isEncoded && standIn.manner !== 'unsaid' ? '<EncodingType>url</EncodingType>' : '',
    };
  }

  function versionsOf({ versions }: StoodBucket, query: URLSearchParams): Reply {
    const { key, marker, said } = writer(query);
    const from = versions.findIndex(
      (one) => one.key === query.get('key-marker') && one.id === query.get('version-id-marker'),
    );
    const page = versions.slice(from + 1, from + 1 + Number(query.get('max-keys')));
    const isTruncated = from + 1 + page.length < versions.length;
    const last = page.at(-1);
    const next = `<NextKeyMarker>${marker(last?.key ?? '')}</NextKeyMarker><NextVersionIdMarker>${last?.id}</NextVersionIdMarker>`;
    const entries = page.map(({ size, isLatest, ...one }) => {
      const name = size === undefined ? 'DeleteMarker' : 'Version';
      const bytes = size === undefined ? '' : `<Size>${size}</Size>`;
      return `<${name}><Key>${key(one.key)}</Key><VersionId>${one.id}</VersionId><IsLatest>${isLatest}</IsLatest>${bytes}<Owner><ID>o</ID></Owner></${name}>`;
    });
    return document(
      'ListVersionsResult',
      `${said}<IsTruncated>${isTruncated}</IsTruncated>${isTruncated ? next : ''}${entries.join('')}`,
    );
  }

  function objectsOf({ versions }: StoodBucket, query: URLSearchParams): Reply {
    const current = versions.filter(({ size, isLatest }) => isLatest && size !== undefined);
    const from = Number(query.get('continuation-token') ?? 0);
    const page = current.slice(from, from + Number(query.get('max-keys')));
    const to = from + page.length;
    const entries = page.map(
      ({ key, size }) => `<Contents><Key>${escaped(key)}</Key><Size>${size}</Size></Contents>`,
    );
    const next = to < current.length ? `<NextContinuationToken>${to}</NextContinuationToken>` : '';
    return document(
      'ListBucketResult',
      `<IsTruncated>${to < current.length}</IsTruncated>${next}${entries.join('')}`,
    );
  }

  function uploadsOf({ uploads }: StoodBucket, query: URLSearchParams): Reply {
    const { key, marker, said } = writer(query);
    const from = uploads.findIndex(
      (one) => one.key === query.get('key-marker') && one.id === query.get('upload-id-marker'),
    );
    const page = uploads.slice(from + 1, from + 1 + Number(query.get('max-uploads')));
    const isTruncated = from + 1 + page.length < uploads.length;
    const last = page.at(-1);
    const next = `<NextKeyMarker>${marker(last?.key ?? '')}</NextKeyMarker><NextUploadIdMarker>${last?.id}</NextUploadIdMarker>`;
    const entries = page.map(
      (one) => `<Upload><Key>${key(one.key)}</Key><UploadId>${one.id}</UploadId></Upload>`,
    );
    return document(
      'ListMultipartUploadsResult',
      `${said}<IsTruncated>${isTruncated}</IsTruncated>${next}${entries.join('')}`,
    );
  }

  function partsOf({ uploads }: StoodBucket, key: string, id: string, query: URLSearchParams): Reply {
    const upload = uploads.find((one) => one.key === key && one.id === id);
    if (upload === undefined) return errorReply(404, 'NoSuchUpload');
    const from = Number(query.get('part-number-marker') ?? 0);
    const page = upload.parts.slice(from, from + 2);
    const to = from + page.length;
    const entries = page.map(
      (size, index) => `<Part><PartNumber>${from + index + 1}</PartNumber><Size>${size}</Size></Part>`,
    );
    return document(
      'ListPartsResult',
      `<IsTruncated>${to < upload.parts.length}</IsTruncated><NextPartNumberMarker>${to}</NextPartNumberMarker>${entries.join('')}`,
    );
  }

  const standIn: ListingStandIn = {
    url: `${pair === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    buckets: new Map(),
    manner: 'encoded',
    instead: () => undefined,
    targets,
    host: '',
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return standIn;
}

function document(root: string, content: string): Reply {
  return {
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>${content}</${root}>`,
  };
}

function send(response: ServerResponse, { status = 200, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}
