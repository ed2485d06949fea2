// The first look at the bucket: it is there, the credentials work, and nobody else's objects are in it.
import type { S3Answer, S3Call } from '../bench-context.ts';
import { BenchRefusal, type BenchTarget } from './bench-target.ts';
import { describeAnswer } from './expect-success.ts';
import { isOwnKey, isParent, SOSAPI_PREFIX } from './own-keys.ts';
import { ListingError, versionPages } from './version-listing.ts';
import { asObject, listAt, parseXml } from './xml-tree.ts';

export interface Inspection {
  /** The Server header, where the store sends one. */
  readonly server: string | undefined;
}

type Ask = (call: S3Call) => Promise<S3Answer>;

/** Throws BenchRefusal. */
export async function inspectBucket(
  ask: Ask,
  target: BenchTarget,
  { allowForeignObjects }: { readonly allowForeignObjects: boolean },
): Promise<Inspection> {
  const answer = await reach(ask, target);
  if (answer.status !== 200) throw new BenchRefusal(refusalOf(answer, target));
  if (!allowForeignObjects) {
    const foreign = await foreignKey(ask).catch((error: Error) => {
      throw new BenchRefusal(`the bucket "${target.bucket}" cannot be listed: ${error.message}.`, {
        cause: error,
      });
    });
    if (foreign !== undefined) {
      throw new BenchRefusal(
        `the bucket "${target.bucket}" holds what is not the bench's ("${foreign}"): name an empty bucket, or say --allow-foreign-objects (they are neither changed nor deleted).`,
      );
    }
  }
  return { server: answer.headers.get('server') };
}

async function reach(ask: Ask, { endpoint }: BenchTarget): Promise<S3Answer> {
  try {
    return await ask({
      method: 'GET',
      query: [
        ['list-type', '2'],
        ['max-keys', '1'],
      ],
    });
  } catch (error) {
    const text = causeText(error);
    const hint = /certificate/i.test(text) ? '; name its authority with --ca FILE' : '';
    throw new BenchRefusal(`${endpoint.origin} gives no answer: ${text}${hint}.`, { cause: error });
  }
}

function causeText(error: unknown): string {
  const { cause, message } = error as Error;
  const text = cause instanceof Error ? cause.message : message;
  return text.replace(/\s+/g, ' ').replace(/\.$/, '');
}

function refusalOf(answer: S3Answer, { bucket, endpoint, region }: BenchTarget): string {
  const from = `${endpoint.origin} answered ${describeAnswer(answer)}`;
  switch (answer.code) {
    case 'NoSuchBucket':
      return `there is no bucket "${bucket}" at ${endpoint.origin}: make it, with versioning and object lock, or name another with --bucket.`;
    case 'InvalidAccessKeyId':
      return `${from}: the store does not know the key of AWS_ACCESS_KEY_ID.`;
    case 'SignatureDoesNotMatch':
      return `${from}: AWS_SECRET_ACCESS_KEY is not the secret of that key, or the region is not "${region}" (--region).`;
    case 'AuthorizationHeaderMalformed':
      return `${from}: the region is not "${region}" (--region).`;
    case 'RequestTimeTooSkewed':
      return `${from}: the clock of this machine and the store's are too far apart.`;
    case 'AccessDenied':
      return `${from}: the credentials may not list the bucket "${bucket}".`;
    default:
      return `${from} to a listing of the bucket "${bucket}": 200 must come, and a bench that cannot list cannot clean up after itself.`;
  }
}

/** Some key that is not the bench's. Looks into folders on the way to its prefix alone. */
async function foreignKey(ask: Ask): Promise<string | undefined> {
  const seen = new Set<string>();
  const open = [''];
  for (let prefix = open.pop(); prefix !== undefined; prefix = open.pop()) {
    if (seen.has(prefix)) continue;
    seen.add(prefix);
    for await (const { keys, prefixes } of pagesOf(ask, prefix)) {
      const foreign = [...keys, ...prefixes].find(
        (key) => !isOwnKey(key) && !isParent(key) && !isSosapi(key),
      );
      if (foreign !== undefined) return foreign;
      open.push(...prefixes.filter(isParent));
    }
  }
  return undefined;
}

function isSosapi(key: string): boolean {
  return key.startsWith(SOSAPI_PREFIX);
}

interface Page {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
}

/** All versions; where the store has no such listing, the first thousand objects. */
async function* pagesOf(ask: Ask, prefix: string): AsyncGenerator<Page> {
  try {
    for await (const { versions, prefixes } of versionPages(ask, { prefix, delimiter: '/' })) {
      yield { keys: versions.map(({ key }) => key), prefixes };
    }
  } catch (error) {
    if (!(error instanceof ListingError)) throw error;
    yield await objectsOf(ask, prefix);
  }
}

async function objectsOf(ask: Ask, prefix: string): Promise<Page> {
  const { status, body } = await ask({
    method: 'GET',
    query: [
      ['list-type', '2'],
      ['prefix', prefix],
      ['delimiter', '/'],
    ],
  });
  if (status !== 200) return { keys: [], prefixes: [] };
  const document = asObject(parseXml(body.toString('utf8')));
  return {
    keys: listAt(document, ['ListBucketResult', 'Contents', 'Key']).map(String),
    prefixes: listAt(document, ['ListBucketResult', 'CommonPrefixes', 'Prefix']).map(String),
  };
}
