// @smithy/signature-v4, the signer of the AWS SDK for JavaScript.
import { createHash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { NodeSha256 } from '../../support/node-sha256.ts';
import {
  ACCESS_KEY,
  encoded,
  NOW_MS,
  REGION,
  SECRET_TEXT,
  type Signer,
  type SignerLimits,
  type SigningJob,
} from './signing-job.ts';

/** Headers are an object, so a name stands there once. */
export const SMITHY_LIMITS: SignerLimits = {
  repeatedParameters: true,
  repeatedHeaders: false,
  headerCharacters: 'abcXYZ019  \t"\',;:=&+%/~\\\u00e9\u00a0\u65e5\u2003',
};

type Query = Record<string, string | string[] | null>;

export function smithySigner(): Signer {
  const signer = new SignatureV4({
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_TEXT },
    region: REGION,
    service: 's3',
    sha256: NodeSha256,
    uriEscapePath: false,
  });
  return {
    async sign(job) {
      const payload = job.signsBody
        ? createHash('sha256').update(job.body).digest('hex')
        : 'UNSIGNED-PAYLOAD';
      const message = {
        method: job.method,
        protocol: 'https:',
        hostname: job.host,
        path: job.path,
        query: queryOf(job),
        headers: { host: job.host, ...Object.fromEntries(job.headers), 'X-Amz-Content-Sha256': payload },
        body: job.body,
      };
      const signingDate = new Date(NOW_MS);
      const signed = job.presigned
        ? await signer.presign(message, { signingDate, expiresIn: 60 })
        : await signer.sign(message, { signingDate });
      const pieces = Object.entries((signed.query ?? {}) as Query).flatMap(([name, values]) =>
        [values].flat().map((value) => `${encoded(name)}=${encoded(value ?? '')}`),
      );
      const target = pieces.length === 0 ? job.path : `${job.path}?${pieces.join('&')}`;
      return { method: job.method, target, headers: Object.entries(signed.headers) };
    },
  };
}

function queryOf({ query }: SigningJob): Record<string, string | string[]> {
  const values = Map.groupBy(query, ([name]) => name);
  return Object.fromEntries(
    [...values].map(([name, pairs]) => {
      const all = pairs.map(([, value]) => value);
      return [name, all.length === 1 ? (all[0] ?? '') : all];
    }),
  );
}
