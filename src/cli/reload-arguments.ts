// Arguments of `reload` and of `config diff`.
import { parseArgs } from 'node:util';
import type { Secret } from '../secret.ts';
import { adminAddress } from './admin-address.ts';
import { readAdminToken } from './admin-token.ts';
import { UsageError } from './arguments.ts';

export interface AskedGateway {
  readonly admin: string;
  readonly token: Secret | undefined;
}

export type ReloadArguments = AskedGateway & { readonly json: boolean };

export interface DiffArguments {
  /** The config as it shall be. */
  readonly config: string;
  /** Another file, or the gateway that runs. */
  readonly with: { readonly file: string } | AskedGateway;
  readonly json: boolean;
}

const OPTIONS = {
  config: { type: 'string' },
  admin: { type: 'string' },
  'token-file': { type: 'string' },
  against: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Rejects with UsageError or ConfigError. */
export async function readReloadArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ReloadArguments> {
  const { values, words } = parse(args);
  if (words[0] !== undefined) throw tooMany(words[0]);
  if (values.against !== undefined)
    throw new UsageError('--against goes with config diff alone; see --help.');
  if (values.config !== undefined && values.admin !== undefined) {
    throw new UsageError('--config and --admin exclude each other; see --help.');
  }
  const config = values.config ?? (env['SOSAPI_CONFIG'] || undefined);
  const token = readAdminToken(values['token-file'], env);
  return {
    admin: await adminAddress({ admin: values.admin, config, env }),
    token,
    json: values.json === true,
  };
}

/** Likewise. */
export async function readDiffArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<DiffArguments> {
  const { values, words } = parse(args);
  const [name, extra] = words;
  if (name !== 'diff') {
    throw new UsageError('config is followed by diff: sosapi-gateway config diff --config NEW; see --help.');
  }
  if (extra !== undefined) throw tooMany(extra);
  const { admin, against, config = env['SOSAPI_CONFIG'] || undefined } = values;
  if (config === undefined)
    throw new UsageError('config diff needs the new config: --config FILE; see --help.');
  const json = values.json === true;
  if (against !== undefined) {
    if (admin !== undefined || values['token-file'] !== undefined) {
      throw new UsageError(
        '--against asks no gateway: --admin and --token-file do not go with it; see --help.',
      );
    }
    return { config, with: { file: against }, json };
  }
  const token = readAdminToken(values['token-file'], env);
  return { config, with: { admin: await adminAddress({ admin, config, env }), token }, json };
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: OPTIONS,
      allowPositionals: true,
      strict: true,
    });
    for (const option of ['config', 'against'] as const) {
      if (values[option] === '') throw new UsageError(`--${option} names no file`);
    }
    return { values, words: positionals };
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${sentence}; see --help.`, { cause: error });
  }
}

function tooMany(word: string): UsageError {
  return new UsageError(`"${word}" is one word too many; see --help.`);
}
