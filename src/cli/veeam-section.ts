// A sub-command of `veeam` that lists, shows and acts: finds the action, refuses what does not belong to it, prints what comes.

import { stdout } from 'node:process';
import { UsageError } from './arguments.ts';
import { parseSubArgs, type SubCommand } from './sub-commands.ts';
import { CONNECTION_OPTIONS, noMoreVeeamWords, readConnection, wholeNumber } from './veeam-arguments.ts';
import { DEFAULT_DEADLINE_SECONDS, type VeeamVisit, visitVbr } from './veeam-connect.ts';

export type OptionValue = string | boolean | readonly string[] | undefined;

export interface ActionInput {
  readonly words: readonly string[];
  /** A text option of this action. */
  text(name: string): string | undefined;
  /** Of an option that may be given several times. */
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** The parameters given by --query, as the documents name them. */
  readonly query: Readonly<Record<string, QueryValue>>;
  readonly deadlineMs: number;
}

export interface ActionResult {
  readonly text: string;
  readonly json: unknown;
}

export interface Action {
  /** After the names of the section and the action: `NAME [--yes]`. */
  readonly usage: string;
  readonly words?: 'one' | 'some';
  readonly options?: readonly string[];
  /** Parameters that --query may give. */
  readonly query?: QueryNames;
  /** What it destroys, as `the repository`: then it asks for --yes. */
  readonly destroys?: string;
  run(visit: VeeamVisit, input: ActionInput): Promise<ActionResult>;
}

export type QueryValue = string | number | boolean | readonly string[];
export type QueryKind = 'text' | 'texts' | 'number' | 'boolean';
export type QueryNames = Readonly<Record<string, QueryKind>>;

/** What every collection takes. */
export const PAGED: QueryNames = {
  skip: 'number',
  limit: 'number',
  orderColumn: 'text',
  orderAsc: 'boolean',
};

const OWN_OPTIONS = {
  query: { type: 'string', multiple: true },
  yes: { type: 'boolean' },
  deadline: { type: 'string' },
} as const;

type OptionKinds = Readonly<
  Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>
>;

export interface Section {
  readonly name: string;
  /** What it is about, for the help. */
  readonly about: string;
  readonly options: OptionKinds;
  /** The first is that without a name. Names of several words have a space. */
  readonly actions: Readonly<Record<string, Action>>;
}

export function sectionCommand(section: Section): SubCommand {
  return {
    usage: usageOf(section),
    async run(args, env) {
      const { values, positionals } = parseSubArgs('veeam', args, {
        ...CONNECTION_OPTIONS,
        ...OWN_OPTIONS,
        ...section.options,
      });
      const given = values as Readonly<Record<string, OptionValue>>;
      const { name, action, words } = actionOf(section, positionals);
      const input = readInput(`${section.name} ${name}`, action, words, given);
      const connection = readConnection(values, env);
      return await visitVbr(connection, async (visit) => {
        const { text, json } = await action.run(visit, input);
        stdout.write(values.json === true ? `${JSON.stringify(json, undefined, 2)}\n` : text);
        return 0;
      });
    },
  };
}

function usageOf({ name, about, actions }: Section): string {
  const lines = Object.entries(actions).map(([action, { usage, query }]) =>
    `      ${action} ${usage}${query === undefined ? '' : ' [--query PARAMETER=VALUE]...'}`.trimEnd(),
  );
  return `  veeam ${name}  ${about}\n${lines.join('\n')}\n`;
}

function actionOf({ name: section, actions }: Section, positionals: readonly string[]) {
  const [first, second] = positionals;
  if (first === undefined) {
    const [name = ''] = Object.keys(actions);
    return { name, action: actionNamed(actions, name), words: [] };
  }
  for (const [name, words] of [
    [`${first} ${second}`, positionals.slice(2)],
    [first, positionals.slice(1)],
  ] as const) {
    if (Object.hasOwn(actions, name)) return { name, action: actionNamed(actions, name), words };
  }
  const names = Object.keys(actions).join(', ');
  throw new UsageError(`veeam ${section} has no action "${first}": use ${names}; see veeam --help.`);
}

function actionNamed(actions: Section['actions'], name: string): Action {
  const action = actions[name];
  if (action === undefined) throw new UsageError(`there is no action "${name}"; see veeam --help.`);
  return action;
}

const ALWAYS = new Set([...Object.keys(CONNECTION_OPTIONS), 'deadline']);

function readInput(
  name: string,
  action: Action,
  words: readonly string[],
  given: Readonly<Record<string, OptionValue>>,
): ActionInput {
  const { options = [], query: known, destroys } = action;
  for (const option of Object.keys(given)) {
    const belongs =
      ALWAYS.has(option) ||
      options.includes(option) ||
      (option === 'yes' && destroys !== undefined) ||
      (option === 'query' && known !== undefined);
    if (!belongs) throw new UsageError(`--${option} does not go with veeam ${name}; see veeam --help.`);
  }
  const most = action.words === undefined ? 0 : action.words === 'one' ? 1 : Number.POSITIVE_INFINITY;
  noMoreVeeamWords(words.slice(most));
  if (most > 0 && words.length === 0) {
    throw new UsageError(`veeam ${name} wants a name or an id: veeam ${name} ${action.usage}.`);
  }
  if (destroys !== undefined && given['yes'] !== true) {
    throw new UsageError(
      `veeam ${name} ${destroys}, which cannot be undone: say --yes where that is meant; nothing was changed.`,
    );
  }
  const seconds = wholeNumber('deadline', textOf(given['deadline']), { min: 1, max: 86_400 });
  return {
    words,
    text: (option) => textOf(given[option]),
    texts: (option) => textsOf(given[option]),
    flag: (option) => given[option] === true,
    query: readQuery(name, known ?? {}, given['query']),
    deadlineMs: 1000 * (seconds ?? DEFAULT_DEADLINE_SECONDS),
  };
}

function textOf(value: OptionValue): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: OptionValue): readonly string[] {
  return typeof value === 'object' ? value : [];
}

function readQuery(
  name: string,
  known: QueryNames,
  given: OptionValue,
): Readonly<Record<string, QueryValue>> {
  const query: Record<string, QueryValue> = {};
  for (const pair of textsOf(given)) {
    const [, parameter = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    const kind = Object.hasOwn(known, parameter) ? known[parameter] : undefined;
    if (kind === undefined || value === '') {
      throw new UsageError(
        `--query "${pair}" is no parameter of veeam ${name}: write PARAMETER=VALUE with one of ${Object.keys(known).join(', ')}.`,
      );
    }
    query[parameter] = readValue(parameter, kind, value, query[parameter]);
  }
  return query;
}

function readValue(
  parameter: string,
  kind: QueryKind,
  value: string,
  before: QueryValue | undefined,
): QueryValue {
  if (before !== undefined && kind !== 'texts') {
    throw new UsageError(`--query ${parameter} is given more than once.`);
  }
  switch (kind) {
    case 'text':
      return value;
    case 'texts':
      return before === undefined ? value : [...(Array.isArray(before) ? before : [String(before)]), value];
    case 'number': {
      const number = Number(value);
      if (/^\d+(\.\d+)?$/.test(value) && Number.isFinite(number)) return number;
      throw new UsageError(`--query ${parameter}=${value} is no number.`);
    }
    case 'boolean':
      if (value === 'true' || value === 'false') return value === 'true';
      throw new UsageError(`--query ${parameter}=${value} is neither true nor false.`);
  }
}

/** That with this name or id. Throws where there is none, or where several have the name. */
export function pick<Item extends { readonly id: string; readonly name: string }>(
  items: readonly Item[],
  word: string,
  what: string,
): Item {
  const found = items.filter(({ id, name }) => id === word || name === word);
  const [first, second] = found;
  if (first === undefined) throw new Error(`Veeam has no ${what} with the name or id "${word}".`);
  if (second === undefined) return first;
  const ids = found.map(({ id }) => id).join(', ');
  throw new Error(`Veeam has several ${what} named "${word}": name one by its id: ${ids}.`);
}
