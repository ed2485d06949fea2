// Where the admin listener of the gateway is: as the command line says, else as the config does.
import { randomBytes } from 'node:crypto';
import type { AdminListener } from '../config/gateway-config.ts';
import { loadConfig } from '../config/load.ts';
import { UsageError } from './arguments.ts';
import { readDefaultSetup } from './default-setup.ts';

export interface AdminAddressOptions {
  /** As written after --admin. */
  readonly admin: string | undefined;
  readonly config: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** `http://HOST:PORT` or `https://HOST:PORT`. Throws UsageError or ConfigError. */
export async function adminAddress({ admin, config, env }: AdminAddressOptions): Promise<string> {
  if (admin !== undefined) return readAddress(admin);
  const { listeners } =
    config === undefined ? await defaultConfig(env) : loadConfig({ file: config, env }).config;
  return addressOf(listeners.admin);
}

async function defaultConfig(env: NodeJS.ProcessEnv) {
  return (await readDefaultSetup({ env, randomBytes, log: { level: 'silent', access: false } })).config;
}

function readAddress(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isAddress =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    `${url.pathname}${url.search}${url.hash}${url.username}${url.password}` === '/';
  if (!isAddress) {
    throw new UsageError(
      '--admin expects the address of an admin listener, such as http://127.0.0.1:8081; see --help.',
    );
  }
  return url.origin;
}

function addressOf({ host, port, tls }: AdminListener): string {
  if (port === 0) {
    throw new UsageError(
      'the admin listener of this config is on any free port: name it as the log of the gateway does, with --admin URL.',
    );
  }
  // Who listens on all addresses is found on the loopback one.
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const scheme = tls === undefined ? 'http' : 'https';
  return `${scheme}://${near.includes(':') ? `[${near}]` : near}:${port}`;
}
