// The keys of the stores behind the gateway. The static types are those after reading (see leaf.ts).
import Type from 'typebox';
import { accessKeyId, backendName, count, endpoint, size, text } from './leaves.ts';
import { certificateFile } from './pem-leaf.ts';
import { capacitySources } from './schema-capacity-source.ts';
import { embeddedBackend } from './schema-embedded.ts';
import { secret } from './secret-leaf.ts';

const CLOSED = { additionalProperties: false } as const;

export const REGION = {
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  expected: 'a region of letters, digits, "-" and "_", such as us-east-1',
} as const;

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
