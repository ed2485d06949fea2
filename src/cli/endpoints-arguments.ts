// Arguments of `endpoints`, `drain` and `undrain`.
import { parseArgs } from 'node:util';
import type { AskedGateway } from './admin-client.ts';
import { noMoreWords, parsed, UsageError } from './arguments.ts';
import { ASKED_OPTIONS, askedGateway } from './asked-gateway.ts';

export type EndpointsArguments = AskedGateway & { readonly json: boolean };

export interface DrainArguments extends AskedGateway {
  readonly backend: string;
  readonly endpoint: string;
  readonly force: boolean;
  /** For how long it is waited until nothing is under way there, in milliseconds; undefined: not at all. */
  readonly waitMs: number | undefined;
}

/** Rejects with UsageError or ConfigError. */
export async function readEndpointsArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<EndpointsArguments> {
  const options = { ...ASKED_OPTIONS, json: { type: 'boolean' } } as const;
  const { values, positionals } = parsed(() =>
    parseArgs({ args: [...args], options, allowPositionals: true, strict: true }),
  );
  noMoreWords(positionals);
  return { ...(await askedGateway(values, env)), json: values.json === true };
}

/** Likewise. `undrain` takes neither --wait nor --force. */
export async function readDrainArguments(
  command: 'drain' | 'undrain',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<DrainArguments> {
  const more = { wait: { type: 'string' }, force: { type: 'boolean' } } as const;
  const options = { ...ASKED_OPTIONS, ...(command === 'drain' ? more : ({} as typeof more)) };
  const { values, positionals } = parsed(() =>
    parseArgs({ args: joinWait(args), options, allowPositionals: true, strict: true }),
  );
  const [backend, endpoint, ...extra] = positionals;
  if (backend === undefined || endpoint === undefined) {
    throw new UsageError(
      `${command} expects the name of a backend and one of its endpoints, as "sosapi-gateway endpoints" lists them; see --help.`,
    );
  }
  noMoreWords(extra);
  return {
    ...(await askedGateway(values, env)),
    backend,
    // As it stands in the config, too.
    endpoint: endpoint.replace(/^https?:\/\//, '').replace(/\/$/, ''),
    force: values.force === true,
    waitMs: readWait(values.wait),
  };
}

/** The number behind --wait may be left out, which `parseArgs` does not know. */
function joinWait(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (arg === '--wait') return [`--wait=${isSeconds(args[index + 1]) ? args[index + 1] : ''}`];
    return args[index - 1] === '--wait' && isSeconds(arg) ? [] : [arg];
  });
}

function isSeconds(arg: string | undefined): boolean {
  return arg !== undefined && /^\d+$/.test(arg);
}

function readWait(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  if (written === '') return Number.POSITIVE_INFINITY;
  const seconds = Number(written);
  if (!isSeconds(written) || seconds < 1 || seconds > 604_800) {
    throw new UsageError('--wait expects a number of seconds from 1 to 604800, or none; see --help.');
  }
  return seconds * 1000;
}
