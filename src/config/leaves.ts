// The kinds of plain values that the schema is made of; secrets and certificates have files of their own.
import Type from 'typebox';
import { DURATION_PATTERN, parseDuration, parseSpan } from './duration.ts';
import { ENDPOINT_PATTERN, parseEndpoint } from './endpoint.ts';
import type { Endpoint } from './gateway-config.ts';
import { leaf, required, WrongValue } from './leaf.ts';
import { parseSize, SIZE_PATTERN } from './size.ts';

/** As `checkBucketName` of `s3/names.ts`, which this room may not import. */
const BUCKET_NAME_PATTERN =
  '^(?!(?:minio|admin|swift|auth)$)(?![0-9]{1,3}(?:\\.[0-9]{1,3}){3}$)(?!.*\\.\\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$';

interface Described {
  readonly description: string;
  readonly default?: string;
  readonly '~default'?: string;
}

interface TextRule extends Described {
  readonly pattern: string;
  readonly expected: string;
  readonly isPrivate?: boolean;
}

/** Text of one form. */
export function text({ expected, isPrivate = false, ...json }: TextRule): Type.TUnsafe<string> {
  return leaf({ type: 'string', ...json }, { expected, isPrivate, read: (written: string) => written });
}

/** An access key id. People swap it with the secret, so it is not shown where it is wrong. */
export function accessKeyId(description: string): Type.TUnsafe<string> {
  return text({
    description,
    pattern: '^[^\\s/,=]{3,128}$',
    expected: 'an access key id of 3 to 128 characters without "/", ",", "=" or spaces',
    isPrivate: true,
  });
}

/** A size in the capacity path: bigint. */
export function size(json: Described & { readonly isZeroAllowed?: boolean }): Type.TUnsafe<bigint> {
  const { isZeroAllowed = false, ...rest } = json;
  return leaf(
    { type: 'string', pattern: SIZE_PATTERN, ...rest },
    {
      expected: `a size${isZeroAllowed ? '' : ' above zero'} in whole bytes with its unit, such as 10TiB or 512B`,
      read: (written: string) => {
        const bytes = required(parseSize(written));
        if (bytes === 0n && !isZeroAllowed) throw new WrongValue();
        return bytes;
      },
    },
  );
}

/** A limit on what is held in memory: a number of bytes between two bounds. */
export function byteLimit(json: Described & { readonly min: string; readonly max: string }) {
  const { min, max, ...rest } = json;
  const least = parseSize(min) ?? 0n;
  const most = parseSize(max) ?? 0n;
  return leaf<number>(
    { type: 'string', pattern: SIZE_PATTERN, ...rest },
    {
      expected: `a size with its unit from ${min} to ${max}`,
      read: (written: string) => {
        const bytes = required(parseSize(written));
        if (bytes < least || bytes > most) throw new WrongValue();
        return Number(bytes);
      },
    },
  );
}

/** A duration, read into milliseconds. */
export function duration(json: Described): Type.TUnsafe<number> {
  return leaf(
    { type: 'string', pattern: DURATION_PATTERN, ...json },
    {
      expected: 'a duration with its unit from 1ms to 24d, such as 250ms, 30s, 15m, 1h or 2d',
      read: (written: string) => required(parseDuration(written)),
    },
  );
}

/** How long something is kept, read into milliseconds; no timer waits for it. */
export function span(json: Described & { readonly min: string; readonly max: string }): Type.TUnsafe<number> {
  const { min, max, ...rest } = json;
  const least = parseSpan(min) ?? 0;
  const most = parseSpan(max) ?? 0;
  return leaf(
    { type: 'string', pattern: DURATION_PATTERN, ...rest },
    {
      expected: `a duration with its unit from ${min} to ${max}, such as 36h or 90d`,
      read: (written: string) => {
        const ms = required(parseSpan(written));
        if (ms < least || ms > most) throw new WrongValue();
        return ms;
      },
    },
  );
}

export function endpoint(description: string): Type.TUnsafe<Endpoint> {
  return leaf(
    { type: 'string', pattern: ENDPOINT_PATTERN, description },
    {
      expected: 'http://HOST:PORT or https://HOST:PORT without path, query or credentials',
      read: (written: string) => required(parseEndpoint(written)),
    },
  );
}

export function bucketPattern(description?: string): Type.TUnsafe<string> {
  return text({
    description: description ?? 'A pattern.',
    pattern: '^[a-z0-9.*?-]{1,128}$',
    expected: 'a bucket name or pattern of lower-case letters, digits, "-", ".", "*" and "?"',
  });
}

/** The name of one bucket, by the rules of S3. */
export function bucketName(): Type.TUnsafe<string> {
  return text({
    description: 'A bucket name.',
    pattern: BUCKET_NAME_PATTERN,
    expected:
      'a bucket name of 3 to 63 lower-case letters, digits, "-" and "." that starts and ends with a letter or a digit and is neither an IP address nor minio, admin, swift or auth',
  });
}

/** A name for one store behind the gateway. */
export function backendName(): Type.TUnsafe<string> {
  return text({
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
    expected: 'a name of up to 63 letters, digits, "-", "_" and "."',
    description: 'A name for bucket rules, logs and metrics.',
  });
}

/** A directory, read into its absolute path; whether it exists is not looked at. */
export function directoryPath(description: string, standard?: string): Type.TUnsafe<string> {
  const derived = standard === undefined ? {} : { '~default': standard };
  return leaf(
    { type: 'string', pattern: '^[^\\x00]+$', description, ...derived },
    {
      expected: 'the path of a directory',
      read: (written: string, source) => source.resolvePath(written),
    },
  );
}

/** A file that is read elsewhere; its name stays as it is written. */
export function filePath(description: string): Type.TUnsafe<string> {
  return leaf(
    { type: 'string', pattern: '^[^\\x00]+$', description },
    { expected: 'the path of a file', read: (written: string) => written },
  );
}

export function hostName(): Type.TUnsafe<string> {
  return leaf(
    {
      type: 'string',
      pattern: '^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$',
      maxLength: 253,
    },
    {
      expected: 'a host name without scheme, port or wildcard, such as s3.example.com',
      read: (written: string) => written.toLowerCase(),
    },
  );
}

export function count(json: Readonly<Record<string, unknown>> & { min: number; max: number }) {
  const { min, max, ...rest } = json;
  return Type.Integer({ ...rest, minimum: min, maximum: max });
}
