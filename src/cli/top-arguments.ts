// The arguments of `top`.
import { parseArgs } from 'node:util';
import { parsed, UsageError } from './arguments.ts';

export interface TopArguments {
  readonly config: string | undefined;
  /** The admin listener instead of the config's. */
  readonly admin: string | undefined;
  readonly tokenFile: string | undefined;
  readonly intervalMs: number;
  readonly once: boolean;
  readonly json: boolean;
}

const OPTIONS = {
  config: { type: 'string' },
  admin: { type: 'string' },
  'token-file': { type: 'string' },
  interval: { type: 'string' },
  once: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const DEFAULT_INTERVAL_MS = 2_000;
/** The gateway counts in steps of five seconds: more often shows nothing more. */
const SHORTEST_MS = 500;
const LONGEST_MS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** Throws UsageError. */
export function parseTop(args: readonly string[], env: NodeJS.ProcessEnv): TopArguments {
  const { values, positionals } = parse(args);
  const [extra] = positionals;
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many; see --help.`);
  if (values.config === '') throw new UsageError('--config names no file; see --help.');
  if (values.config !== undefined && values.admin !== undefined) {
    throw new UsageError('--config and --admin exclude each other; see --help.');
  }
  const once = values.once === true;
  if (once && values.interval !== undefined) {
    throw new UsageError('--interval and --once exclude each other; see --help.');
  }
  return {
    config: values.config ?? (env['SOSAPI_CONFIG'] || undefined),
    admin: values.admin,
    tokenFile: values['token-file'],
    intervalMs: values.interval === undefined ? DEFAULT_INTERVAL_MS : readInterval(values.interval),
    once,
    json: values.json === true,
  };
}

function readInterval(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 0);
  if (ms >= SHORTEST_MS && ms <= LONGEST_MS) return ms;
  throw new UsageError(
    `--interval is ${JSON.stringify(text.slice(0, 40))}: write 2s, 500ms or 1m, at least 500ms and at most 60m.`,
  );
}

function parse(args: readonly string[]) {
  return parsed(() => parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true }));
}
