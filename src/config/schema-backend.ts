// The keys of the stores behind the gateway. The static types are those after reading (see leaf.ts).
import Type from 'typebox';
import { accessKeyId, backendName, count, duration, endpoint, size, text } from './leaves.ts';
import { certificateFile } from './pem-leaf.ts';
import { capacitySources } from './schema-capacity-source.ts';
import { embeddedBackend } from './schema-embedded.ts';
import { secret } from './secret-leaf.ts';

const CLOSED = { additionalProperties: false } as const;

export const REGION = {
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  expected: 'a region of letters, digits, "-" and "_", such as us-east-1',
} as const;

const health = Type.Object(
  {
    probes: Type.Boolean({
      default: true,
      description: 'Whether each endpoint is asked if it lives, where there are several.',
    }),
    path: Type.Optional(
      text({
        pattern: '^/[!-"$-~]{0,255}$',
        expected: 'a path with its leading slash, such as /health',
        description: 'What is asked for with GET.',
        '~default': '`/minio/health/live` of MinIO, `/swift/healthcheck` of Ceph RGW, else HEAD on `/`',
      }),
    ),
    interval: duration({ default: '5s', description: 'How often it is asked.' }),
    timeout: duration({ default: '2s', description: 'Until it must have answered.' }),
    slowStart: duration({
      default: '30s',
      description: 'How long an endpoint that came back takes less than its share.',
    }),
  },
  { ...CLOSED, default: {}, description: 'How endpoints that do not work are found out.' },
);

const remoteBackend = Type.Object(
  {
    name: backendName(),
    kind: Type.Enum(['minio', 'ceph-rgw', 's3'], { description: 'What the store is.' }),
    endpoints: Type.Array(endpoint('`http://HOST:PORT` or `https://HOST:PORT`.'), {
      minItems: 1,
      description: "The store's addresses: `http://HOST:PORT` or `https://HOST:PORT`, without a path.",
    }),
    region: Type.Optional(
      text({
        ...REGION,
        description: 'The region that requests to the store are signed for.',
        '~default': 'the top-level `region`',
      }),
    ),
    accessKeyId: accessKeyId("The store's own access key id."),
    secretAccessKey: secret("The store's own secret key.", 1),
    addressing: Type.Enum(['path', 'virtual-hosted'], {
      default: 'path',
      description: 'Whether the bucket stands in the path or before the host name.',
    }),
    tls: Type.Optional(
      Type.Object(
        {
          ca: certificateFile('PEM file with certificates that are trusted besides the built-in ones.'),
        },
        { ...CLOSED, description: 'For https endpoints.', '~default': 'only the built-in ones' },
      ),
    ),
    maxConnections: count({
      min: 1,
      max: 65_535,
      default: 512,
      description: 'Connections to each endpoint, or to the embedded store, at the most.',
    }),
    maxInFlightPerCredential: Type.Optional(
      count({
        min: 1,
        max: 1_000_000,
        description: 'Requests to the store that one credential may have under way at the same time.',
        '~default': 'any number; where connections run out, credentials take turns',
      }),
    ),
    balancing: Type.Enum(['least-pending', 'entity'], {
      default: 'least-pending',
      description:
        'Which of several endpoints a request goes to: the least busy one, or one and the same for all objects of a protected machine or share.',
    }),
    health,
    resolve: duration({
      default: '30s',
      description: 'How often the addresses of endpoints with a host name are looked up.',
    }),
    awsChunked: Type.Enum(['auto', 'relay', 'decode'], {
      default: 'auto',
      description:
        'Uploads in chunks with a trailing checksum: sent on as they come, or decoded and checked by the gateway; `auto` asks the store.',
    }),
    verifyPayload: Type.Enum(['store', 'gateway'], {
      default: 'store',
      description: 'Who compares a body with the SHA-256 and the checksum in its head.',
    }),
    reserve: size({
      default: '0B',
      isZeroAllowed: true,
      description: 'Space of the store that is never offered.',
    }),
    capacity: Type.Optional(capacitySources),
  },
  CLOSED,
);

export const backend = Type.Union([remoteBackend, embeddedBackend], { '~by': 'kind' });
