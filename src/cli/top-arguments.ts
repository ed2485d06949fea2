// The arguments of `top`.
import { parseArgs } from 'node:util';
import type { AskedGateway } from './admin-client.ts';
import { noMoreWords, parsed, UsageError } from './arguments.ts';
import { ASKED_OPTIONS, askedGateway } from './asked-gateway.ts';

export interface TopArguments extends AskedGateway {
  readonly intervalMs: number;
  readonly once: boolean;
  readonly json: boolean;
}

const OPTIONS = {
  ...ASKED_OPTIONS,
  interval: { type: 'string' },
  once: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const DEFAULT_INTERVAL_MS = 2_000;
/** The gateway counts in steps of five seconds: more often shows nothing more. */
const SHORTEST_MS = 500;
const LONGEST_MS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** Rejects with UsageError or ConfigError. */
export async function readTopArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<TopArguments> {
  const { values, positionals } = parse(args);
  noMoreWords(positionals);
  const once = values.once === true;
  if (once && values.interval !== undefined) {
    throw new UsageError('--interval and --once exclude each other; see --help.');
  }
  return {
    ...(await askedGateway(values, env)),
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
