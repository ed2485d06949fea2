// Arguments that sub-commands of `bench` share: which store, which bucket, which credentials.
import { readFileSync } from 'node:fs';
import type { BenchCredentials, BenchTarget } from '../bench/runtime/bench-target.ts';
import { noMoreWords, UsageError } from './arguments.ts';

export const TARGET_OPTIONS = {
  endpoint: { type: 'string' },
  bucket: { type: 'string' },
  region: { type: 'string' },
  ca: { type: 'string' },
  addressing: { type: 'string' },
} as const;

export interface TargetValues {
  readonly endpoint?: string | undefined;
  readonly bucket?: string | undefined;
  readonly region?: string | undefined;
  readonly ca?: string | undefined;
  readonly addressing?: string | undefined;
}

const DEFAULT_REGION = 'us-east-1';

/** Throws UsageError. */
export function targetOf(values: TargetValues, env: NodeJS.ProcessEnv): BenchTarget {
  const { bucket, ca, addressing = 'path' } = values;
  const endpoint = endpointOf(values.endpoint);
  if (bucket === undefined || bucket === '')
    throw new UsageError('--bucket is missing: it names the bucket to test.');
  if (!/^[A-Za-z0-9._-]{3,255}$/.test(bucket))
    throw new UsageError(`--bucket "${bucket}" is no name of a bucket.`);
  if (addressing !== 'path' && addressing !== 'virtual-hosted') {
    throw new UsageError(`--addressing "${addressing}" is not known: use path or virtual-hosted.`);
  }
  return {
    endpoint,
    bucket,
    region: values.region || DEFAULT_REGION,
    credentials: credentialsOf(env),
    addressing,
    ...(ca === undefined ? {} : { ca: readCa(ca) }),
  };
}

/** Milliseconds. Throws UsageError. */
export function secondsOf(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise * 1000;
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`--${option} "${text}" is no whole number of seconds.`);
  return Number(text) * 1000;
}

/** Names of an option that may be given several times, each with commas between names. */
export function namesOf(values: readonly string[] | undefined): readonly string[] {
  return (values ?? [])
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Throws UsageError. */
export function noMoreBenchWords(words: readonly string[]): void {
  noMoreWords(words, 'bench --help');
}

function endpointOf(text: string | undefined): URL {
  if (text === undefined || text === '') {
    throw new UsageError(
      '--endpoint is missing: it is the URL of the store, as https://s3.example.com:9000.',
    );
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`--endpoint "${text}" is no URL that begins with http:// or https://.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      '--endpoint must not have credentials in it: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY do.',
    );
  }
  if (url.search !== '' || url.hash !== '')
    throw new UsageError(`--endpoint "${text}" must end before its "?" or "#".`);
  return url;
}

function credentialsOf(env: NodeJS.ProcessEnv): BenchCredentials {
  const read = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') {
      throw new UsageError(
        `${name} is not set: the bench reads the store's credentials from the environment.`,
      );
    }
    return value;
  };
  const sessionToken = env['AWS_SESSION_TOKEN'];
  return {
    accessKeyId: read('AWS_ACCESS_KEY_ID'),
    secretAccessKey: read('AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken ? { sessionToken } : {}),
  };
}

function readCa(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  } catch (error) {
    throw new UsageError(`--ca ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
  throw new UsageError(`--ca ${file} holds no certificate in PEM.`);
}
