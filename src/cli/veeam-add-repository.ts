// `veeam add-repository`: a bucket and folder of this gateway becomes a repository of Veeam's, once and checked.

import { stdout } from 'node:process';
import { parseEndpoint } from '../config/endpoint.ts';
import type { GatewayConfig } from '../config/gateway-config.ts';
import { Secret } from '../secret.ts';
import type { KeyPair } from '../serve/key-pair.ts';
import { adminAddress } from './admin-address.ts';
import { readAdminToken } from './admin-token.ts';
import { UsageError } from './arguments.ts';
import { parseSubArgs, type SubCommand } from './sub-commands.ts';
import { type AddedRepository, addRepository, type Wish } from './veeam-add.ts';
import { CONNECTION_OPTIONS, noMoreVeeamWords, readConnection, wholeNumber } from './veeam-arguments.ts';
import { DEFAULT_DEADLINE_SECONDS, visitVbr } from './veeam-connect.ts';

const OPTIONS = {
  ...CONNECTION_OPTIONS,
  bucket: { type: 'string' },
  folder: { type: 'string' },
  name: { type: 'string' },
  endpoint: { type: 'string' },
  region: { type: 'string' },
  credential: { type: 'string' },
  'immutability-days': { type: 'string' },
  'task-limit': { type: 'string' },
  'mount-server': { type: 'string' },
  'mount-cache': { type: 'string' },
  admin: { type: 'string' },
  'token-file': { type: 'string' },
  deadline: { type: 'string' },
  'overwrite-owner': { type: 'boolean' },
  update: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
} as const;

export const veeamAddRepository: SubCommand = {
  usage: `  veeam add-repository --bucket B --folder F [--name N] [--endpoint URL of this gateway as Veeam reaches it]
      [--region R] [--credential ACCESS-KEY-ID of the config] [--immutability-days N] [--task-limit N]
      [--mount-server ID] [--mount-cache FOLDER] [--admin URL] [--token-file FILE] [--deadline SECONDS]
      [--overwrite-owner] [--update] [--dry-run]
    adds the bucket and folder as an S3-compatible repository and checks what Veeam made of it; twice changes nothing.
    Without --credential the key pair is AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else the only one of the config.
`,

  async run(args, env) {
    const { values, positionals } = parseSubArgs('veeam', args, OPTIONS);
    noMoreVeeamWords(positionals);
    const connection = readConnection(values, env);
    const { config, configFile } = connection;
    const wish: Wish = {
      wanted: {
        name: given('name', values.name),
        servicePoint: servicePointOf(values.endpoint, config),
        region: given('region', values.region) ?? config?.region ?? 'us-east-1',
        bucket: needed('bucket', values.bucket),
        folder: needed('folder', values.folder),
        immutabilityDays: wholeNumber('immutability-days', values['immutability-days'], {
          min: 1,
          max: 9999,
        }),
        taskLimit: wholeNumber('task-limit', values['task-limit'], { min: 1, max: 9999 }),
      },
      keyPair: keyPairOf(values.credential, values.bucket, config, env),
      mountServerId: given('mount-server', values['mount-server']),
      mountCache: given('mount-cache', values['mount-cache']),
      gateway: {
        admin: await adminAddress({ admin: values.admin, config: configFile, env }),
        token: readAdminToken(values['token-file'], env),
      },
      deadlineMs:
        1000 *
        (wholeNumber('deadline', values.deadline, { min: 1, max: 86_400 }) ?? DEFAULT_DEADLINE_SECONDS),
      isOverwritingOwner: values['overwrite-owner'] === true,
      isUpdate: values.update === true,
      isDryRun: values['dry-run'] === true,
    };
    return await visitVbr(connection, async (visit) => {
      const added = await addRepository(visit, wish);
      stdout.write(values.json === true || wish.isDryRun ? asJson(added) : sentences(added));
      return added.isAsWanted ? 0 : 1;
    });
  },
};

function given(option: string, value: string | undefined): string | undefined {
  if (value === '') throw new UsageError(`--${option} is empty; see veeam --help.`);
  return value;
}

function needed(option: string, value: string | undefined): string {
  const text = given(option, value);
  if (text === undefined) throw new UsageError(`--${option} is missing; see veeam --help.`);
  return text;
}

/** As the command line says, else as the section does, else the first host name with the port of the HTTPS listener. */
function servicePointOf(written: string | undefined, config: GatewayConfig | undefined): string {
  if (written !== undefined) {
    const endpoint = parseEndpoint(written);
    if (endpoint !== undefined) return `${endpoint.protocol}://${endpoint.authority}`;
    throw new UsageError(
      `--endpoint "${written}" is no http or https URL without path, such as https://s3.example.com:8443.`,
    );
  }
  const section = config?.veeam?.endpoint;
  if (section !== undefined) return `${section.protocol}://${section.authority}`;
  const [hostName] = config?.hostNames ?? [];
  const port = config?.listeners.s3.find(({ tls }) => tls !== undefined)?.port;
  if (hostName !== undefined && port !== undefined && port !== 0) return `https://${hostName}:${port}`;
  throw new UsageError(
    '--endpoint is missing: it is the URL of this gateway as Veeam reaches it, such as https://s3.example.com:8443.',
  );
}

/** What Veeam is to sign with. */
function keyPairOf(
  id: string | undefined,
  bucket: string | undefined,
  config: GatewayConfig | undefined,
  env: NodeJS.ProcessEnv,
): KeyPair {
  const known = config?.credentials ?? [];
  if (id !== undefined) {
    const found = known.find(({ accessKeyId }) => accessKeyId === id);
    if (found !== undefined) return found;
    throw new UsageError(`--credential names no credential of the config: its list has no such accessKeyId.`);
  }
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] || undefined;
  const secret = env['AWS_SECRET_ACCESS_KEY'] || undefined;
  if (accessKeyId !== undefined && secret !== undefined) {
    return { accessKeyId, secretAccessKey: new Secret(secret) };
  }
  const [first, ...others] = known.filter(({ access }) => access === 'read-write');
  if (first !== undefined && others.length === 0) return first;
  throw new UsageError(
    first === undefined
      ? 'the key pair is missing: name a credential of the config by --credential, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
      : `the config has several credentials: say by --credential which one Veeam signs with${bucket === undefined ? '' : ` for bucket ${bucket}`}.`,
  );
}

function asJson(added: AddedRepository): string {
  return `${JSON.stringify(added.isDryRun ? added.requests : added, undefined, 2)}\n`;
}

const OUTCOMES = {
  added: 'was added',
  updated: 'was changed as asked',
  unchanged: 'is there already; nothing was changed',
  differs: 'is there already and differs; nothing was changed (--update changes it)',
} as const;

function sentences({ outcome, repository, differences, notes }: AddedRepository): string {
  const name = repository === undefined ? '' : ` ${repository.name} (${repository.id})`;
  const lines = [
    outcome === undefined ? [] : [`Repository${name} ${OUTCOMES[outcome]}.`],
    differences.map(({ setting, is, asked }) => `  ${setting}: is ${is}, asked for ${asked}`),
    notes,
  ].flat();
  return `${lines.join('\n')}\n`;
}
