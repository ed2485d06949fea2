// What proxies in front of S3 servers usually change, each as what the client would have sent instead. Kong adds its port
// to Host (supabase/supabase#572), Cloudflare rewrites Accept-Encoding (s3s-project/s3s#458), nginx decodes and merges.
import { percentDecode } from '../s3/percent-encoding.ts';
import type { S3Request } from '../s3/request.ts';

/** What the gateway knows of itself, to guess how clients call it. */
export interface Surroundings {
  /** Public host names, lower-case. */
  readonly hostNames: readonly string[];
  readonly ports: readonly number[];
}

/** A part of the request as it arrived and as it would have been signed. */
export interface Difference {
  readonly part: string;
  readonly arrived: string;
  readonly signed: string;
}

/** One change by a proxy, undone. */
export interface ProxyChange {
  /** Completes the sentence "a proxy in between …". */
  readonly deed: string;
  readonly differences: readonly Difference[];
  readonly method?: string;
  /** The path as it would have been signed. */
  readonly path?: string;
  /** A signed header; lower-case name, and its canonical value. */
  readonly header?: { readonly name: string; readonly value: string };
}

const DEFAULT_PORTS = [80, 443];
const MAX_HOSTS = 64;

/** Values that a client is likely to have signed where a proxy sets or removes the header. */
const USUAL_VALUES: Readonly<Record<string, readonly string[]>> = {
  'accept-encoding': ['identity', 'gzip', '', 'gzip, deflate', 'gzip, deflate, br', 'gzip,deflate'],
  connection: ['', 'keep-alive', 'close', 'Keep-Alive'],
  'content-type': ['', 'application/octet-stream', 'binary/octet-stream', 'application/xml'],
  expect: ['100-continue', ''],
};

/** Changes of Host, and all others; one of each may have happened together. */
export function proxyChanges(
  request: S3Request,
  signedHeaders: readonly string[],
  surroundings: Surroundings,
): { readonly hosts: readonly ProxyChange[]; readonly others: readonly ProxyChange[] } {
  return {
    hosts: hostChanges(request, surroundings),
    others: [...headerChanges(request, signedHeaders), ...pathChanges(request), ...methodChanges(request)],
  };
}

function hostChanges(request: S3Request, { hostNames, ports }: Surroundings): readonly ProxyChange[] {
  const arrived = request.head.headers.get('host') ?? '';
  const forwarded = forwardedHosts(request);
  const bucket = request.addressing === 'virtual-hosted' ? request.bucket : undefined;
  const names = [
    withoutPort(arrived),
    ...forwarded.map(withoutPort),
    ...hostNames,
    ...(bucket === undefined ? [] : hostNames.map((name) => `${bucket}.${name}`)),
  ];
  const hosts = [...forwarded, ...names.flatMap((name) => withPorts(name, ports))];
  const moved = bucketMoved(
    request,
    [...hostNames, ...forwarded.map(withoutPort), withoutPort(arrived)],
    ports,
  );
  return [
    ...[...new Set(hosts)]
      .filter((host) => host !== arrived && host !== '')
      .slice(0, MAX_HOSTS)
      .map((host) => hostChange(arrived, host)),
    ...moved,
  ];
}

function hostChange(arrived: string, host: string): ProxyChange {
  const header = { name: 'host', value: host };
  return { deed: 'changed Host', differences: [{ part: 'Host', arrived, signed: host }], header };
}

/** `BUCKET.HOST/KEY` that a proxy turned into `HOST/BUCKET/KEY`. */
function bucketMoved(
  { head, rawPath, addressing, bucket }: S3Request,
  names: readonly string[],
  ports: readonly number[],
): readonly ProxyChange[] {
  if (addressing !== 'path' || bucket === '') return [];
  const path = rawPath.slice(bucket.length + 1) || '/';
  const arrived = head.headers.get('host') ?? '';
  return [...new Set(names)]
    .flatMap((name) => withPorts(`${bucket}.${name}`, ports))
    .slice(0, MAX_HOSTS)
    .map((host) => ({
      deed: 'moved the bucket from Host into the path',
      differences: [
        { part: 'Host', arrived, signed: host },
        { part: 'the path', arrived: rawPath, signed: path },
      ],
      header: { name: 'host', value: host },
      path,
    }));
}

function withPorts(name: string, ports: readonly number[]): readonly string[] {
  return [name, ...new Set([...DEFAULT_PORTS, ...ports])].map((port) =>
    typeof port === 'number' ? `${name}:${port}` : port,
  );
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}

/** What proxies say that Host was. Never trusted, so good for a guess only. */
function forwardedHosts({ head: { headers } }: S3Request): readonly string[] {
  const forwarded = /(?:^|[;,\s])host="?([^";,\s]+)/i.exec(headers.get('forwarded') ?? '')?.[1];
  const [host = ''] = (headers.get('x-forwarded-host') ?? '').split(',');
  const port = /^\d{1,5}$/.exec((headers.get('x-forwarded-port') ?? '').split(',')[0]?.trim() ?? '')?.[0];
  const [told] = [host.trim(), forwarded ?? ''].filter((each) => each !== '' && each.length <= 255);
  if (told === undefined) return [];
  return port === undefined ? [told] : [told, `${withoutPort(told)}:${port}`];
}

function headerChanges(
  { head: { headers } }: S3Request,
  signedHeaders: readonly string[],
): readonly ProxyChange[] {
  return signedHeaders.flatMap((name) => {
    const arrived = headers.all(name).join(',');
    const part = name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
    const deed = headers.has(name) ? `changed ${part}` : `left out ${part}`;
    return (USUAL_VALUES[name] ?? [])
      .filter((value) => value !== arrived)
      .map((value) => ({
        deed,
        differences: [{ part, arrived, signed: value }],
        header: { name, value },
      }));
  });
}

function pathChanges(request: S3Request): readonly ProxyChange[] {
  const { rawPath } = request;
  return [...guessedPaths(request)]
    .filter(([, path]) => path.startsWith('/') && path !== rawPath)
    .map(([deed, path]) => ({
      deed,
      differences: [{ part: 'the path', arrived: rawPath, signed: path }],
      path,
    }));
}

function* guessedPaths({
  rawPath,
  head,
  addressing,
  bucket,
}: S3Request): Generator<readonly [deed: string, path: string]> {
  const second = rawPath.indexOf('/', 1);
  if (second !== -1) yield [`put ${rawPath.slice(0, second)} before the path`, rawPath.slice(second)];
  if (addressing === 'virtual-hosted') {
    yield ['moved the bucket from the path into Host', `/${bucket}${rawPath}`];
  }
  const prefix = (head.headers.get('x-forwarded-prefix') ?? '').replace(/\/$/, '');
  if (prefix !== '') yield [`took ${prefix} off the path`, `${prefix}${rawPath}`];
  for (const name of ['x-original-uri', 'x-original-url', 'x-forwarded-uri', 'x-envoy-original-path']) {
    const [told = ''] = (head.headers.get(name) ?? '').split('?');
    if (told !== '') yield ['changed the path', told];
  }
  if (rawPath.includes('%')) {
    yield ['encoded the path a second time', percentDecode(rawPath)];
    yield ['decoded the path', rawPath.replaceAll('%', '%25')];
  }
  if (rawPath.includes('+')) yield ['wrote + for a space in the path', rawPath.replaceAll('+', '%20')];
  if (rawPath.length > 1) {
    yield rawPath.endsWith('/')
      ? ['put a slash behind the path', rawPath.slice(0, -1)]
      : ['took a slash off the end of the path', `${rawPath}/`];
  }
}

function methodChanges({ head: { method } }: S3Request): readonly ProxyChange[] {
  const other = method === 'GET' ? 'HEAD' : method === 'HEAD' ? 'GET' : undefined;
  if (other === undefined) return [];
  const differences = [{ part: 'the method', arrived: method, signed: other }];
  return [{ deed: `turned ${other} into ${method}`, differences, method: other }];
}
