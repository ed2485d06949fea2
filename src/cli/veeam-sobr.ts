// `veeam sobr`: scale-out repositories, which of their extents has how much room, and in what mode it is.
import { bytesOfGB } from '../veeam/sizes.ts';
import type { RepositoryState } from '../veeam/vbr/schemas/repository-state.ts';
import type { PlacementPolicy, ScaleOutRepository } from '../veeam/vbr/schemas/scale-out-repository.ts';
import type { Session } from '../veeam/vbr/schemas/session.ts';
import type { ScaleOutRepositoriesQuery } from '../veeam/vbr/vbr-queries.ts';
import { oneLine } from './admin-client.ts';
import { UsageError } from './arguments.ts';
import { formatBytes, renderTable } from './table.ts';
import { listed, type VeeamVisit } from './veeam-connect.ts';
import { type Extent, extentsOf } from './veeam-extents.ts';
import {
  type Action,
  type ActionInput,
  type ActionResult,
  PAGED,
  pick,
  sectionCommand,
} from './veeam-section.ts';

type ModeCall = 'enableMaintenanceMode' | 'disableMaintenanceMode' | 'enableSealedMode' | 'disableSealedMode';

export const veeamSobr = sectionCommand({
  name: 'sobr',
  about: 'scale-out repositories',
  options: {
    name: { type: 'string' },
    description: { type: 'string' },
    policy: { type: 'string' },
    extent: { type: 'string', multiple: true },
    'add-extent': { type: 'string', multiple: true },
    'remove-extent': { type: 'string', multiple: true },
    'delete-backups': { type: 'boolean' },
  },
  actions: {
    list: {
      usage: '',
      query: { ...PAGED, nameFilter: 'text' },
      async run({ client }, { query }) {
        const rows = await listed(client.scaleOutRepositories.list(query as ScaleOutRepositoriesQuery));
        return { json: rows, text: renderList(rows) };
      },
    },
    show: {
      usage: 'NAME',
      words: 'one',
      async run(visit, input) {
        const { client } = visit;
        const scaleOut = await client.scaleOutRepositories.get((await theOne(visit, input)).id);
        const repositories = await listed(client.repositories.list());
        const states = await listed(client.repositories.states());
        const extents = extentsOf(scaleOut, new Map(repositories.map((each) => [each.id, each])));
        return { json: scaleOut, text: renderExtents(scaleOut, extents, states) };
      },
    },
    add: {
      usage: 'NAME --extent REPOSITORY... [--description TEXT] [--policy DataLocality|Performance]',
      words: 'one',
      options: ['extent', 'description', 'policy'],
      run: add,
    },
    edit: {
      usage:
        'NAME [--name N] [--description TEXT] [--policy P] [--add-extent REPOSITORY]... [--remove-extent REPOSITORY]...',
      words: 'one',
      options: ['name', 'description', 'policy', 'add-extent', 'remove-extent'],
      run: edit,
    },
    remove: {
      usage: 'NAME [--delete-backups] --yes',
      words: 'one',
      options: ['delete-backups'],
      destroys: 'removes a scale-out repository from Veeam',
      async run(visit, input) {
        const { id, name } = await theOne(visit, input);
        const deleteBackups = input.flag('delete-backups');
        await visit.client.scaleOutRepositories.remove(id, { deleteBackups });
        return {
          json: { removed: id, deleteBackups },
          text: `Scale-out repository ${oneLine(name)} (${id}) was removed from Veeam${deleteBackups ? ', with the backups in it' : ''}.\n`,
        };
      },
    },
    'maintenance on': modeAction('enableMaintenanceMode', 'in maintenance mode'),
    'maintenance off': modeAction('disableMaintenanceMode', 'out of maintenance mode'),
    'sealed on': modeAction('enableSealedMode', 'sealed'),
    'sealed off': modeAction('disableSealedMode', 'no longer sealed'),
  },
});

async function theOne(
  { client }: VeeamVisit,
  { words: [word = ''] }: ActionInput,
): Promise<ScaleOutRepository> {
  return pick(await listed(client.scaleOutRepositories.list()), word, 'scale-out repository');
}

function modeAction(call: ModeCall, state: string): Action {
  return {
    usage: 'NAME [--extent REPOSITORY]...',
    words: 'one',
    options: ['extent'],
    async run(visit, input) {
      const { client } = visit;
      const scaleOut = await theOne(visit, input);
      const repositories = await listed(client.repositories.list());
      const extents = extentsOf(scaleOut, new Map(repositories.map((each) => [each.id, each])));
      const named = input.texts('extent');
      const chosen =
        named.length === 0
          ? extents.filter(({ tier }) => tier === 'performance')
          : named.map((word) => pick(extents, word, `extent of ${scaleOut.name}`));
      const ids = chosen.map(({ id }) => id);
      const session = await client.scaleOutRepositories[call](scaleOut.id, ids);
      const json = await visit.wait(session, input.deadlineMs);
      const names = chosen.map(({ name }) => oneLine(name)).join(', ');
      return { json, text: `Of ${oneLine(scaleOut.name)} ${state}: ${names}.\n` };
    },
  };
}

async function add(visit: VeeamVisit, input: ActionInput): Promise<ActionResult> {
  const { client } = visit;
  const [name = ''] = input.words;
  const placementPolicy = readPolicy(input.text('policy'));
  const words = input.texts('extent');
  if (words.length === 0) {
    throw new UsageError('--extent is missing: it names a repository, once for each extent.');
  }
  const repositories = await listed(client.repositories.list());
  const session = await client.scaleOutRepositories.add({
    name,
    description: input.text('description') ?? 'Added by sosapi-gateway',
    performanceTier: {
      performanceExtents: words.map((word) => ({ id: pick(repositories, word, 'repository').id })),
    },
    ...(placementPolicy && { placementPolicy }),
  });
  const json = await visit.wait(session, input.deadlineMs);
  return { json, text: `Scale-out repository ${oneLine(name)} was added.\n` };
}

async function edit(visit: VeeamVisit, input: ActionInput): Promise<ActionResult> {
  const { client } = visit;
  const [name, description] = [input.text('name'), input.text('description')];
  const placementPolicy = readPolicy(input.text('policy'));
  const [added, removed] = [input.texts('add-extent'), input.texts('remove-extent')];
  const isEmpty = [name, description, placementPolicy, added[0], removed[0]].every(
    (change) => change === undefined,
  );
  if (isEmpty) throw new UsageError('veeam sobr edit has nothing to change; see veeam --help.');
  const { id } = await theOne(visit, input);
  const model = await client.scaleOutRepositories.get(id);
  const { performanceExtents } = model.performanceTier;
  const leaving = new Set(
    removed.map((word) => pick(performanceExtents, word, `extent of ${model.name}`).id),
  );
  const repositories = added.length === 0 ? [] : await listed(client.repositories.list());
  const coming = added
    .map((word) => pick(repositories, word, 'repository'))
    .filter((each) => performanceExtents.every((extent) => extent.id !== each.id));
  const session: Session = await client.scaleOutRepositories.edit(id, {
    ...model,
    name: name ?? model.name,
    description: description ?? model.description,
    ...(placementPolicy && { placementPolicy: { ...model.placementPolicy, ...placementPolicy } }),
    performanceTier: {
      ...model.performanceTier,
      performanceExtents: [
        ...performanceExtents.filter((extent) => !leaving.has(extent.id)),
        ...coming.map((each) => ({ id: each.id, name: each.name })),
      ],
    },
  });
  const json = await visit.wait(session, input.deadlineMs);
  return { json, text: `Scale-out repository ${oneLine(model.name)} (${id}) was changed.\n` };
}

function readPolicy(type: string | undefined): PlacementPolicy | undefined {
  if (type === undefined) return undefined;
  if (type === 'DataLocality' || type === 'Performance') return { type };
  throw new UsageError(`--policy "${type}" is not known: use DataLocality or Performance.`);
}

function renderList(rows: readonly ScaleOutRepository[]): string {
  if (rows.length === 0) return 'Veeam has no such scale-out repository.\n';
  return renderTable<ScaleOutRepository>(
    [
      { title: 'NAME', text: ({ name }) => oneLine(name) },
      { title: 'POLICY', text: ({ placementPolicy }) => placementPolicy?.type ?? '-' },
      {
        title: 'EXTENTS',
        text: (row) =>
          extentsOf(row, new Map())
            .map(({ name }) => oneLine(name))
            .join(', '),
      },
      { title: 'ID', text: ({ id }) => id },
    ],
    rows,
  );
}

/** Where there is the most room first: that is where Veeam places the next chain. */
export function renderExtents(
  { name, id, placementPolicy }: Pick<ScaleOutRepository, 'name' | 'id' | 'placementPolicy'>,
  extents: readonly Extent[],
  states: readonly RepositoryState[],
): string {
  const rows = extents
    .map((extent) => ({ extent, state: states.find((state) => state.id === extent.id) }))
    .sort((a, b) => (b.state?.freeGB ?? -1) - (a.state?.freeGB ?? -1));
  const size = (count: number | undefined) => (count === undefined ? '-' : formatBytes(bytesOfGB(count)));
  const policy = placementPolicy === undefined ? '' : `, placement by ${placementPolicy.type}`;
  return `${oneLine(name)} (${id})${policy}\n${renderTable<(typeof rows)[number]>(
    [
      { title: 'EXTENT', text: ({ extent }) => oneLine(extent.name) },
      { title: 'TIER', text: ({ extent }) => extent.tier },
      { title: 'FREE', align: 'right', text: ({ state }) => size(state?.freeGB) },
      { title: 'CAPACITY', align: 'right', text: ({ state }) => size(state?.capacityGB) },
      { title: 'USED', align: 'right', text: ({ state }) => size(state?.usedSpaceGB) },
      { title: 'MODE', text: ({ extent }) => extent.statuses?.join(', ') ?? 'not told' },
      { title: 'ID', text: ({ extent }) => extent.id },
    ],
    rows,
  )}`;
}
