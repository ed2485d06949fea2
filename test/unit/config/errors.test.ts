// Every way a config can be wrong, by name: the path, the line and the words.
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { ConfigError, formatConfigError } from '../../../src/config/problem.ts';
import { checkBucketName } from '../../../src/s3/names.ts';
import {
  BACKEND,
  BACKENDS,
  CREDENTIALS,
  diskOf,
  errorOf,
  FILE,
  load,
  MINIMAL,
  problemsOf,
  withBackend,
} from './fixture.ts';

const S3 = 'kind: s3, endpoints: [http://h], accessKeyId: KEY, secretAccessKey: secret';
const EMBEDDED = 'name: e, kind: embedded, dataDirectory: data';
const CEPH = 'kind: ceph-rgw, endpoints: [http://h], accessKeyId: KEY, secretAccessKey: secret';
const METRICS = 'source: ceph-rgw, metrics: "http://h/metrics"';
const credential = (id: string) => `{ accessKeyId: ${id}, secretAccessKey: veeamsecret, access: read-only }`;

describe('one thing wrong: one problem', () => {
  test.each<[name: string, text: string, path: string, message: string]>([
    ['an unknown key at the top', `regin: x\n${MINIMAL}`, 'regin', 'unknown key regin; did you mean region?'],
    [
      'an unknown key further down',
      `limits: { header: 5 }\n${MINIMAL}`,
      'limits.header',
      'unknown key header; did you mean headers?',
    ],
    [
      'an unknown key like no other',
      `log: { colour: red }\n${MINIMAL}`,
      'log.colour',
      'unknown key colour; expected one of level, access',
    ],
    [
      'a key of another capacity source',
      withBackend(`{ name: a, ${S3}, capacity: { source: static, capacity: 1TiB, metrics: x } }`),
      'backends[0].capacity.metrics',
      'metrics does not belong to source static',
    ],
    [
      'a probe that takes longer than its interval',
      withBackend(`{ name: a, ${S3}, health: { interval: 1s, timeout: 2s } }`),
      'backends[0].health.timeout',
      'expected no more than the interval of 1000ms, found 2000ms',
    ],
    [
      'a path of a probe that is none',
      withBackend(`{ name: a, ${S3}, health: { path: health } }`),
      'backends[0].health.path',
      'expected a path with its leading slash, such as /health, found "health"',
    ],
    [
      'a key that stands twice',
      `region: a\n${MINIMAL}region: b\n`,
      'region',
      'expected each key once, found this one again',
    ],
    ['no backends', CREDENTIALS, 'backends', 'expected a list of at least one, found nothing'],
    [
      'an empty list of backends',
      `backends: []\n${CREDENTIALS}`,
      'backends',
      'expected a list of at least one, found an empty list',
    ],
    [
      'no credentials',
      BACKENDS,
      'credentials',
      'expected a list of at least one, or credentialsFile, found nothing',
    ],
    [
      'a region with a space',
      `region: us east\n${MINIMAL}`,
      'region',
      'expected a region of letters, digits, "-" and "_", such as us-east-1, found "us east"',
    ],
    [
      'a host name with a port',
      `hostNames: ["s3.example.com:9000"]\n${MINIMAL}`,
      'hostNames[0]',
      'expected a host name without scheme, port or wildcard, such as s3.example.com, found "s3.example.com:9000"',
    ],
    [
      'a port that is none',
      `listeners: { admin: { host: localhost, port: 65536 } }\n${MINIMAL}`,
      'listeners.admin.port',
      'expected a whole number from 0 to 65535, found 65536',
    ],
    [
      'a port as text',
      `listeners: { s3: [{ host: h, port: "80" }] }\n${MINIMAL}`,
      'listeners.s3[0].port',
      'expected a whole number from 0 to 65535, found "80"',
    ],
    [
      'no worker',
      `workers: 0\n${MINIMAL}`,
      'workers',
      'expected auto or a whole number from 1 to 64, found 0',
    ],
    [
      'a number of workers as text',
      `workers: "2"\n${MINIMAL}`,
      'workers',
      'expected auto or a whole number from 1 to 64, found "2"',
    ],
    [
      'one address for two listeners',
      `listeners: { s3: [{ host: 127.0.0.1, port: 8081 }] }\n${MINIMAL}`,
      'listeners.admin',
      'expected an address of its own, found 127.0.0.1:8081 again',
    ],
    [
      'an unknown kind',
      MINIMAL.replace('kind: s3', 'kind: swift'),
      'backends[0].kind',
      'expected minio | ceph-rgw | s3 | embedded, found "swift"',
    ],
    [
      'no kind',
      MINIMAL.replace('kind: s3, ', ''),
      'backends[0].kind',
      'expected minio | ceph-rgw | s3 | embedded, found nothing',
    ],
    [
      'a backend that is no map',
      `backends: [embedded]\n${CREDENTIALS}`,
      'backends[0]',
      'expected a map with the key kind, found a text',
    ],
    [
      'an embedded store without its directory',
      withBackend('{ name: e, kind: embedded }'),
      'backends[0].dataDirectory',
      'expected the path of a directory, found nothing',
    ],
    [
      'an embedded store whose directory is empty text',
      withBackend('{ name: e, kind: embedded, dataDirectory: "" }'),
      'backends[0].dataDirectory',
      'expected the path of a directory, found ""',
    ],
    [
      'an embedded store with a key that is nearly right',
      withBackend(`{ ${EMBEDDED}, createBucket: [a-1] }`),
      'backends[0].createBucket',
      'unknown key createBucket; did you mean createBuckets?',
    ],
    ...[
      'endpoints: [http://h]',
      'accessKeyId: KEY',
      'secretAccessKey: secret',
      'capacity: { source: static, capacity: 1TiB }',
      'tls: { ca: ca.pem }',
      'addressing: path',
      'region: eu-west-3',
    ].map((pair): [string, string, string, string] => {
      const [key = ''] = pair.split(':');
      const message = `${key} does not belong to kind embedded`;
      return [
        `an embedded store with ${key}`,
        withBackend(`{ ${EMBEDDED}, ${pair} }`),
        `backends[0].${key}`,
        message,
      ];
    }),
    [
      'a store elsewhere with a directory',
      withBackend(`{ name: a, ${S3}, dataDirectory: data }`),
      'backends[0].dataDirectory',
      'dataDirectory does not belong to kind s3',
    ],
    [
      'a reserve without unit',
      withBackend(`{ ${EMBEDDED}, reserve: 5 }`),
      'backends[0].reserve',
      'expected a size in whole bytes with its unit, such as 10TiB or 512B, found 5',
    ],
    ...['Veeam', 'ab', '10.0.0.1', 'a..b', 'minio', '-a-'].map((name): [string, string, string, string] => [
      `an embedded store that is to make the bucket ${name}`,
      withBackend(`{ ${EMBEDDED}, createBuckets: [fine-1, ${JSON.stringify(name)}] }`),
      'backends[0].createBuckets[1]',
      `expected a bucket name of 3 to 63 lower-case letters, digits, "-" and "." that starts and ends with a letter or a digit and is neither an IP address nor minio, admin, swift or auth, found ${JSON.stringify(name)}`,
    ]),
    [
      'a bucket to be made twice',
      withBackend(`{ ${EMBEDDED}, createBuckets: [one, two, one] }`),
      'backends[0].createBuckets[2]',
      'expected each bucket once, found one again',
    ],
    ...[
      ['the same directory', './data', '/etc/gateway/data', '/etc/gateway/data'],
      ['a directory inside', '/etc/gateway/data/objects', '/etc/gateway/data/objects', '/etc/gateway/data'],
      ['a directory around', '..', '/etc', '/etc/gateway/data'],
    ].map(([name, written, path, taken]): [string, string, string, string] => [
      `two embedded stores, the second in ${name}`,
      `backends: [{ ${EMBEDDED} }, { name: f, kind: embedded, dataDirectory: ${written} }]\nbuckets: [{ match: "*", backend: e }]\n${CREDENTIALS}`,
      'backends[1].dataDirectory',
      `expected a directory of its own, found ${path} beside ${taken} of backend e`,
    ]),
    [
      'an endpoint with a path',
      MINIMAL.replace(':7480', ':7480/s3'),
      'backends[0].endpoints[0]',
      'expected http://HOST:PORT or https://HOST:PORT without path, query or credentials, found "http://127.0.0.1:7480/s3"',
    ],
    [
      'no endpoint',
      MINIMAL.replace('http://127.0.0.1:7480', ''),
      'backends[0].endpoints',
      'expected a list of at least one, found an empty list',
    ],
    [
      'an endpoint twice',
      withBackend(`{ name: a, ${S3.replace('http://h', 'http://h, http://h:80')} }`),
      'backends[0].endpoints[1]',
      'expected each endpoint once, found http://h again',
    ],
    [
      'a backend name twice',
      `backends: [${BACKEND}, ${BACKEND}]\nbuckets: [{ match: "*", backend: ceph }]\n${CREDENTIALS}`,
      'backends[1].name',
      'expected a name of its own, found ceph again',
    ],
    [
      'Ceph without capacity',
      withBackend(`{ name: a, ${CEPH} }`),
      'backends[0].capacity',
      "expected { source: ceph-rgw, metrics: URL of the manager's Prometheus page } or another source for kind ceph-rgw, found nothing",
    ],
    [
      'Ceph without metrics',
      withBackend(`{ name: a, ${CEPH}, capacity: { source: ceph-rgw } }`),
      'backends[0].capacity.metrics',
      'expected an http or https URL without credentials, such as http://127.0.0.1:9283/metrics, or a list of such, found nothing',
    ],
    [
      'a capacity without source',
      withBackend(`{ name: a, ${CEPH}, capacity: { metrics: x } }`),
      'backends[0].capacity.source',
      'expected ceph-rgw | minio | static | sosapi | prometheus | seaweedfs | garage | filesystem | s3-walk, found nothing',
    ],
    [
      'an unknown capacity source',
      withBackend(`{ name: a, ${CEPH}, capacity: { source: df } }`),
      'backends[0].capacity.source',
      'expected ceph-rgw | minio | static | sosapi | prometheus | seaweedfs | garage | filesystem | s3-walk, found "df"',
    ],
    [
      "another store's capacity source",
      withBackend(`{ name: a, ${S3}, capacity: { source: minio } }`),
      'backends[0].capacity.source',
      'expected a source that fits kind s3, found minio, which asks a store of kind minio',
    ],
    [
      'a maximum age below the refresh',
      withBackend(`{ name: a, ${CEPH}, capacity: { ${METRICS}, refresh: 1h } }`),
      'backends[0].capacity.maxAge',
      'expected no less than refresh, found less',
    ],
    [
      'a bare number as size',
      withBackend(`{ name: a, ${S3}, capacity: { source: static, capacity: 10737418240 } }`),
      'backends[0].capacity.capacity',
      'expected a size above zero in whole bytes with its unit, such as 10TiB or 512B, found 10737418240',
    ],
    [
      'a size of part of a byte',
      withBackend(`{ name: a, ${S3}, capacity: { source: static, capacity: 1.5B } }`),
      'backends[0].capacity.capacity',
      'expected a size above zero in whole bytes with its unit, such as 10TiB or 512B, found "1.5B"',
    ],
    [
      'a capacity of zero',
      withBackend(`{ name: a, ${S3}, capacity: { source: static, capacity: 0B } }`),
      'backends[0].capacity.capacity',
      'expected a size above zero in whole bytes with its unit, such as 10TiB or 512B, found "0B"',
    ],
    [
      'more used than there is',
      withBackend(`{ name: a, ${S3}, capacity: { source: static, capacity: 1TiB, used: 2TiB } }`),
      'backends[0].capacity.used',
      'expected no more than capacity, found more',
    ],
    [
      'several backends and no bucket rules',
      `backends: [${BACKEND}, { name: b, ${S3} }]\n${CREDENTIALS}`,
      'buckets',
      'expected a list of rules, as there are 2 backends, found nothing',
    ],
    [
      'a rule to an unknown backend',
      `buckets: [{ match: "*", backend: cef }]\n${MINIMAL}`,
      'buckets[0].backend',
      'expected a backend (ceph), found "cef"',
    ],
    [
      'a pattern in capitals',
      `buckets: [{ match: "Veeam*", backend: ceph }]\n${MINIMAL}`,
      'buckets[0].match',
      'expected a bucket name or pattern of lower-case letters, digits, "-", ".", "*" and "?", found "Veeam*"',
    ],
    [
      'an access key id twice',
      `${BACKENDS}\ncredentials: [${credential('SAME')}, ${credential('SAME')}]`,
      'credentials[1].accessKeyId',
      'expected an id of its own, found one that stands further up too',
    ],
    [
      'a number as access key id',
      MINIMAL.replace('VEEAMKEY', '12345678'),
      'credentials[0].accessKeyId',
      'expected an access key id of 3 to 128 characters without "/", ",", "=" or spaces, found a number (put it in quotes)',
    ],
    [
      'no access',
      MINIMAL.replace(', access: read-write', ''),
      'credentials[0].access',
      'expected read-only | read-write, found nothing',
    ],
    ['yes for true', `log: { access: yes }\n${MINIMAL}`, 'log.access', 'expected true or false, found "yes"'],
    [
      'a block size that Veeam does not know',
      `sosapi: { recommendations: { kbBlockSize: 500 } }\n${MINIMAL}`,
      'sosapi.recommendations.kbBlockSize',
      'expected 256 | 512 | 1024 | 2048 | 4096 | 8192, found 500',
    ],
    [
      'a model name with quotes',
      `sosapi: { modelName: 'a"b' }\n${MINIMAL}`,
      'sosapi.modelName',
      'expected 1 to 64 printable ASCII characters without double quotes, found "a\\"b"',
    ],
    [
      'a limit out of its bounds',
      `limits: { headBytes: 1GiB }\n${MINIMAL}`,
      'limits.headBytes',
      'expected a size with its unit from 1KiB to 1MiB, found "1GiB"',
    ],
    [
      'a duration without unit',
      `timeouts: { drain: 30 }\n${MINIMAL}`,
      'timeouts.drain',
      'expected a duration with its unit from 1ms to 24d, such as 250ms, 30s, 15m, 1h or 2d, found 30',
    ],
    [
      'a duration too long for a timer',
      `timeouts: { drain: 30d }\n${MINIMAL}`,
      'timeouts.drain',
      'expected a duration with its unit from 1ms to 24d, such as 250ms, 30s, 15m, 1h or 2d, found "30d"',
    ],
    ['text for a section', `log: loud\n${MINIMAL}`, 'log', 'expected a map of keys, found a text'],
    ['a list for the whole', '- 1', '', 'expected a map of keys, found a list'],
  ])('%s', (_name, text, path, message) => {
    expect(problemsOf(text).map((problem) => ({ path: problem.path, message: problem.message }))).toEqual([
      { path, message },
    ]);
  });
});

describe('not YAML', () => {
  test.each([
    ['an open bracket', 'region: a\nbackends: [', 2, 'BAD_INDENT'],
    ['a tab', 'log:\n\taccess: true', 2, 'TAB_AS_INDENT'],
    ['a tag', 'region: !x y', 1, 'TAG_RESOLVE_FAILED'],
    ['a colon too many', 'region: a: b', 1, 'BLOCK_AS_IMPLICIT_KEY'],
    ['two documents', 'region: a\n---\nregion: b', 2, 'MULTIPLE_DOCS'],
    ['an alias without anchor', 'region: *a', 1, 'alias without anchor'],
  ])('%s', (_name, text, line, message) => {
    expect(problemsOf(text)).toEqual([{ path: '', line, message: expect.stringContaining(message) }]);
  });
});

describe('the report', () => {
  test('names all problems at once, in the order of their lines', () => {
    const text = `region: us east
backends:
  - name: ceph
    kind: s3
    endpoints:
      - http://127.0.0.1:7480
      - not a url
    accessKeyId: KEY
    secretAccessKey: { env: STORE_SECRET }
    maxConnection: 5
credentials:
  - { accessKeyId: VEEAMKEY, secretAccessKey: { file: veeam.secret }, access: all }
`;
    expect(formatConfigError(errorOf(text)).split('\n')).toEqual([
      `${FILE}:1 region: expected a region of letters, digits, "-" and "_", such as us-east-1, found "us east"`,
      `${FILE}:7 backends[0].endpoints[1]: expected http://HOST:PORT or https://HOST:PORT without path, query or credentials, found "not a url"`,
      `${FILE}:9 backends[0].secretAccessKey: expected the environment variable STORE_SECRET to be set, found it missing`,
      `${FILE}:10 backends[0].maxConnection: unknown key maxConnection; did you mean maxConnections?`,
      `${FILE}:12 credentials[0].secretAccessKey: expected a file that can be read, found veeam.secret: no such file`,
      `${FILE}:12 credentials[0].access: expected read-only | read-write, found "all"`,
    ]);
  });

  test('an empty file lacks what is required', () => {
    expect(problemsOf('').map(({ path }) => path)).toEqual(['backends', 'credentials']);
  });

  test('a missing file is one sentence', () => {
    const attempt = () => loadConfig({ file: FILE, env: {}, readFile: diskOf({}) });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(`${FILE}: expected the config file, found no such file`);
  });
});

test('two embedded stores side by side', () => {
  const text = `backends: [{ ${EMBEDDED} }, { name: f, kind: embedded, dataDirectory: data2 }]\nbuckets: [{ match: "*", backend: e }]\n${CREDENTIALS}`;
  expect(load(text).config.backends.map(({ name }) => name)).toEqual(['e', 'f']);
});

test('bucket names that are to be made are those that requests may name', () => {
  const names = [
    ...['abc', 'a-1', 'veeam-backup', 'a.b.c', '1.2.3', '1.2.3.4.5', 'x'.repeat(63), 'minio-1', 'authx'],
    ...['ab', 'x'.repeat(64), 'A-b', 'a_b', '.ab', 'ab.', '-ab', 'ab-', 'a..b', '1.2.3.4', '999.1.1.1'],
    ...['minio', 'admin', 'swift', 'auth'],
  ];
  const accepted = names.filter((name) => {
    try {
      load(withBackend(`{ ${EMBEDDED}, createBuckets: ["${name}"] }`));
      return true;
    } catch {
      return false;
    }
  });
  const allowed = names.filter((name) => {
    try {
      checkBucketName(name);
      return true;
    } catch {
      return false;
    }
  });
  expect(accepted).toEqual(allowed);
  expect(allowed.length).toBe(9);
});
