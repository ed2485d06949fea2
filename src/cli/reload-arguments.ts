// Arguments of `reload` and of `config diff`.
import { parseArgs } from 'node:util';
import type { AskedGateway } from './admin-client.ts';
import { noMoreWords, parsed, UsageError } from './arguments.ts';
import { ASKED_OPTIONS, askedGateway } from './asked-gateway.ts';

export type ReloadArguments = AskedGateway & { readonly json: boolean };

export interface DiffArguments {
  /** The config as it shall be. */
  readonly config: string;
  /** Another file, or the gateway that runs. */
  readonly with: { readonly file: string } | AskedGateway;
  readonly json: boolean;
}

const OPTIONS = {
  ...ASKED_OPTIONS,
  against: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Rejects with UsageError or ConfigError. */
export async function readReloadArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ReloadArguments> {
  const { values, words } = parse(args);
  noMoreWords(words);
  if (values.against !== undefined)
    throw new UsageError('--against goes with config diff alone; see --help.');
  return { ...(await askedGateway(values, env)), json: values.json === true };
}

/** Likewise. */
export async function readDiffArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<DiffArguments> {
  const { values, words } = parse(args);
  const [name, ...more] = words;
  if (name !== 'diff') {
    throw new UsageError('config is followed by diff: sosapi-gateway config diff --config NEW; see --help.');
  }
  noMoreWords(more);
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
  // The config that is compared says where the gateway is, unless --admin does.
  const where = admin === undefined ? { config } : { admin };
  const gateway = await askedGateway({ ...where, 'token-file': values['token-file'] }, env);
  return { config, with: gateway, json };
}

function parse(args: readonly string[]) {
  const { values, positionals } = parsed(() =>
    parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true }),
  );
  for (const option of ['config', 'against'] as const) {
    if (values[option] === '') throw new UsageError(`--${option} names no file; see --help.`);
  }
  return { values, words: positionals };
}
