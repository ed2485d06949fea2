// `veeam one`: what Veeam ONE knows of repositories, alarms and its own work, with its whole query language.

import { readFileSync } from 'node:fs';
import { stderr, stdout } from 'node:process';
import { visitOne } from '../serve/veeam-questions.ts';
import type { OneClient } from '../veeam/one/one-client.ts';
import { ONE_PROPERTIES } from '../veeam/one/properties.ts';
import type { OneQuery } from '../veeam/one/query.ts';
import type { OneCollectionSchedule } from '../veeam/one/schemas.ts';
import { oneLine } from './admin-client.ts';
import { UsageError } from './arguments.ts';
import { INTERRUPTED, interruptible } from './interruptible.ts';
import { parseSubArgs, type SubCommand } from './sub-commands.ts';
import { formatBytes, renderTable } from './table.ts';
import { noMoreVeeamWords, ONE_OPTIONS, readOneAlone, wholeNumber } from './veeam-arguments.ts';
import { listed, pinned } from './veeam-connect.ts';
import { QUERY_OPTIONS, readOneQuery } from './veeam-one-query.ts';

const OPTIONS = {
  ...ONE_OPTIONS,
  ...QUERY_OPTIONS,
  file: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Row = Readonly<Record<string, unknown>>;
type CollectionName = keyof typeof ONE_PROPERTIES;

interface List {
  readonly collection: CollectionName;
  /** What a table shows where nothing was selected. */
  readonly columns: readonly string[];
}

const LISTS: Readonly<Record<string, List>> = {
  repositories: {
    collection: 'repositories',
    columns: ['name', 'type', 'capacityBytes', 'freeSpaceBytes', 'state', 'outOfSpaceInDays'],
  },
  'object-storages': {
    collection: 'objectStorages',
    columns: ['name', 'type', 'bucket', 'capacityBytes', 'usedSpaceBytes', 'isImmutable'],
  },
  sobr: {
    collection: 'scaleOutRepositories',
    columns: ['name', 'capacityBytes', 'freeSpaceBytes', 'state', 'outOfSpaceInDays'],
  },
  alarms: { collection: 'triggeredAlarms', columns: ['triggeredTime', 'status', 'name', 'description'] },
  sessions: { collection: 'sessions', columns: ['jobSessionId', 'start', 'end', 'status', 'name'] },
  tasks: { collection: 'dataCollectionTasks', columns: ['taskId', 'lastRun', 'status', 'name'] },
};

const ACTIONS = [...Object.keys(LISTS), 'session', 'schedule', 'update-license'];
const QUERIES = Object.keys(QUERY_OPTIONS);

export const veeamOne: SubCommand = {
  usage: `  veeam one ${Object.keys(LISTS).join('|')}
      [--offset N] [--limit N] [--sort PROPERTY[:ascending|descending[:COLLATION]]]... [--filter JSON] [--select A,B]
  veeam one session NUMBER | schedule --file JSON | update-license
      --one URL --one-user NAME --one-password-file FILE (or SOSAPI_VEEAM_PASSWORD) [--one-fingerprint SHA256 | --one-ca FILE],
      or "one:" in the section "veeam:" of --config FILE
    what Veeam ONE knows. A gateway's buckets are among the object storages.
`,

  async run(args, env) {
    const { values, positionals } = parseSubArgs('veeam', args, OPTIONS);
    const [action, ...words] = positionals;
    if (action === undefined || !ACTIONS.includes(action)) {
      const is =
        action === undefined ? 'an action of veeam one is missing' : `veeam one has no action "${action}"`;
      throw new UsageError(`${is}: use ${ACTIONS.join(', ')}; see veeam --help.`);
    }
    const list = Object.hasOwn(LISTS, action) ? LISTS[action] : undefined;
    const stray = [...(list === undefined ? QUERIES : []), ...(action === 'schedule' ? [] : ['file'])].find(
      (option) => (values as Row)[option] !== undefined,
    );
    if (stray !== undefined)
      throw new UsageError(`--${stray} does not go with veeam one ${action}; see veeam --help.`);
    const work = list === undefined ? actionOf(action, words, values.file) : listing(list, words, values);
    const { server, timeoutMs } = readOneAlone(values, env);
    const interrupt = interruptible(() => stderr.write('\nEnding, and logging out; again to end at once.\n'));
    try {
      const { text, json } = await visitOne(server, timeoutMs, (client) =>
        Promise.race([work(client), aborted(interrupt.signal)]),
      );
      stdout.write(values.json === true ? `${JSON.stringify(json, digits, 2)}\n` : text);
      return 0;
    } catch (error) {
      if (!interrupt.signal.aborted) throw pinned(error, 'one-fingerprint');
      stderr.write('sosapi-gateway: interrupted.\n');
      return INTERRUPTED;
    } finally {
      interrupt.release();
    }
  },
};

interface Result {
  readonly text: string;
  readonly json: unknown;
}
type Work = (client: OneClient) => Promise<Result>;

/** Rejects with the signal's reason; what is under way then ends with the visit. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Bytes are digits in a text: JSON numbers end at 2^53. */
function digits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function listing(
  { collection, columns }: List,
  words: readonly string[],
  values: Parameters<typeof readOneQuery>[0],
): Work {
  noMoreVeeamWords(words);
  const query = readOneQuery(values, ONE_PROPERTIES[collection]);
  return async (client) => {
    // The names in the query were looked up among the collection's own.
    const list = client[collection] as unknown as (query: OneQuery<Row>) => AsyncIterable<Row>;
    const rows = await listed(list(query));
    return { json: rows, text: renderRows(rows, query.select ?? columns) };
  };
}

function renderRows(rows: readonly Row[], columns: readonly string[]): string {
  if (rows.length === 0) return 'Veeam ONE has nothing of the kind.\n';
  return renderTable<Row>(
    columns.map((name) => ({
      title: name,
      text: (row) => shown(row[name]),
      ...(name.endsWith('Bytes') ? ({ align: 'right' } as const) : {}),
    })),
    rows,
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'bigint') return value < 0n ? value.toString() : formatBytes(value);
  return oneLine(typeof value === 'object' ? JSON.stringify(value, digits) : String(value));
}

function actionOf(action: string, words: readonly string[], file: string | undefined): Work {
  if (action === 'session') {
    const [number, ...more] = words;
    noMoreVeeamWords(more);
    const id = wholeNumber('session', number, { min: 0, max: 999_999_999 });
    if (id === undefined) throw new UsageError('veeam one session wants a number: that of its list.');
    return async (client) => {
      const json = await client.session(id);
      return { json, text: renderRows([json], Object.keys(json)) };
    };
  }
  noMoreVeeamWords(words);
  if (action === 'update-license') {
    return async (client) => {
      await client.updateLicense();
      return { json: { updated: true }, text: 'Veeam ONE was told to update its licence.\n' };
    };
  }
  if (!file) throw new UsageError('--file is missing: it names a file with the schedule as JSON.');
  const schedule = readSchedule(file);
  return async (client) => {
    await client.changeCollectionSchedule(schedule);
    return { json: schedule, text: 'The schedule of the data collection was changed.\n' };
  };
}

/** What is in it is for Veeam ONE to judge. */
function readSchedule(file: string): OneCollectionSchedule {
  try {
    const schedule: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof schedule === 'object' && schedule !== null) return schedule as OneCollectionSchedule;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `--file ${file} ${code === undefined ? 'is no JSON' : `cannot be read (${code})`}.`,
      {
        cause: error,
      },
    );
  }
  throw new UsageError(`--file ${file} holds no JSON object.`);
}
