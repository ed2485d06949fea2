// A config that is right, to be bent by each test, and a disk in memory.
import { readFileSync } from 'node:fs';
import type { ReadFile } from '../../../src/config/files.ts';
import type {
  EmbeddedBackendConfig,
  GatewayConfig,
  RemoteBackendConfig,
} from '../../../src/config/gateway-config.ts';
import { type LoadedConfig, parseConfig } from '../../../src/config/load.ts';
import { ConfigError, type ConfigProblem } from '../../../src/config/problem.ts';

export const FILE = '/etc/gateway/gateway.yaml';

export const BACKEND =
  '{ name: ceph, kind: s3, endpoints: [http://127.0.0.1:7480], accessKeyId: STOREKEY, secretAccessKey: storesecret }';
export const BACKENDS = `backends: [${BACKEND}]`;
export const CREDENTIALS =
  'credentials: [{ accessKeyId: VEEAMKEY, secretAccessKey: veeamsecret, access: read-write }]';
export const MINIMAL = `${BACKENDS}\n${CREDENTIALS}\n`;

export function pem(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
}

export interface Disk {
  readonly [path: string]: string | { readonly text: string; readonly isWorldReadable: boolean };
}

export function diskOf(disk: Disk): ReadFile {
  return (path) => {
    const found = disk[path];
    if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return typeof found === 'string' ? { text: found, isWorldReadable: false } : found;
  };
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly disk?: Disk;
}

export function load(text: string, { env = {}, disk = {} }: Surroundings = {}): LoadedConfig {
  return parseConfig(text, { file: FILE, env, readFile: diskOf(disk) });
}

export function configOf(text: string, surroundings?: Surroundings): GatewayConfig {
  return load(text, surroundings).config;
}

/** The first backend, which is none of our own. */
export function remoteOf({ backends: [backend] }: GatewayConfig): RemoteBackendConfig {
  if (backend === undefined || backend.kind === 'embedded') throw new Error('no remote backend');
  return backend;
}

/** The first backend, which is embedded. */
export function embeddedOf({ backends: [backend] }: GatewayConfig): EmbeddedBackendConfig {
  if (backend?.kind !== 'embedded') throw new Error('no embedded backend');
  return backend;
}

/** The backend of the minimal config with further keys, or others in their place. */
export function withBackend(keys: string): string {
  return `backends:\n  - ${keys}\n${CREDENTIALS}\n`;
}

export function errorOf(text: string, surroundings?: Surroundings): ConfigError {
  try {
    load(text, surroundings);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the config was accepted');
}

export function problemsOf(text: string, surroundings?: Surroundings): readonly ConfigProblem[] {
  return errorOf(text, surroundings).problems;
}
