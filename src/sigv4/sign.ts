// Signs requests to a store in header form. The canonical path is decoded and encoded again, as MinIO and Ceph RGW compute it.
import { AMZ_CONTENT_SHA256, AMZ_DATE } from '../s3/headers.ts';
import type { Secret } from '../secret.ts';
import { createAmzClock } from './amz-date.ts';
import {
  canonicalHeaderValue,
  canonicalPath,
  canonicalRawQuery,
  canonicalRequest,
} from './canonical-request.ts';
import { ALGORITHM } from './signature-claim.ts';
import { deriveSigningKey, type SigningKey } from './signing-key.ts';
import { TextHash } from './text-hash.ts';

export interface SignerOptions {
  readonly accessKeyId: string;
  readonly secret: Secret;
  readonly region: string;
}

type NamedValue = readonly [name: string, value: string];

export interface RequestToSign {
  readonly method: string;
  readonly rawPath: string;
  /** The bytes behind the `?`; empty where there is none. */
  readonly rawQuery: string;
  /** All get signed. Names in lower case, values in latin1; must hold `host`, and none of those that signing adds. */
  readonly headers: readonly NamedValue[];
  /** 64 lower-case hex digits, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

/** What the sender adds as `authorization`, `x-amz-date` and `x-amz-content-sha256`. */
export interface SignedHeaders {
  readonly authorization: string;
  readonly amzDate: string;
  readonly contentSha256: string;
}

export interface Signer {
  sign(input: RequestToSign, nowMs: number): SignedHeaders;
}

export function createSigner({ accessKeyId, secret, region }: SignerOptions): Signer {
  const amzDateOf = createAmzClock();
  let day = '';
  let signingKey: SigningKey | undefined;
  const hashes = new TextHash();

  return {
    sign(input, nowMs) {
      const amzDate = amzDateOf(nowMs);
      const date = amzDate.slice(0, 8);
      if (signingKey === undefined || date !== day) {
        signingKey = deriveSigningKey(secret, date, region);
        day = date;
      }
      const { method, rawPath, rawQuery, payloadHash } = input;
      const { names, lines } = canonicalHeaders([
        ...input.headers,
        [AMZ_CONTENT_SHA256, payloadHash],
        [AMZ_DATE, amzDate],
      ]);
      const canonical = canonicalRequest({
        method,
        path: canonicalPath(rawPath),
        query: canonicalRawQuery(rawQuery),
        headers: lines,
        signedHeaders: names,
        payloadHash,
      });
      const signature = signingKey.signatureOf(hashes.hexOf(canonical), amzDate);
      const credential = `${accessKeyId}/${signingKey.scope}`;
      return {
        authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
        amzDate,
        contentSha256: payloadHash,
      };
    },
  };
}

/** Takes its list as its own to sort; repeated names stay in order and are joined. */
function canonicalHeaders(headers: NamedValue[]): { readonly names: string; readonly lines: string } {
  sortByName(headers);
  let names = '';
  let lines = '';
  let previous: string | undefined;
  for (const [name, value] of headers) {
    if (name === previous) {
      lines = `${lines.slice(0, -1)},${canonicalHeaderValue(value)}\n`;
      continue;
    }
    names += previous === undefined ? name : `;${name}`;
    lines += `${name}:${canonicalHeaderValue(value)}\n`;
    previous = name;
  }
  return { names, lines };
}

/** What a request usually has is sorted by inserting, without the lists that `sort` makes for itself. */
const FEW = 24;

function sortByName(headers: NamedValue[]): void {
  if (headers.length > FEW) {
    headers.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    return;
  }
  for (let from = 1; from < headers.length; from++) {
    const moved = headers[from] as NamedValue;
    let to = from;
    for (; to > 0; to--) {
      const before = headers[to - 1] as NamedValue;
      if (before[0] <= moved[0]) break;
      headers[to] = before;
    }
    headers[to] = moved;
  }
}
