// The keys of where a store's capacity comes from: one source, or a list in order. Static types are those after reading.
import Type from 'typebox';
import { accessKeyId, count, directoryPath, duration, size, text } from './leaves.ts';
import { secret } from './secret-leaf.ts';
import { apiUrl, pageUrl, pageUrls } from './url-leaf.ts';

const CLOSED = { additionalProperties: false } as const;

const adminKey = Type.Optional(
  Type.Object(
    {
      accessKeyId: accessKeyId("The administrator's access key id."),
      secretAccessKey: secret("The administrator's secret key.", 1),
    },
    {
      ...CLOSED,
      description: 'For `ceph-rgw` and `minio`: credentials for the admin calls.',
      '~default': "the backend's own",
    },
  ),
);

const pace = {
  refresh: duration({
    default: '30s',
    description:
      'How often the store is asked for its usage. In a list this key and the next two belong to the first source.',
  }),
  maxAge: duration({
    default: '15m',
    description: 'How long the last good numbers are given out when the store does not answer; then 503.',
  }),
  timeout: duration({ default: '10s', description: 'How long one question to the store may take.' }),
};

/** All sources of a list are asked together. */
const ONLY_FIRST = Object.keys(pace);

export const defaultPace = Type.Object(pace, CLOSED);

const ceph = Type.Object(
  {
    source: Type.Literal('ceph-rgw', {
      description: 'its admin ops API and its manager, for kind `ceph-rgw`.',
    }),
    metrics: pageUrls(
      'For `ceph-rgw`: the Prometheus page of the manager, such as `http://127.0.0.1:9283/metrics`; a list where there are several managers.',
      'http://127.0.0.1:9283/metrics',
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

export const minio = Type.Object(
  {
    source: Type.Literal('minio', { description: 'its admin API, for kind `minio`.' }),
    admin: adminKey,
    scannerLag: duration({
      default: '1h',
      description: 'For `minio`: how long its scanner may take to notice a change.',
    }),
    ...pace,
  },
  CLOSED,
);

const fixed = Type.Object(
  {
    source: Type.Literal('static', { description: 'fixed numbers.' }),
    capacity: size({ description: 'For `static`: what the store can hold, such as `10TiB`.' }),
    used: size({ default: '0B', isZeroAllowed: true, description: 'For `static`: what it holds already.' }),
    ...pace,
  },
  CLOSED,
);

const sosapi = Type.Object(
  {
    source: Type.Literal('sosapi', { description: "the store's own capacity.xml." }),
    lag: duration({
      default: '1h',
      description: 'For `sosapi`: how long the store may take to notice a change.',
    }),
    ...pace,
  },
  CLOSED,
);

function expression(description: string) {
  return Type.Optional(
    text({
      description,
      pattern: '^\\s*\\S[\\s\\S]{0,3999}$',
      expected: 'an expression in PromQL of up to 4000 characters',
    }),
  );
}

const prometheus = Type.Object(
  {
    source: Type.Literal('prometheus', { description: 'expressions that a Prometheus server works out.' }),
    url: apiUrl('For `prometheus`: the server, such as `http://127.0.0.1:9090`.', 'http://127.0.0.1:9090'),
    total: expression('For `prometheus`: the expression for the usable size of the store in bytes.'),
    free: expression('For `prometheus`: the expression for what the store can still take in bytes.'),
    used: expression(
      'For `prometheus`: the expression for what a bucket holds in bytes; `$bucket` stands for its name.',
    ),
    token: Type.Optional(secret('For `prometheus`: a bearer token.', 1)),
    user: Type.Optional(
      text({
        pattern: '^[^\\s:]{1,256}$',
        expected: 'a user name without ":" or spaces',
        description: 'For `prometheus`: a user name, with `password` and instead of `token`.',
      }),
    ),
    password: Type.Optional(secret("For `prometheus`: the user's password.", 1)),
    lag: duration({
      default: '5m',
      description: 'For `prometheus`: how old the numbers may be that it was told.',
    }),
    ...pace,
  },
  CLOSED,
);

const seaweedfs = Type.Object(
  {
    source: Type.Literal('seaweedfs', { description: 'its masters.' }),
    masters: pageUrls(
      'For `seaweedfs`: the address of the master, such as `http://127.0.0.1:9333`, or a list of them.',
      'http://127.0.0.1:9333',
    ),
    metrics: Type.Optional(
      pageUrl(
        'For `seaweedfs`: the Prometheus page of its S3 server, for what each bucket holds; without it the volumes tell.',
        'http://127.0.0.1:9327/metrics',
      ),
    ),
    volumeSize: Type.Optional(
      size({
        description: 'For `seaweedfs`: what one volume may hold (`-volumeSizeLimitMB` of the master).',
        '~default': 'as the master says',
      }),
    ),
    ...pace,
  },
  CLOSED,
);

const garage = Type.Object(
  {
    source: Type.Literal('garage', { description: 'its admin API.' }),
    adminUrl: apiUrl(
      'For `garage`: its admin API, such as `http://127.0.0.1:3903`.',
      'http://127.0.0.1:3903',
    ),
    token: secret('For `garage`: its admin token.', 1),
    countUploads: Type.Boolean({
      default: true,
      description: 'For `garage` and `s3-walk`: whether parts of unfinished uploads count as used.',
    }),
    ...pace,
  },
  CLOSED,
);

const filesystem = Type.Object(
  {
    source: Type.Literal('filesystem', {
      description: 'size and free space of a file system; it does not know what a bucket holds.',
    }),
    path: directoryPath("For `filesystem`: where the store's data is mounted on this machine."),
    ...pace,
  },
  CLOSED,
);

const walk = Type.Object(
  {
    source: Type.Literal('s3-walk', {
      description: 'counts each bucket with listings, for stores that tell nothing; only `used`.',
    }),
    requestsPerSecond: count({
      min: 1,
      max: 1000,
      default: 10,
      description: 'For `s3-walk`: listings a second at the most, of all buckets of the store together.',
    }),
    every: duration({ default: '6h', description: 'For `s3-walk`: how often a bucket is counted anew.' }),
    countNoncurrent: Type.Boolean({
      default: true,
      description: 'For `s3-walk`: whether versions that are not the latest count as used.',
    }),
    countUploads: Type.Boolean({
      default: true,
      description: 'For `garage` and `s3-walk`: whether parts of unfinished uploads count as used.',
    }),
    ...pace,
  },
  CLOSED,
);

const source = Type.Union([ceph, minio, fixed, sosapi, prometheus, seaweedfs, garage, filesystem, walk], {
  '~by': 'source',
});

/** After reading as it was written: one, or a list. */
export const capacitySources = Type.Unsafe<
  Type.Static<typeof source> | readonly Type.Static<typeof source>[]
>({
  type: 'array',
  items: source,
  minItems: 1,
  description:
    'Where capacity.xml has its numbers from: one source, or a list, where each number comes from the first that tells it. Required for `ceph-rgw`; without it `s3` has no numbers and capacity.xml is 503.',
  '~default': '`source: minio` for kind `minio`',
  '~orOne': true,
  '~onlyFirst': ONLY_FIRST,
});
