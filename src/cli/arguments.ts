// Arguments of the command line, and the text that explains them.
import { parseArgs } from 'node:util';

export type Command =
  | { readonly name: 'serve'; readonly config: string | undefined }
  | { readonly name: 'check'; readonly config: string | undefined; readonly json: boolean }
  | { readonly name: 'help' }
  | { readonly name: 'version' };

/** The command line cannot be understood; the message is one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `sosapi-gateway: an S3 gateway that gives any object store Veeam's Smart Object Storage API

  sosapi-gateway serve --config FILE           runs the gateway
  sosapi-gateway check --config FILE [--json]  tries everything the config names and prints what it found
  sosapi-gateway --version | --help

The config file may also be named by the environment variable SOSAPI_CONFIG.
`;

const OPTIONS = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Throws UsageError. */
export function parseCommand(args: readonly string[], env: NodeJS.ProcessEnv): Command {
  const { values, positionals } = parse(args);
  const [name, extra] = positionals;
  if (values.help === true || name === 'help') return { name: 'help' };
  if (values.version === true) return { name: 'version' };
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many; see --help.`);
  const config = values.config ?? env['SOSAPI_CONFIG'];
  switch (name) {
    case 'serve':
      if (values.json === true) throw new UsageError('--json goes with check, not with serve.');
      return { name, config };
    case 'check':
      return { name, config, json: values.json === true };
    case undefined:
      throw new UsageError('a sub-command is missing: serve or check; see --help.');
    default:
      throw new UsageError(`there is no sub-command "${name}": use serve or check; see --help.`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${sentence}; see --help.`, { cause: error });
  }
}
