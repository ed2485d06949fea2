// The presigned form (AWS, "Authenticating Requests: Using Query Parameters").
import type { HeaderList } from '../http1/header-list.ts';
import { chunkedMode } from '../s3/aws-chunked.ts';
import { S3Error } from '../s3/error.ts';
import { AMZ_CONTENT_SHA256 } from '../s3/headers.ts';
import type { QueryParameter, S3Request } from '../s3/request.ts';
import { parseAmzDate } from './amz-date.ts';
import { checkScope, parseCredential } from './credential-scope.ts';
import type { Malformed } from './malformed.ts';
import { unsupportedVersion4A } from './mechanism.ts';
import { parsePayloadHash, UNSIGNED_PAYLOAD } from './payload-hash.ts';
import {
  ALGORITHM,
  ASYMMETRIC_ALGORITHM,
  type PresignedClaim,
  type SignedHeaderList,
} from './signature-claim.ts';
import { parseSignedHeaders } from './signed-headers.ts';

/** The parameter that cannot sign itself. */
export const SIGNATURE_PARAMETER = 'X-Amz-Signature';

const REQUIRED = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  SIGNATURE_PARAMETER,
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
] as const;
type Required = (typeof REQUIRED)[number];

const PAYLOAD_HASH_PARAMETER = 'X-Amz-Content-Sha256';
const SPELLINGS = new Map([...REQUIRED, PAYLOAD_HASH_PARAMETER].map((name) => [name.toLowerCase(), name]));

const malformed: Malformed = (text, details = {}) =>
  new S3Error('AuthorizationQueryParametersError', {
    message: `Error parsing the authorization query parameters; ${text}`,
    details,
  });

export function readPresignedClaim(
  request: S3Request,
  regions: ReadonlySet<string>,
  maxExpiresSeconds: number,
): PresignedClaim {
  const parameters = authParameters(request.query);
  const algorithm = parameters.get('X-Amz-Algorithm');
  if (algorithm === ASYMMETRIC_ALGORITHM) throw unsupportedVersion4A();
  if (algorithm !== undefined && algorithm !== ALGORITHM) {
    throw malformed(`X-Amz-Algorithm only supports "${ALGORITHM}".`);
  }
  const demand = (name: Required): string => {
    const value = parameters.get(name);
    if (value === undefined || value === '') {
      throw malformed(
        `Query-string authentication version 4 requires the ${REQUIRED.join(', ')} parameters.`,
      );
    }
    return value;
  };
  demand('X-Amz-Algorithm');
  const signature = demand(SIGNATURE_PARAMETER);
  const credential = parseCredential(demand('X-Amz-Credential'), malformed);
  const signedHeaders = parseSignedHeaders(demand('X-Amz-SignedHeaders'), malformed);
  const date = parseAmzDate(demand('X-Amz-Date'));
  if (date === undefined) {
    throw malformed(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
  }
  const expiresSeconds = parseExpires(demand('X-Amz-Expires'), maxExpiresSeconds);
  checkScope(credential, date, regions, malformed);
  const payloadHash = payloadHashOf(
    request.head.headers,
    signedHeaders,
    parameters.get(PAYLOAD_HASH_PARAMETER),
  );
  return { mechanism: 'presigned', credential, signedHeaders, signature, date, payloadHash, expiresSeconds };
}

// One spelling, once, in visible ASCII: stores fold the case or take another of several, and could read another request than we do.
function authParameters(query: readonly QueryParameter[]): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const { name, value } of query) {
    const spelling = SPELLINGS.get(name.toLowerCase());
    if (spelling === undefined) continue;
    if (name !== spelling) throw malformed(`${spelling} must be spelt so.`);
    if (parameters.has(name)) throw malformed(`${name} must not be repeated.`);
    if (!/^[\x21-\x7e]*$/.test(value)) throw malformed(`${name} holds characters that it cannot have.`);
    parameters.set(name, value);
  }
  return parameters;
}

function parseExpires(text: string, maxSeconds: number): number {
  if (!/^\d+$/.test(text)) throw malformed('X-Amz-Expires should be a number');
  const seconds = Number(text);
  if (seconds < 1) throw malformed('X-Amz-Expires must be at least 1 second');
  if (seconds > maxSeconds) throw malformed(`X-Amz-Expires must be at most ${maxSeconds} seconds`);
  return seconds;
}

function payloadHashOf(
  headers: HeaderList,
  signedHeaders: SignedHeaderList,
  parameter: string | undefined,
): string {
  const header = headers.get(AMZ_CONTENT_SHA256);
  if (header !== undefined && parameter !== undefined && header !== parameter) {
    throw malformed(`${PAYLOAD_HASH_PARAMETER} and the header ${AMZ_CONTENT_SHA256} differ.`);
  }
  if (parameter !== undefined) return notStreaming(parameter);
  // An unsigned header says nothing of what was signed; `checkUnsignedHeaders` sees to its value.
  if (header === undefined || !signedHeaders.set.has(AMZ_CONTENT_SHA256)) return UNSIGNED_PAYLOAD;
  return notStreaming(header);
}

// The chunks of such a body would be signed with the key, and who has a URL has no key.
function notStreaming(value: string): string {
  const payloadHash = parsePayloadHash(value);
  if (chunkedMode(payloadHash) === undefined) return payloadHash;
  throw new S3Error('InvalidRequest', {
    message: `The payload mode ${payloadHash} does not go with a presigned URL.`,
  });
}
