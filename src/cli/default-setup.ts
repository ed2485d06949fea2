// What runs without a config file: an embedded store in one directory, one bucket, one key pair, listeners on loopback.
// It goes through the same reading as a config file, so the same rules hold; what is wrong is told by its variable.
import { join, resolve } from 'node:path';
import type { GatewayConfig, LogConfig } from '../config/gateway-config.ts';
import { parseConfig } from '../config/load.ts';
import { ConfigError } from '../config/problem.ts';
import { Secret } from '../secret.ts';
import { type KeyPair, makeKeyPair, type RandomBytes } from '../serve/key-pair.ts';
import { UsageError } from './arguments.ts';
import { readCredentials, writeCredentials } from './credentials-file.ts';

export const DEFAULT_BUCKET = 'veeam-backup';

export interface DefaultSetup {
  readonly config: GatewayConfig;
  /** Absolute. */
  readonly dataDirectory: string;
  readonly keyPair: KeyPair;
  readonly origin: KeyOrigin;
  /** Writes a new key pair to its file. For when the store serves: the directory is then this process's own. */
  keepKeyPair(): Promise<void>;
}

/** Where the key pair is: in the environment, or in a file, perhaps one that is still to be written. */
export type KeyOrigin =
  | { readonly kind: 'environment' }
  | { readonly kind: 'file'; readonly path: string; readonly isNew: boolean };

export interface DefaultSetupOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly randomBytes: RandomBytes;
  readonly log: LogConfig;
}

const ID = 'SOSAPI_ACCESS_KEY_ID';
const SECRET = 'SOSAPI_SECRET_ACCESS_KEY';
const DATA = 'SOSAPI_DATA_DIR';
const PORT = 'SOSAPI_PORT';
const ADMIN_PORT = 'SOSAPI_ADMIN_PORT';

/** The data directory of the default setup, absolute. */
export function defaultDataDirectory(env: NodeJS.ProcessEnv): string {
  return resolve(env[DATA] || 'data');
}

/** Throws UsageError with one sentence that names the variable or the file. Writes nothing. */
export async function readDefaultSetup({
  env,
  randomBytes,
  log,
}: DefaultSetupOptions): Promise<DefaultSetup> {
  const dataDirectory = defaultDataDirectory(env);
  const path = join(dataDirectory, 'credentials');
  const given = fromEnvironment(env);
  const kept = given === undefined ? await readCredentials(path) : undefined;
  const keyPair = given ?? kept ?? makeKeyPair(randomBytes);
  const origin: KeyOrigin =
    given === undefined ? { kind: 'file', path, isNew: kept === undefined } : { kind: 'environment' };
  return {
    config: buildConfig({ env, dataDirectory, keyPair, origin, log }),
    dataDirectory,
    keyPair,
    origin,
    async keepKeyPair() {
      if (origin.kind === 'file' && origin.isNew) await writeCredentials(origin.path, keyPair);
    },
  };
}

function fromEnvironment(env: NodeJS.ProcessEnv): KeyPair | undefined {
  const accessKeyId = env[ID] || undefined;
  const secret = env[SECRET] || undefined;
  if ((accessKeyId === undefined) !== (secret === undefined)) {
    const [there, missing] = accessKeyId === undefined ? [SECRET, ID] : [ID, SECRET];
    throw new UsageError(
      `${there} is set and ${missing} is not: set both, or neither to have a key pair made.`,
    );
  }
  return accessKeyId === undefined || secret === undefined
    ? undefined
    : { accessKeyId, secretAccessKey: new Secret(secret) };
}

interface Parts {
  readonly env: NodeJS.ProcessEnv;
  readonly dataDirectory: string;
  readonly keyPair: KeyPair;
  readonly origin: KeyOrigin;
  readonly log: LogConfig;
}

function buildConfig({ env, dataDirectory, keyPair, origin, log }: Parts): GatewayConfig {
  const [id, secret] = origin.kind === 'environment' ? [ID, SECRET] : [origin.path, origin.path];
  const name = 'embedded';
  const tree = {
    listeners: {
      s3: [{ host: '127.0.0.1', port: portOf(env[PORT] || '8080') }],
      admin: { host: '127.0.0.1', port: portOf(env[ADMIN_PORT] || '8081') },
    },
    backends: [{ name, kind: 'embedded', dataDirectory, createBuckets: [DEFAULT_BUCKET] }],
    credentials: [
      {
        accessKeyId: keyPair.accessKeyId,
        secretAccessKey: origin.kind === 'environment' ? { env: SECRET } : { file: origin.path },
        buckets: ['*'],
        access: 'read-write',
        bypassGovernance: false,
      },
    ],
    log,
  };
  const variables: Readonly<Record<string, string>> = {
    'listeners.s3[0].port': PORT,
    'listeners.admin.port': ADMIN_PORT,
    'listeners.admin': ADMIN_PORT,
    'backends[0].dataDirectory': DATA,
    'credentials[0].accessKeyId': id,
    'credentials[0].secretAccessKey': secret,
  };
  try {
    const { config } = parseConfig(JSON.stringify(tree), {
      file: resolve('environment'),
      env,
      readFile: () => ({ text: keyPair.secretAccessKey.reveal(), isWorldReadable: false }),
    });
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const sentences = error.problems.map(({ path, message }) => `${variables[path] ?? path}: ${message}`);
    throw new UsageError(`${sentences.join('; ')}.`, { cause: error });
  }
}

/** What is no number stays text, which the schema then shows. */
function portOf(text: string): number | string {
  return /^\d{1,5}$/.test(text) ? Number(text) : text;
}
