// Why a signature does not fit, for the log: what the gateway computed from the request as it arrived, and whether the
// signature fits what the client may have sent before a proxy changed it. It explains and never accepts.
import { utf8Text } from '../s3/percent-encoding.ts';
import {
  canonicalHeaderValue,
  canonicalPath,
  canonicalQuery,
  canonicalRequest,
} from './canonical-request.ts';
import { credentialScope } from './credential-scope.ts';
import {
  type Difference,
  type ProxyChange,
  proxyChanges,
  type Surroundings,
} from './explain-proxy-changes.ts';
import { sha256Hex } from './payload-hash.ts';
import { SIGNATURE_PARAMETER } from './presigned-query.ts';
import { ALGORITHM } from './signature-claim.ts';
import type { SignatureMismatch } from './verify.ts';

export interface MismatchExplanation {
  /** As computed from the request that arrived, with the client's own secrets cut. Holds no signature. */
  readonly canonicalRequest: string;
  /** With the hash of the uncut canonical request. */
  readonly stringToSign: string;
  /** One plain sentence. */
  readonly finding: string;
  /** What differs where the signature fits another request: each part as it arrived and as it was signed. */
  readonly differences: readonly Difference[];
}

/** What a canonical request is made of, looked up once for all that is tried. */
interface Parts {
  readonly mismatch: SignatureMismatch;
  /** The canonical value of each signed header as it arrived; empty where it did not. */
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly query: string;
}

const UNEXPLAINED =
  'the signature fits none of the changes that proxies usually make: the secret key is another one, or something else was changed';
// Together some milliseconds of hashing, also for a head of the largest size.
const MAX_TRIES = 2_000;
const MAX_TRIED_BYTES = 4 * 1024 * 1024;
const MAX_TEXT = 16_384;

export function explainMismatch(
  mismatch: SignatureMismatch,
  surroundings: Surroundings,
): MismatchExplanation {
  const { request, claim } = mismatch;
  const scope = credentialScope(claim.date.text.slice(0, 8), claim.credential.region);
  const parts = partsOf(mismatch);
  const canonical = canonicalOf(parts, [], request.rawPath);
  const maxTries = Math.min(MAX_TRIES, Math.ceil(MAX_TRIED_BYTES / canonical.length));
  const changes = changesThatFit(parts, surroundings, maxTries) ?? [];
  return {
    canonicalRequest: shortened(utf8Text(canonicalOf(withoutSecrets(parts), [], request.rawPath))),
    stringToSign: `${ALGORITHM}\n${claim.date.text}\n${scope}\n${sha256Hex(canonical)}`,
    finding: changes.length === 0 ? UNEXPLAINED : findingOf(changes),
    differences: changes.flatMap((change) => change.differences),
  };
}

function findingOf(changes: readonly ProxyChange[]): string {
  const conditions = changes
    .flatMap(({ differences }) => differences)
    .map(({ part, signed }) => `${part} was ${signed === '' ? 'empty or absent' : signed}`);
  const deeds = changes.map(({ deed }) => deed);
  return `the signature fits if ${conditions.join(' and ')}: a proxy in between ${deeds.join(' and ')}`;
}

/** The first change, or pair of changes, behind which the signature that was provided fits. */
function changesThatFit(
  parts: Parts,
  surroundings: Surroundings,
  maxTries: number,
): readonly ProxyChange[] | undefined {
  const { request, claim } = parts.mismatch;
  const { hosts, others } = proxyChanges(request, claim.signedHeaders.names, surroundings);
  let tries = 0;
  for (const changes of combinations(hosts, others)) {
    if (++tries > maxTries) return undefined;
    if (fits(parts, changes)) return changes;
  }
  return undefined;
}

function* combinations(
  hosts: readonly ProxyChange[],
  others: readonly ProxyChange[],
): Generator<readonly ProxyChange[]> {
  for (const change of hosts) yield [change];
  for (const change of others) yield [change];
  for (const host of hosts.filter(({ path }) => path === undefined)) {
    for (const other of others) yield [host, other];
  }
}

function fits(parts: Parts, changes: readonly ProxyChange[]): boolean {
  const { mismatch } = parts;
  const path = changes.findLast((change) => change.path !== undefined)?.path ?? mismatch.request.rawPath;
  if (mismatch.fits(canonicalOf(parts, changes, path))) return true;
  const encoded = encodedAgain(path);
  return encoded !== undefined && encoded !== path && mismatch.fits(canonicalOf(parts, changes, encoded));
}

/** Undefined for a path that a client cannot have signed so: a `%` in it stands for nothing. */
function encodedAgain(path: string): string | undefined {
  return /%(?![0-9a-f]{2})/i.test(path) ? undefined : canonicalPath(path);
}

function partsOf(mismatch: SignatureMismatch): Parts {
  const { request, claim } = mismatch;
  const arrived = (name: string) => request.head.headers.all(name).map(canonicalHeaderValue).join(',');
  return {
    mismatch,
    values: claim.signedHeaders.names.map((name) => [name, arrived(name)]),
    query: queryOf(mismatch),
  };
}

function queryOf({ request, claim }: SignatureMismatch): string {
  return canonicalQuery(request.query, claim.mechanism === 'presigned' ? SIGNATURE_PARAMETER : undefined);
}

function canonicalOf(
  { mismatch: { request, claim }, values, query }: Parts,
  changes: readonly ProxyChange[],
  path: string,
): string {
  const signed = new Map(changes.flatMap(({ header }) => (header ? [[header.name, header.value]] : [])));
  return canonicalRequest({
    method: changes.find(({ method }) => method !== undefined)?.method ?? request.head.method,
    path,
    query,
    headers: values.map(([name, value]) => `${name}:${signed.get(name) ?? value}\n`).join(''),
    signedHeaders: claim.signedHeaders.text,
    payloadHash: claim.payloadHash,
  });
}

/** Secrets that a client may have signed: its session token, keys for encryption at the store, other credentials. */
const SECRET_HEADER = /customer-key|(authorization|cookie|token|signature|password|mfa)$/;

/** The query holds none: a request with a session token in it is refused before its signature is looked at. */
function withoutSecrets(parts: Parts): Parts {
  const values = parts.values.map(([name, value]): readonly [string, string] =>
    value !== '' && SECRET_HEADER.test(name) ? [name, `(cut, ${value.length} characters)`] : [name, value],
  );
  return { ...parts, values };
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)} (cut, ${text.length} characters)`;
}
