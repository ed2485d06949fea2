// `veeam license`: the licence that is installed, what consumes it, and what can be done with either.
import { readFileSync, writeFileSync } from 'node:fs';
import type { VbrClient } from '../veeam/vbr/vbr-client.ts';
import type { InstancesQuery, SocketsQuery } from '../veeam/vbr/vbr-queries.ts';
import type { LicenseReportFormat } from '../veeam/vbr/vbr-specs.ts';
import { oneLine } from './admin-client.ts';
import { UsageError } from './arguments.ts';
import { listed } from './veeam-connect.ts';
import {
  renderCapacityWorkloads,
  renderInstances,
  renderLicense,
  renderSockets,
} from './veeam-license-tables.ts';
import { type Action, type ActionInput, type ActionResult, PAGED, sectionCommand } from './veeam-section.ts';

const SECTIONS = ['All', 'Instance', 'Socket'] as const;
const FORMATS = ['Html', 'Pdf', 'Json'] as const;
const ROLES = ['Workstation', 'Server'] as const;
const OWNER_ONLY = 0o600;

export const veeamLicense = sectionCommand({
  name: 'license',
  about: 'the licence that is installed, and what consumes it',
  options: {
    file: { type: 'string' },
    'force-standalone': { type: 'boolean' },
    'overwrite-promo': { type: 'boolean' },
    'without-promo': { type: 'boolean' },
    'promo-auto-update': { type: 'boolean' },
    section: { type: 'string' },
    format: { type: 'string' },
    output: { type: 'string' },
    role: { type: 'string' },
    'proactive-support': { type: 'string' },
  },
  actions: {
    show: { usage: '', run: async ({ client }) => licenseResult(await client.license.show()) },
    install: {
      usage: '--file F [--force-standalone] [--overwrite-promo] [--promo-auto-update] [--without-promo]',
      options: ['file', 'force-standalone', 'overwrite-promo', 'without-promo', 'promo-auto-update'],
      run: install,
    },
    remove: {
      usage: '[--section All|Instance|Socket] [--force-standalone] --yes',
      options: ['section', 'force-standalone'],
      destroys: 'removes the licence',
      async run({ client }, input) {
        const section = oneOf('section', input, SECTIONS);
        return licenseResult(
          await client.license.remove({ ...(section && { section }), ...standalone(input) }),
        );
      },
    },
    report: {
      usage: '--format Html|Pdf|Json --output FILE',
      options: ['format', 'output'],
      run: ({ client }, input) => report(client, input),
    },
    renew: {
      usage: '[--force-standalone]',
      options: ['force-standalone'],
      async run({ client }, input) {
        const json = await client.license.renew(standalone(input));
        const at = json.renewalUrl === undefined ? '' : ` at ${oneLine(json.renewalUrl)}`;
        return { json, text: `The licence is renewed${at}.\n` };
      },
    },
    update: {
      usage: '',
      async run({ client }) {
        const json = await client.license.update();
        if (!json.isSuccessful) throw new Error(`the licence was not updated: ${oneLine(json.message)}.`);
        return { json, text: `The licence was updated: ${oneLine(json.message)}.\n` };
      },
    },
    'auto-update on': autoUpdate(true),
    'auto-update off': autoUpdate(false),
    'agent-consumption on': agentConsumption(true),
    'agent-consumption off': agentConsumption(false),
    sockets: {
      usage: '',
      query: {
        ...PAGED,
        nameFilter: 'text',
        hostNameFilter: 'text',
        hostIdFilter: 'text',
        socketsNumberFilter: 'number',
        coresNumberFilter: 'number',
        typeFilter: 'text',
      },
      async run({ client }, { query }) {
        const rows = await listed(client.license.sockets(query as SocketsQuery));
        return { json: rows, text: renderSockets(rows) };
      },
    },
    'sockets revoke': revoking('HOST-ID', 'takes its licence from a host', (client, id) =>
      client.license.revokeSocket(id),
    ),
    instances: {
      usage: '',
      query: {
        ...PAGED,
        nameFilter: 'text',
        hostNameFilter: 'text',
        usedInstancesNumberFilter: 'number',
        typeFilter: 'text',
        instanceIdFilter: 'text',
      },
      async run({ client }, { query }) {
        const rows = await listed(client.license.instances(query as InstancesQuery));
        return { json: rows, text: renderInstances(rows) };
      },
    },
    'instances assign': {
      usage: 'INSTANCE-ID --role Workstation|Server',
      words: 'one',
      options: ['role'],
      async run({ client }, input) {
        const [id = ''] = input.words;
        const role = oneOf('role', input, ROLES);
        if (role === undefined) throw new UsageError(`--role is missing: use ${ROLES.join(' or ')}.`);
        const json = await client.license.assignInstance(id, role);
        return { json, text: `${oneLine(json.name)} has a licence now.\n` };
      },
    },
    'instances revoke': revoking('INSTANCE-ID', 'takes its licence from a workload', (client, id) =>
      client.license.revokeInstance(id),
    ),
    'instances remove': revoking('INSTANCE-ID', 'removes a workload from the licence', (client, id) =>
      client.license.removeInstance(id),
    ),
    capacity: {
      usage: '',
      async run({ client }) {
        const rows = await client.license.capacity();
        return { json: rows, text: renderCapacityWorkloads(rows) };
      },
    },
    'capacity revoke': revoking('INSTANCE-ID', 'takes its licence from unstructured data', (client, id) =>
      client.license.revokeCapacity(id),
    ),
  },
});

function licenseResult(license: Awaited<ReturnType<VbrClient['license']['show']>>): ActionResult {
  return { json: license, text: renderLicense(license) };
}

function standalone(input: ActionInput): { readonly forceStandaloneMode?: true } {
  return input.flag('force-standalone') ? { forceStandaloneMode: true } : {};
}

async function install(
  { client }: { readonly client: VbrClient },
  input: ActionInput,
): Promise<ActionResult> {
  const file = input.text('file');
  if (!file) throw new UsageError('--file is missing: it names the licence file.');
  const promo = {
    ...(input.flag('overwrite-promo') && { overwriteExisting: true }),
    ...(input.flag('promo-auto-update') && { enableAutoUpdate: true }),
    ...(input.flag('without-promo') && { installWithoutPromo: true }),
  };
  return licenseResult(
    await client.license.install({
      license: readLicense(file).toString('base64'),
      ...standalone(input),
      ...(Object.keys(promo).length > 0 && { promo }),
    }),
  );
}

function readLicense(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`--file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
}

async function report(client: VbrClient, input: ActionInput): Promise<ActionResult> {
  const format: LicenseReportFormat = oneOf('format', input, FORMATS) ?? 'Html';
  const output = input.text('output');
  if (!output) throw new UsageError('--output is missing: it names the file that the report is written to.');
  const bytes = await client.license.createReport(format);
  try {
    writeFileSync(output, bytes, { mode: OWNER_ONLY });
  } catch (error) {
    throw new Error(`--output ${output} cannot be written (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
  return {
    json: { format, output, bytes: bytes.length },
    text: `The report is in ${output} (${bytes.length} bytes).\n`,
  };
}

function autoUpdate(enabled: boolean): Action {
  return {
    usage: '[--proactive-support on|off]',
    options: ['proactive-support'],
    async run({ client }, input) {
      const support = oneOf('proactive-support', input, ['on', 'off'] as const);
      const options = support === undefined ? {} : { proactiveSupportEnabled: support === 'on' };
      return licenseResult(await client.license.autoUpdate(enabled, options));
    },
  };
}

function agentConsumption(enabled: boolean): Action {
  return {
    usage: '',
    run: async ({ client }) => licenseResult(await client.license.agentConsumption(enabled)),
  };
}

function revoking(
  word: string,
  destroys: string,
  call: (client: VbrClient, id: string) => Promise<{ readonly name: string }>,
): Action {
  return {
    usage: `${word} --yes`,
    words: 'one',
    destroys,
    async run({ client }, { words: [id = ''] }) {
      const json = await call(client, id);
      return { json, text: `${oneLine(json.name)} has no licence any more.\n` };
    },
  };
}

function oneOf<Choice extends string>(
  option: string,
  input: ActionInput,
  choices: readonly Choice[],
): Choice | undefined {
  const text = input.text(option);
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  if (found === undefined) {
    throw new UsageError(`--${option} "${text}" is not known: use ${choices.join(', ')}.`);
  }
  return found;
}
