// aws4, a signer that shares no code with Amazon's.
import { createRequire } from 'node:module';
import {
  ACCESS_KEY,
  AMZ_DATE,
  encoded,
  REGION,
  SECRET_TEXT,
  type Signer,
  type SignerLimits,
} from './signing-job.ts';

/**
 * Where aws4 1.13.2 is wrong (aws4.js): of repeated parameters it signs the first only (`firstValOnly` for s3), and in header
 * values it folds every kind of white space (`/\s+/`), also a no-break space, where Amazon S3 folds spaces.
 */
export const AWS4_LIMITS: SignerLimits = {
  repeatedParameters: false,
  repeatedHeaders: false,
  headerCharacters: 'abcXYZ019  \t"\',;:=&+%/~\\\u00e9\u65e5',
};

interface Aws4Request {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly service: 's3';
  readonly region: string;
  readonly signQuery: boolean;
}

interface Aws4 {
  sign(
    request: Aws4Request,
    credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  ): { readonly path: string; readonly headers: Readonly<Record<string, string>> };
}

export function aws4Signer(): Signer {
  // It has no types of its own.
  const aws4 = createRequire(import.meta.url)('aws4') as Aws4;
  return {
    async sign(job) {
      const date: readonly (readonly [string, string])[] = [['X-Amz-Date', AMZ_DATE]];
      const query = [...job.query, ...(job.presigned ? date : [])];
      const text = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
      const payload: readonly (readonly [string, string])[] = job.signsBody
        ? []
        : [['X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD']];
      const signed = aws4.sign(
        {
          method: job.method,
          path: text === '' ? job.path : `${job.path}?${text}`,
          host: job.host,
          headers: Object.fromEntries([
            ...job.headers,
            ...(job.presigned ? [] : [...date, ...payload]),
            ['Host', job.host],
          ]),
          body: job.presigned ? '' : job.body,
          service: 's3',
          region: REGION,
          signQuery: job.presigned,
        },
        { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_TEXT },
      );
      return {
        method: job.method,
        target: signed.path,
        headers: Object.entries(signed.headers).map(([name, value]) => [name, String(value)]),
      };
    },
  };
}
