// Arguments that the sub-commands of `veeam` share: which servers, as whom, and what certificate is trusted.
import { readFileSync } from 'node:fs';
import type { GatewayConfig, VeeamServerConfig, VeeamTrustConfig } from '../config/gateway-config.ts';
import { WrongValue } from '../config/leaf.ts';
import { loadConfig } from '../config/load.ts';
import { readFingerprint } from '../config/veeam-leaves.ts';
import { Secret } from '../secret.ts';
import { isRevision, REVISIONS, type Revision } from '../veeam/vbr/revisions.ts';
import { noMoreWords, UsageError } from './arguments.ts';

export const CONNECTION_OPTIONS = {
  vbr: { type: 'string' },
  user: { type: 'string' },
  'password-file': { type: 'string' },
  fingerprint: { type: 'string' },
  ca: { type: 'string' },
  revision: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const CONNECTION_USAGE = `  Which server: --vbr URL --user NAME --password-file FILE (or SOSAPI_VEEAM_PASSWORD in the environment)
  [--fingerprint SHA256 | --ca FILE] [--revision R], or the section "veeam:" of --config FILE (or SOSAPI_CONFIG).
  --json prints JSON in place of tables and sentences.`;

export interface ConnectionValues {
  readonly vbr?: string | undefined;
  readonly user?: string | undefined;
  readonly 'password-file'?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly ca?: string | undefined;
  readonly revision?: string | undefined;
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
}

/** The server to speak to, and the config that was named, where one was. */
export interface VeeamConnection {
  readonly vbr: VeeamServerConfig;
  readonly revision: Revision | undefined;
  /** For one answer. */
  readonly timeoutMs: number;
  /** Where the section has Veeam ONE, and the server is that of the section. */
  readonly one: VeeamServerConfig | undefined;
  readonly config: GatewayConfig | undefined;
  readonly configFile: string | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const PASSWORD = 'SOSAPI_VEEAM_PASSWORD';

/** Throws UsageError or ConfigError. */
export function readConnection(values: ConnectionValues, env: NodeJS.ProcessEnv): VeeamConnection {
  const file = values.config ?? (env['SOSAPI_CONFIG'] || undefined);
  if (file === '') throw new UsageError('--config names no file; see veeam --help.');
  const config = file === undefined ? undefined : loadConfig({ file, env }).config;
  const section = values.vbr === undefined ? config?.veeam : undefined;
  if (values.vbr === undefined && section === undefined) {
    throw new UsageError(
      file === undefined
        ? '--vbr is missing: it is the URL of the Veeam server, as https://vbr.example.com:9419, or name a config with a section "veeam:" by --config.'
        : `${file} has no section "veeam:": add it, or name the Veeam server by --vbr.`,
    );
  }
  return {
    vbr: readServer(VBR_NAMES, values, env, section),
    revision: readRevision(values.revision ?? section?.revision),
    timeoutMs: section?.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    one: section?.one,
    config,
    configFile: file,
  };
}

interface ServerNames {
  readonly url: string;
  readonly user: string;
  readonly passwordFile: string;
  readonly fingerprint: string;
  readonly ca: string;
  readonly example: string;
}

const VBR_NAMES: ServerNames = {
  url: 'vbr',
  user: 'user',
  passwordFile: 'password-file',
  fingerprint: 'fingerprint',
  ca: 'ca',
  example: 'https://vbr.example.com:9419',
};

type Values = Readonly<Record<string, string | boolean | undefined>>;

function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  if (value === '') throw new UsageError(`--${name} is empty; see veeam --help.`);
  return typeof value === 'string' ? value : undefined;
}

/** What the command line says, and for the rest the section: its password goes to its own address only. */
function readServer(
  names: ServerNames,
  given: ConnectionValues | OneValues,
  env: NodeJS.ProcessEnv,
  section: VeeamServerConfig | undefined,
): VeeamServerConfig {
  const values = given as Values;
  const url = textOf(values, names.url);
  const user = textOf(values, names.user) ?? section?.user;
  if (user === undefined) throw new UsageError(`--${names.user} is missing: it names the user of Veeam.`);
  return {
    url: url === undefined ? (section?.url ?? '') : readUrl(names, url),
    user,
    password: readPassword(textOf(values, names.passwordFile), env, section, names),
    trust: readTrust(names, values) ?? section?.trust ?? { kind: 'system' },
  };
}

function readUrl({ url: option, example }: ServerNames, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare =
    url?.protocol === 'https:' &&
    `${url.username}${url.password}${url.search}${url.hash}` === '' &&
    url.pathname === '/';
  if (url === undefined || !isBare) {
    throw new UsageError(
      `--${option} "${shownUrl(text)}" is no https URL without path or credentials, such as ${example}.`,
    );
  }
  return url.origin;
}

/** A password may stand before the @. */
function shownUrl(text: string): string {
  return text.replace(/\/\/.*@/, '//…@');
}

function readPassword(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
  section: VeeamServerConfig | undefined,
  names: ServerNames,
): Secret {
  if (file !== undefined) return readSecretFile(names.passwordFile, file);
  const variable = env[PASSWORD] || undefined;
  if (variable !== undefined) return new Secret(variable);
  if (section !== undefined) return section.password;
  throw new UsageError(
    `the password is missing: name a file with it by --${names.passwordFile}, or set ${PASSWORD}.`,
  );
}

/** Without the line break at its end. */
function readSecretFile(option: string, file: string): Secret {
  const text = readText(option, file).replace(/\r?\n$/, '');
  if (text === '') throw new UsageError(`--${option} ${file} is empty.`);
  return new Secret(text);
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--${option} ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
}

function readTrust(names: ServerNames, values: Values): VeeamTrustConfig | undefined {
  const fingerprint = textOf(values, names.fingerprint);
  const ca = textOf(values, names.ca);
  if (fingerprint !== undefined && ca !== undefined) {
    throw new UsageError(`--${names.fingerprint} and --${names.ca} exclude each other; see veeam --help.`);
  }
  if (fingerprint !== undefined) return { kind: 'fingerprint', sha256: parseFingerprint(names, fingerprint) };
  if (ca === undefined) return undefined;
  const pem = readText(names.ca, ca);
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return { kind: 'ca', pem };
  throw new UsageError(`--${names.ca} ${ca} holds no certificate in PEM.`);
}

function parseFingerprint(names: ServerNames, written: string): string {
  try {
    return readFingerprint(written);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    throw new UsageError(
      `--${names.fingerprint} "${written}" is no SHA-256 fingerprint: it has 64 hexadecimal digits.`,
    );
  }
}

function readRevision(text: string | undefined): Revision | undefined {
  if (text === undefined || isRevision(text)) return text;
  throw new UsageError(`"${text}" is no revision that this version knows: use ${REVISIONS.join(', ')}.`);
}

export const ONE_OPTIONS = {
  one: { type: 'string' },
  'one-user': { type: 'string' },
  'one-password-file': { type: 'string' },
  'one-fingerprint': { type: 'string' },
  'one-ca': { type: 'string' },
} as const;

export interface OneValues {
  readonly one?: string | undefined;
  readonly 'one-user'?: string | undefined;
  readonly 'one-password-file'?: string | undefined;
  readonly 'one-fingerprint'?: string | undefined;
  readonly 'one-ca'?: string | undefined;
}

const ONE_NAMES: ServerNames = {
  url: 'one',
  user: 'one-user',
  passwordFile: 'one-password-file',
  fingerprint: 'one-fingerprint',
  ca: 'one-ca',
  example: 'https://one.example.com:1239',
};

/** Veeam ONE of the command line, with the user and password of the other server where it has none; else the section's. */
export function readOneServer(values: OneValues, connection: VeeamConnection): VeeamServerConfig | undefined {
  const given = values as Values;
  const url = textOf(given, ONE_NAMES.url);
  if (url === undefined) {
    const stray = Object.keys(ONE_OPTIONS).find((name) => given[name] !== undefined);
    if (stray !== undefined) throw new UsageError(`--${stray} goes with --one alone.`);
    return connection.one;
  }
  const { vbr } = connection;
  const file = textOf(given, ONE_NAMES.passwordFile);
  return {
    url: readUrl(ONE_NAMES, url),
    user: textOf(given, ONE_NAMES.user) ?? vbr.user,
    password: file === undefined ? vbr.password : readSecretFile(ONE_NAMES.passwordFile, file),
    trust: readTrust(ONE_NAMES, given) ?? vbr.trust,
  };
}

/** Veeam ONE without the other server: of the command line, else the section's. Throws UsageError or ConfigError. */
export function readOneAlone(
  values: OneValues & Pick<ConnectionValues, 'config'>,
  env: NodeJS.ProcessEnv,
): { readonly server: VeeamServerConfig; readonly timeoutMs: number } {
  const file = values.config ?? (env['SOSAPI_CONFIG'] || undefined);
  const section =
    file === undefined || values.one !== undefined ? undefined : loadConfig({ file, env }).config.veeam;
  if (values.one === undefined && section?.one === undefined) {
    throw new UsageError(
      '--one is missing: it is the URL of Veeam ONE, as https://one.example.com:1239, or name a config whose section "veeam:" has "one:" by --config.',
    );
  }
  return {
    server: readServer(ONE_NAMES, values, env, section?.one),
    timeoutMs: section?.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
}

/** Throws UsageError where words are left. */
export function noMoreVeeamWords(words: readonly string[]): void {
  noMoreWords(words, 'veeam --help');
}

/** A whole number of an option. Throws UsageError. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${option} "${text}" is no whole number from ${min} to ${max}.`);
}
