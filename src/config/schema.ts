// Every key of the config, with its default and its meaning: the README's table and the JSON schema are made from this.
// The static type is that after reading: defaults filled in, units parsed, secrets loaded (see leaf.ts and settle.ts).
import Type from 'typebox';
import { byteLimit, count, directoryPath, duration, filePath, hostName, text } from './leaves.ts';
import { admin } from './schema-admin.ts';
import { audit } from './schema-audit.ts';
import { backend, REGION } from './schema-backend.ts';
import { bucketRule } from './schema-bucket.ts';
import { capacity } from './schema-capacity.ts';
import { credential } from './schema-credential.ts';
import { listeners } from './schema-listeners.ts';
import { peers } from './schema-peers.ts';
import { perAddress } from './schema-per-address.ts';
import { tracing } from './schema-tracing.ts';
import { veeam } from './schema-veeam.ts';
import { workerCount } from './worker-leaf.ts';

const CLOSED = { additionalProperties: false } as const;
const SECTION = { additionalProperties: false, default: {} } as const;

const sosapi = Type.Object(
  {
    modelName: text({
      pattern: '^[ !#-~]{1,64}$',
      expected: '1 to 64 printable ASCII characters without double quotes',
      default: 'sosapi-gateway',
      description: 'ModelName in system.xml.',
    }),
    recommendations: Type.Optional(
      Type.Object(
        {
          kbBlockSize: Type.Optional(
            Type.Enum([256, 512, 1024, 2048, 4096, 8192], {
              description: 'KbBlockSize: the block size in KiB.',
            }),
          ),
        },
        { ...CLOSED, description: 'SystemRecommendations in system.xml.', '~default': 'left out' },
      ),
    ),
  },
  { ...SECTION, description: 'What system.xml says.' },
);

const limits = Type.Object(
  {
    headBytes: byteLimit({
      min: '1KiB',
      max: '1MiB',
      default: '32KiB',
      description: 'Size of a request head.',
    }),
    headers: count({ min: 16, max: 2000, default: 200, description: 'Header lines of a request.' }),
    connections: count({
      min: 1,
      max: 1_000_000,
      default: 4096,
      description: 'Client connections at one time.',
    }),
    deleteObjectsBody: byteLimit({
      min: '1KiB',
      max: '64MiB',
      default: '2MiB',
      description: 'Size of a DeleteObjects body, the one that is held in memory.',
    }),
    clockSkew: duration({ default: '15m', description: "How far a client's clock may be off." }),
    perAddress,
  },
  { ...SECTION, description: 'What a client may take up.' },
);

const timeouts = Type.Object(
  {
    head: duration({ default: '30s', description: 'Until a request head is complete.' }),
    idle: duration({ default: '60s', description: 'Between two requests of a client connection.' }),
    bodyIdle: duration({ default: '60s', description: 'Without progress on a body.' }),
    connect: duration({ default: '5s', description: 'Until a connection to the store stands.' }),
    storeAnswer: duration({
      default: '5m',
      description: "From a request's last byte to the first byte of the store's answer.",
    }),
    backendIdle: duration({
      default: '15s',
      description: 'Until an unused connection to the store is closed.',
    }),
    leave: Type.Optional(
      duration({
        description:
          'Told to stop, it still accepts connections for so long while `/readyz` says 503: so that a load balancer goes elsewhere before any is refused.',
        '~default': 'none: it accepts none at once',
      }),
    ),
    drain: duration({
      default: '30s',
      description: 'For requests under way when the gateway is told to stop.',
    }),
  },
  { ...SECTION, description: 'How long the gateway waits.' },
);

const log = Type.Object(
  {
    level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      default: 'info',
      description: 'The least important level that is written.',
    }),
    access: Type.Boolean({ default: true, description: 'Whether each request is a line in the log.' }),
  },
  { ...SECTION, description: 'What is written to standard output.' },
);

export const gatewaySchema = Type.Object(
  {
    region: text({ ...REGION, default: 'us-east-1', description: 'The region that clients sign for.' }),
    acceptedRegions: Type.Array(text({ ...REGION, description: 'A region.' }), {
      default: [],
      description: 'Further regions that clients may sign for.',
    }),
    hostNames: Type.Array(hostName(), {
      default: [],
      description:
        'Public host names for virtual-hosted addressing: `s3.example.com` serves `BUCKET.s3.example.com`.',
    }),
    listeners,
    backends: Type.Array(backend, { minItems: 1, description: 'The stores behind the gateway.' }),
    buckets: Type.Optional(
      Type.Array(bucketRule, {
        minItems: 1,
        description: 'Which bucket is kept where; the first rule that matches counts.',
        '~default': '`*` to the only backend; required with several',
      }),
    ),
    credentials: Type.Optional(
      Type.Array(credential, {
        minItems: 1,
        description: 'Who may use the gateway.',
        '~default': '**required** unless credentialsFile is there',
      }),
    ),
    credentialsFile: Type.Optional(
      filePath(
        'YAML or JSON file with a list of further credentials in the shape of `credentials`; other tools may write it and rename it into place. Names of files in it are relative to it.',
      ),
    ),
    workers: workerCount('Processes that serve S3; `auto` is one for each core.'),
    sosapi,
    capacity,
    limits,
    timeouts,
    log,
    admin,
    audit: Type.Optional(audit),
    tracing: Type.Optional(tracing),
    veeam: Type.Optional(veeam),
    peers: Type.Optional(peers),
    stateDirectory: Type.Optional(
      directoryPath(
        'Where the gateway keeps what it would else have to count anew: the usage ledger, the history and counts of buckets; it is made where it does not exist.',
        '`STATE_DIRECTORY` of the environment, else `state` beside this file',
      ),
    ),
  },
  CLOSED,
);

/** The config after reading, in the shape of the file. */
export type GatewayTree = Type.Static<typeof gatewaySchema>;
