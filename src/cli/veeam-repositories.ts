// `veeam repositories`: those that Veeam has, how full it believes they are, and what can be done with one.
import { bytesOfGB } from '../veeam/sizes.ts';
import { isS3Repository, type Repository, type S3Repository } from '../veeam/vbr/schemas/repository.ts';
import type { RepositoryState } from '../veeam/vbr/schemas/repository-state.ts';
import type { RepositoriesQuery, RepositoryStatesQuery } from '../veeam/vbr/vbr-queries.ts';
import { oneLine } from './admin-client.ts';
import { UsageError } from './arguments.ts';
import { formatBytes, renderTable } from './table.ts';
import { wholeNumber } from './veeam-arguments.ts';
import { listed, type VeeamVisit } from './veeam-connect.ts';
import { type ActionInput, type ActionResult, PAGED, pick, sectionCommand } from './veeam-section.ts';

export const veeamRepositories = sectionCommand({
  name: 'repositories',
  about: 'the repositories that Veeam has',
  options: {
    name: { type: 'string' },
    description: { type: 'string' },
    'task-limit': { type: 'string' },
    'immutability-days': { type: 'string' },
    'delete-backups': { type: 'boolean' },
  },
  actions: {
    list: {
      usage: '',
      query: {
        ...PAGED,
        nameFilter: 'text',
        typeFilter: 'texts',
        hostIdFilter: 'text',
        pathFilter: 'text',
        vmbApiFilter: 'text',
        vmbApiPlatform: 'text',
        excludeExtents: 'boolean',
      },
      async run({ client }, { query }) {
        const rows = await listed(client.repositories.list(query as RepositoriesQuery));
        return { json: rows, text: renderRepositories(rows) };
      },
    },
    show: {
      usage: 'NAME',
      words: 'one',
      async run(visit, input) {
        const { id } = await theOne(visit, input);
        const json = await visit.client.repositories.get(id);
        return { json, text: `${JSON.stringify(json, undefined, 2)}\n` };
      },
    },
    states: {
      usage: '',
      query: {
        ...PAGED,
        idFilter: 'text',
        nameFilter: 'text',
        typeFilter: 'texts',
        capacityFilter: 'number',
        freeSpaceFilter: 'number',
        usedSpaceFilter: 'number',
        isOnlineFilter: 'boolean',
        isOutOfDateFilter: 'boolean',
        sobrIdFilter: 'text',
        sobrExtentTypeFilter: 'texts',
        sobrMembershipFilter: 'text',
        excludeExtents: 'boolean',
      },
      async run({ client }, { query }) {
        const rows = await listed(client.repositories.states(query as RepositoryStatesQuery));
        return { json: rows, text: renderStates(rows) };
      },
    },
    rescan: {
      usage: 'NAME...',
      words: 'some',
      async run(visit, { words, deadlineMs }) {
        const all = await listed(visit.client.repositories.list());
        const chosen = words.map((word) => pick(all, word, 'repository'));
        const session = await visit.client.repositories.rescan(chosen.map(({ id }) => id));
        const ended = await visit.wait(session, deadlineMs);
        return { json: ended, text: `Rescanned ${chosen.map(({ name }) => oneLine(name)).join(', ')}.\n` };
      },
    },
    edit: {
      usage: 'NAME [--name N] [--description TEXT] [--task-limit N|off] [--immutability-days N|off]',
      words: 'one',
      options: ['name', 'description', 'task-limit', 'immutability-days'],
      run: edit,
    },
    remove: {
      usage: 'NAME [--delete-backups] --yes',
      words: 'one',
      options: ['delete-backups'],
      destroys: 'removes a repository from Veeam',
      async run(visit, input) {
        const { id, name } = await theOne(visit, input);
        const deleteBackups = input.flag('delete-backups');
        await visit.client.repositories.remove(id, { deleteBackups });
        const backups = deleteBackups ? ', with the backups in it' : '; the backups in its bucket stay';
        return {
          json: { removed: id, deleteBackups },
          text: `Repository ${oneLine(name)} (${id}) was removed from Veeam${backups}.\n`,
        };
      },
    },
  },
});

async function theOne({ client }: VeeamVisit, { words: [word = ''] }: ActionInput): Promise<Repository> {
  return pick(await listed(client.repositories.list()), word, 'repository');
}

async function edit(visit: VeeamVisit, input: ActionInput): Promise<ActionResult> {
  const changes = readChanges(input);
  const { id } = await theOne(visit, input);
  const model = await visit.client.repositories.get(id);
  if (!isS3Repository(model)) {
    throw new Error(
      `repository ${model.name} is of type ${model.type}: only S3-compatible ones are edited here.`,
    );
  }
  const session = await visit.client.repositories.edit(id, changed(model, changes));
  const json = await visit.wait(session, input.deadlineMs);
  return { json, text: `Repository ${oneLine(model.name)} (${id}) was changed.\n` };
}

interface Changes {
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly taskLimit: number | 'off' | undefined;
  readonly immutabilityDays: number | 'off' | undefined;
}

function readChanges(input: ActionInput): Changes {
  const changes = {
    name: input.text('name'),
    description: input.text('description'),
    taskLimit: numberOrOff('task-limit', input),
    immutabilityDays: numberOrOff('immutability-days', input),
  };
  if (changes.name === '') throw new UsageError('--name is empty; see veeam --help.');
  if (Object.values(changes).every((change) => change === undefined)) {
    throw new UsageError('veeam repositories edit has nothing to change; see veeam --help.');
  }
  return changes;
}

function numberOrOff(option: string, input: ActionInput): number | 'off' | undefined {
  const text = input.text(option);
  return text === 'off' ? text : wholeNumber(option, text, { min: 1, max: 9999 });
}

function changed(
  model: S3Repository,
  { name, description, taskLimit, immutabilityDays }: Changes,
): S3Repository {
  const { immutability } = model.bucket;
  return {
    ...model,
    name: name ?? model.name,
    description: description ?? model.description,
    ...(taskLimit !== undefined && { taskLimitEnabled: taskLimit !== 'off' }),
    ...(typeof taskLimit === 'number' && { maxTaskCount: taskLimit }),
    bucket: {
      ...model.bucket,
      ...(immutabilityDays !== undefined && {
        immutability: {
          ...immutability,
          isEnabled: immutabilityDays !== 'off',
          ...(immutabilityDays !== 'off' && { daysCount: immutabilityDays }),
        },
      }),
    },
  };
}

function renderRepositories(rows: readonly Repository[]): string {
  if (rows.length === 0) return 'Veeam has no such repository.\n';
  return renderTable<Repository>(
    [
      { title: 'NAME', text: ({ name }) => oneLine(name) },
      { title: 'TYPE', text: ({ type }) => type },
      { title: 'PLACE', text: (row) => oneLine(isS3Repository(row) ? row.account.servicePoint : '-') },
      { title: 'BUCKET', text: (row) => oneLine(isS3Repository(row) ? row.bucket.bucketName : '-') },
      { title: 'FOLDER', text: (row) => oneLine(isS3Repository(row) ? row.bucket.folderName : '-') },
      { title: 'ID', text: ({ id }) => id },
    ],
    rows,
  );
}

function renderStates(rows: readonly RepositoryState[]): string {
  if (rows.length === 0) return 'Veeam has no such repository.\n';
  return renderTable<RepositoryState>(
    [
      { title: 'NAME', text: ({ name }) => oneLine(name) },
      { title: 'TYPE', text: ({ type }) => type },
      { title: 'CAPACITY', align: 'right', text: (row) => formatBytes(bytesOfGB(row.capacityGB)) },
      { title: 'FREE', align: 'right', text: (row) => formatBytes(bytesOfGB(row.freeGB)) },
      { title: 'USED', align: 'right', text: (row) => formatBytes(bytesOfGB(row.usedSpaceGB)) },
      { title: 'STATE', text: stateText },
      { title: 'EXTENT OF', text: (row) => oneLine(row.scaleOutRepositoryDetails?.membership ?? '-') },
    ],
    rows,
  );
}

function stateText({ isOnline, isOutOfDate }: RepositoryState): string {
  return `${isOnline ? 'online' : 'offline'}${isOutOfDate === true ? ', out of date' : ''}`;
}
