// Arguments of the command line, and the text that explains them.
import { parseArgs } from 'node:util';

export type Command =
  /** Without `config`: the default setup, with an embedded store. */
  | { readonly name: 'serve'; readonly config: string | undefined }
  | { readonly name: 'check'; readonly config: string | undefined; readonly json: boolean }
  | {
      readonly name: 'verify';
      readonly config: string | undefined;
      /** One data directory instead of those of a config. */
      readonly data: string | undefined;
      readonly json: boolean;
    }
  | {
      readonly name: 'capacity';
      readonly config: string | undefined;
      /** One bucket, explained, instead of a table of all. */
      readonly bucket: string | undefined;
      /** The admin listener instead of that of a config. */
      readonly admin: string | undefined;
      readonly json: boolean;
      readonly history: boolean;
      /** Where the token for the admin listener is. */
      readonly tokenFile: string | undefined;
    }
  | { readonly name: 'token'; readonly args: readonly string[] }
  | { readonly name: 'top'; readonly args: readonly string[] }
  /** These read the rest themselves. */
  | { readonly name: OwnReader; readonly args: readonly string[] }
  /** The sub-commands of these two read the rest themselves. */
  | { readonly name: 'bench'; readonly args: readonly string[] }
  | { readonly name: 'veeam'; readonly args: readonly string[] }
  | { readonly name: 'help' }
  | { readonly name: 'version' };

const OWN_READERS = ['endpoints', 'drain', 'undrain', 'audit', 'reload', 'config'] as const;
type OwnReader = (typeof OWN_READERS)[number];

/** The command line or the environment cannot be understood; the message is one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `sosapi-gateway: an S3 gateway that gives any object store Veeam's Smart Object Storage API

  sosapi-gateway serve [--config FILE]           runs the gateway; without a config, with a store of its own in ./data
  sosapi-gateway check [--config FILE] [--json]  tries everything the config names and prints what it found
  sosapi-gateway verify [--config FILE | --data DIRECTORY] [--json]
                                                 reads all that an embedded store holds and prints what is damaged
  sosapi-gateway capacity [BUCKET] [--config FILE | --admin URL] [--token-file FILE] [--json] [--history]
                                                 asks the gateway that runs how full its buckets are, and how it knows
  sosapi-gateway endpoints [--config FILE | --admin URL] [--token-file FILE] [--json]
                                                 asks the gateway that runs how the endpoints of its stores fare
  sosapi-gateway drain BACKEND ENDPOINT [--wait [SECONDS]] [--force] [--config FILE | --admin URL] [--token-file FILE]
                                                 sends nothing new to an endpoint, until the gateway is restarted or
                                                 undrain BACKEND ENDPOINT; --wait: and waits until nothing is under way
  sosapi-gateway reload [--config FILE | --admin URL] [--token-file FILE] [--json]
                                                 has the gateway that runs read its config again, and prints what changed
  sosapi-gateway config diff --config NEW [--against OLD | --admin URL] [--token-file FILE] [--json]
                                                 prints what a config would change, and whether that needs a restart
  sosapi-gateway top [--config FILE | --admin URL] [--token-file FILE] [--interval 2s | --once] [--json]
                                                 shows what the gateway that runs does right now
  sosapi-gateway token [--name NAME] [--role read-only|operator] [--json]
                                                 makes a token for the admin listener, and the lines of config for it
  sosapi-gateway audit verify FILE... [--json]   says whether files of the audit log are as they were written
  sosapi-gateway bench run --endpoint URL --bucket NAME --report DIR [...]
                                                 behaves like Veeam towards any store and says what would break; see
                                                 bench --help, also for its other sub-commands
  sosapi-gateway veeam add-repository --bucket NAME --folder NAME [...]
                                                 puts a bucket into Veeam and shows what Veeam makes of it; see
                                                 veeam --help, also for its other sub-commands
  sosapi-gateway --version | --help

The config file may also be named by the environment variable SOSAPI_CONFIG. Without one these are read:
  SOSAPI_ACCESS_KEY_ID, SOSAPI_SECRET_ACCESS_KEY  the key pair of the clients (made and kept in ./data/credentials)
  SOSAPI_DATA_DIR                                 the store's directory (./data)
  SOSAPI_PORT, SOSAPI_ADMIN_PORT                  ports on 127.0.0.1 (8080, 8081)
Where the config has tokens for the admin listener, commands that ask it take one from --token-file FILE or SOSAPI_ADMIN_TOKEN.
`;

const OPTIONS = {
  config: { type: 'string' },
  data: { type: 'string' },
  admin: { type: 'string' },
  'token-file': { type: 'string' },
  json: { type: 'boolean' },
  history: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

const NAMES =
  'serve, check, verify, capacity, endpoints, drain, undrain, audit, reload, config, top, token, bench or veeam';

/** Throws UsageError. */
export function parseCommand(args: readonly string[], env: NodeJS.ProcessEnv): Command {
  const [first, ...rest] = args;
  if (first === 'token' || first === 'bench' || first === 'veeam') return { name: first, args: rest };
  if (readsItself(first) && !rest.includes('--help') && !rest.includes('-h'))
    return { name: first, args: rest };
  if (first === 'top' && !rest.includes('--help') && !rest.includes('-h')) return { name: first, args: rest };
  const { values, positionals } = parse(args);
  const [name, ...words] = positionals;
  if (values.help === true || name === 'help') return { name: 'help' };
  if (values.version === true) return { name: 'version' };
  const bucket = name === 'capacity' ? words[0] : undefined;
  noMoreWords(words.slice(bucket === undefined ? 0 : 1));
  // Empty where a shell variable was not set: what was meant is not the setup without a config.
  if (values.config === '') throw new UsageError('--config names no file; see --help.');
  if (values.data === '') throw new UsageError('--data names no directory; see --help.');
  if (values.data !== undefined && name !== 'verify') throw new UsageError('--data goes with verify alone.');
  for (const option of ['admin', 'history', 'token-file'] as const) {
    if (values[option] !== undefined && name !== 'capacity') {
      throw new UsageError(`--${option} goes with capacity alone.`);
    }
  }
  const config = values.config ?? (env['SOSAPI_CONFIG'] || undefined);
  const json = values.json === true;
  switch (name) {
    case 'serve':
      if (json) throw new UsageError('--json goes with check, verify and capacity, not with serve.');
      return { name, config };
    case 'check':
      return { name, config, json };
    case 'verify':
      if (values.config !== undefined && values.data !== undefined) {
        throw new UsageError('--config and --data exclude each other; see --help.');
      }
      return { name, config, data: values.data, json };
    case 'capacity':
      if (values.config !== undefined && values.admin !== undefined) {
        throw new UsageError('--config and --admin exclude each other; see --help.');
      }
      return {
        name,
        config,
        bucket,
        admin: values.admin,
        tokenFile: values['token-file'],
        json,
        history: values.history === true,
      };
    case undefined:
      throw new UsageError(`a sub-command is missing: ${NAMES}; see --help.`);
    default:
      throw new UsageError(`there is no sub-command "${name}": use ${NAMES}; see --help.`);
  }
}

function readsItself(name: string | undefined): name is OwnReader {
  return OWN_READERS.some((each) => each === name);
}

function parse(args: readonly string[]) {
  return parsed(() => parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true }));
}

/** Throws UsageError where words are left. `help`: how to ask for more, as the end of a sentence. */
export function noMoreWords([word]: readonly string[], help = '--help'): void {
  if (word !== undefined) throw new UsageError(`"${word}" is one word too many; see ${help}.`);
}

/** What `parseArgs` gives. What it throws becomes a UsageError: one sentence, of which Node says more than is of use. */
export function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(`${sentence}; see --help.`, { cause: error });
  }
}
