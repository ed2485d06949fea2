// Arguments of `npm run bench:hotpath`, and the text that explains them.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CASE_NAMES } from './cases.ts';

export interface BenchArguments {
  readonly cases: readonly string[];
  readonly proxies: readonly string[] | undefined;
  readonly rounds: number;
  readonly seconds: number;
  readonly minutes: number;
  /** Absolute; undefined means this one. */
  readonly checkout: string | undefined;
  readonly nodeArguments: readonly string[];
  readonly isHelp: boolean;
}

/** The message is one sentence. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

export const USAGE = `npm run bench:hotpath -- [options]

Measures what a request costs the gateway, beside nginx, HAProxy and Fastify with @fastify/reply-from where they are
installed, before a store that keeps nothing. Writes a table here, and JSON and a chart into bench-results/.

  --only A,B         only these cases: ${CASE_NAMES.slice(0, 8).join(', ')},
                     ${CASE_NAMES.slice(8).join(', ')}
  --proxies A,B      only these proxies: gateway, "bare relay" (Node.js that only moves the bytes), nginx, "nginx tuned",
                     haproxy, "haproxy splice", reply-from
  --rounds N         how often each proxy is measured (5)
  --seconds S        how long each time (4)
  --quick            2 rounds of 2 seconds
  --minutes M        how long the case memory runs (1)
  --node=ARGUMENTS   for the gateway's Node.js, such as --node="--cpu-prof --cpu-prof-dir=/tmp/profile"
  --checkout DIR     measures the gateway of another checkout, to compare with an earlier state
  --help             this text
`;

const OPTIONS = {
  only: { type: 'string' },
  proxies: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  minutes: { type: 'string' },
  quick: { type: 'boolean', default: false },
  node: { type: 'string', default: '' },
  checkout: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const PROXY_NAMES: readonly string[] = [
  ...['gateway', 'bare relay', 'nginx', 'nginx tuned', 'haproxy', 'haproxy splice', 'reply-from'],
];

/** Throws ArgumentError. */
export function parseArguments(args: readonly string[]): BenchArguments {
  const { only, proxies, rounds, seconds, minutes, quick, node, checkout, help } = parse(args);
  return {
    cases: only === undefined ? CASE_NAMES : listOf('--only', only, CASE_NAMES),
    proxies: proxies === undefined ? undefined : listOf('--proxies', proxies, PROXY_NAMES),
    rounds: countOf('--rounds', rounds, quick ? 2 : 5),
    seconds: countOf('--seconds', seconds, quick ? 2 : 4),
    minutes: countOf('--minutes', minutes, 1),
    nodeArguments: node.split(' ').filter((argument) => argument !== ''),
    checkout: checkout === undefined ? undefined : checkoutAt(checkout),
    isHelp: help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    throw new ArgumentError(`${sentence}; see --help.`, { cause: error });
  }
}

function checkoutAt(directory: string): string {
  const checkout = resolve(directory);
  if (existsSync(join(checkout, 'src/cli/main.ts'))) return checkout;
  throw new ArgumentError(`--checkout names ${directory}, where no src/cli/main.ts is.`);
}

function listOf(option: string, text: string, known: readonly string[]): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ArgumentError(`${option} names "${unknown}", which is none of ${known.join(', ')}.`);
  }
  return names;
}

function countOf(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const count = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(count))
    throw new ArgumentError(`${option} is "${text}": it takes a whole number from 1 to 9999.`);
  return count;
}
