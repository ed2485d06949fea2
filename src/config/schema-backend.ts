// The keys of the stores behind the gateway. The static types are those after reading (see leaf.ts).
import Type from 'typebox';
import {
  accessKeyId,
  backendName,
  bucketPattern,
  count,
  duration,
  endpoint,
  pageUrls,
  size,
  text,
} from './leaves.ts';
import { certificateFile } from './pem-leaf.ts';
import { embeddedBackend } from './schema-embedded.ts';
import { secret } from './secret-leaf.ts';

const CLOSED = { additionalProperties: false } as const;

export const REGION = {
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  expected: 'a region of letters, digits, "-" and "_", such as us-east-1',
} as const;

const adminKey = Type.Optional(
  Type.Object(
    {
      accessKeyId: accessKeyId("The administrator's access key id."),
      secretAccessKey: secret("The administrator's secret key.", 1),
    },
    {
      ...CLOSED,
      description: 'Credentials for the admin calls.',
      '~default': "the backend's own",
    },
  ),
);

const pace = {
  refresh: duration({ default: '30s', description: 'How often the store is asked for its usage.' }),
  maxAge: duration({
    default: '15m',
    description: 'How long the last good numbers are given out when the store does not answer; then 503.',
  }),
  timeout: duration({ default: '10s', description: 'How long one question to the store may take.' }),
};

const cephCapacity = Type.Object(
  {
    source: Type.Literal('ceph-rgw', { description: 'its admin ops API and its manager.' }),
    metrics: pageUrls(
      'For `ceph-rgw`: the Prometheus page of the manager, such as `http://127.0.0.1:9283/metrics`; a list where there are several managers.',
    ),
    pool: Type.Optional(
      text({
        pattern: '^\\S{1,128}$',
        expected: "a pool's name",
        description: "For `ceph-rgw`: the pool that holds the objects' data.",
        '~default': 'found from the metrics',
      }),
    ),
    admin: adminKey,
    ...pace,
  },
  CLOSED,
);

export const minioCapacity = Type.Object(
  {
    source: Type.Literal('minio', { description: 'its admin API.' }),
    admin: adminKey,
    ...pace,
  },
  CLOSED,
);

const staticCapacity = Type.Object(
  {
    source: Type.Literal('static', { description: 'fixed numbers.' }),
    capacity: size({ description: 'For `static`: what the store can hold, such as `10TiB`.' }),
    used: size({ default: '0B', isZeroAllowed: true, description: 'For `static`: what it holds already.' }),
  },
  CLOSED,
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
    awsChunked: Type.Enum(['auto', 'relay', 'decode'], {
      default: 'auto',
      description:
        'Uploads in chunks with a trailing checksum: sent on as they come, or decoded and checked by the gateway; `auto` asks the store.',
    }),
    verifyPayload: Type.Enum(['store', 'gateway'], {
      default: 'store',
      description: 'Who compares a body with the SHA-256 and the checksum in its head.',
    }),
    capacity: Type.Optional(
      Type.Union([cephCapacity, minioCapacity, staticCapacity], {
        description:
          'Where capacity.xml has its numbers from. Required for `ceph-rgw`; without it `s3` has no numbers and capacity.xml is 503.',
        '~default': '`source: minio` for kind `minio`',
        '~by': 'source',
      }),
    ),
  },
  CLOSED,
);

export const backend = Type.Union([remoteBackend, embeddedBackend], { '~by': 'kind' });

export const bucketRule = Type.Object(
  {
    match: bucketPattern('A bucket name or a pattern: `*` is any run of characters, `?` is one.'),
    backend: text({ pattern: '.', expected: "a backend's name", description: 'The name of the backend.' }),
    sosapi: Type.Boolean({
      default: true,
      description: 'Whether system.xml and capacity.xml are served in these buckets.',
    }),
    quota: Type.Optional(
      size({
        description:
          'Capacity of each bucket as reported, at the most the store has; an embedded store refuses uploads beyond it.',
      }),
    ),
  },
  CLOSED,
);
