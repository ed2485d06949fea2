// Dot segments in the path, in a copy source and in the XML of a multi-delete, in every spelling that some store decodes;
// and buckets that path and host name differently (CVE-2026-54917, CVE-2026-55874, CVE-2026-58372, s3proxy#769).
import { type Answered, type Ask, type Refusal, refused, type Service, served } from './refusal-table.ts';

const DOTS: Answered = '400 InvalidArgument';
const BUCKET: Answered = '400 InvalidBucketName';

/** Two dots and a slash behind them, as a path or an encoded key may spell them. */
const CLIMBS: readonly (readonly [name: string, spelling: string])[] = [
  ['raw', '../'],
  ['with the dots encoded', '%2e%2e/'],
  ['with the dots encoded in capitals', '%2E%2E/'],
  ['with the first dot encoded', '%2e./'],
  ['with the second dot encoded', '.%2E/'],
  ['with the slash encoded', '..%2f'],
  ['all encoded', '%2e%2e%2f'],
  ['with a backslash', '..%5c'],
  ['with a parameter behind the dots', '..;x/'],
];
const KEYS: readonly (readonly [name: string, key: string])[] = [
  ...CLIMBS.flatMap(([name, climb]): (readonly [string, string])[] => [
    [`first, ${name}`, `${climb}other/key`],
    [`in the middle, ${name}`, `a/${climb}${climb}other/key`],
  ]),
  ['two dots alone', '..'],
  ['two dots last', 'a/..'],
  ['two encoded dots last', 'a/%2e%2e'],
  ['a dot alone', '.'],
  ['a dot first', './key'],
  ['a dot in the middle', 'a/./key'],
  ['an encoded dot in the middle', 'a/%2e/key'],
  ['a dot last', 'a/.'],
  ['two dots behind two slashes', '/../other/key'],
];
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'] as const;
const withBody = (method: string): Partial<Ask> =>
  method === 'PUT' || method === 'POST' ? { method, body: 'hello' } : { method };

refused(
  'in a path',
  KEYS.flatMap(([name, key]) =>
    METHODS.map(
      (method): Refusal => [
        `${method}, ${name}`,
        DOTS,
        { ...withBody(method), target: `/bucket/${key}${method === 'POST' ? '?uploads' : ''}` },
      ],
    ),
  ),
);
refused(
  'in the path below a bucket in the Host',
  KEYS.map(
    ([name, key]): Refusal => [
      name,
      DOTS,
      { method: 'PUT', target: `/${key}`, host: 'bucket.s3.wire', body: 'hello' },
    ],
  ),
);
refused(
  'in a presigned path',
  KEYS.map(([name, key]): Refusal => [name, DOTS, { target: `/bucket/${key}`, presigned: true }]),
);

refused('in place of the bucket', [
  ['two dots', BUCKET, { target: '/../bucket/key' }],
  ['a dot', BUCKET, { target: '/./bucket/key' }],
  ['two encoded dots', BUCKET, { target: '/%2e%2e/bucket/key' }],
  ['two dots and an encoded slash', BUCKET, { target: '/..%2fbucket/key' }],
  ['two dots alone', BUCKET, { target: '/..' }],
  ['behind the bucket, its slash encoded', BUCKET, { target: '/bucket%2f..%2fother/key' }],
  ['behind the bucket, a backslash', BUCKET, { target: '/bucket\\..\\other/key' }],
  ['behind the bucket, an encoded backslash', BUCKET, { target: '/bucket%5c..%5cother/key' }],
  ['two slashes first', BUCKET, { target: '//bucket/key' }],
  ['a bucket that is encoded twice', BUCKET, { target: '/%2562ucket/key' }],
  ['an encoded bucket', BUCKET, { target: '/%62ucket/key' }],
  ['a bucket with two dots', BUCKET, { target: '/buc..ket/key' }],
]);

const copy = (source: string): Ask => ({
  method: 'PUT',
  target: '/bucket/key',
  headers: { 'x-amz-copy-source': source },
});
const SOURCES: readonly (readonly [name: string, source: string])[] = [
  ...KEYS.map(([name, key]): readonly [string, string] => [name, `/bucket/${key}`]),
  ['encoded whole', 'bucket%2F..%2Fother%2Fkey'],
  ['encoded whole, dots too', '%2Fbucket%2F%2e%2e%2Fother%2Fkey'],
  ['with a version behind it', '/bucket/../other/key?versionId=v'],
];
refused(
  'in a copy source',
  SOURCES.flatMap(([name, source]): Refusal[] => [
    [name, DOTS, copy(source)],
    [`${name}, of a part`, DOTS, { ...copy(source), target: '/bucket/key?partNumber=1&uploadId=u' }],
  ]),
);
refused('a copy source that two stores could read in two ways', [
  ['dots in place of the bucket', BUCKET, copy('../other/key')],
  ['encoded dots in place of the bucket', BUCKET, copy('%2e%2e/other/key')],
  ['a dot in place of the bucket', BUCKET, copy('/./other/key')],
  ['no key', DOTS, copy('/bucket')],
  ['an empty key', DOTS, copy('/bucket/')],
  ['nothing', DOTS, copy('')],
  ['two slashes first', DOTS, copy('//bucket/key')],
  ['a URL', BUCKET, copy('http://127.0.0.1/other/key')],
  ['an ARN', BUCKET, copy('arn:aws:s3:::other/key')],
  ["a tenant's bucket", BUCKET, copy('tenant:other/key')],
  ["MinIO's own bucket", BUCKET, copy('/.minio.sys/config/config.json')],
  ['the admin path', BUCKET, copy('/minio/admin')],
  ['a raw fragment', DOTS, copy('/bucket/key#/../other')],
  ['a raw backslash', DOTS, copy('/bucket\\..\\other/key')],
  ['a NUL', DOTS, copy('/bucket/key%00.txt')],
  ['another parameter', DOTS, copy('/bucket/key?acl')],
  ['two versions', DOTS, copy('/bucket/key?versionId=a&versionId=b')],
  ['an empty version', DOTS, copy('/bucket/key?versionId=')],
  ['a broken escape', '400 InvalidURI', copy('/bucket/key%zz')],
  ['two sources in one', BUCKET, copy('/bu,/bucket/key')],
]);

const objects = (...keys: string[]): Ask => ({
  method: 'POST',
  target: '/bucket?delete',
  body: `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`,
});
const XML_KEYS: readonly (readonly [name: string, key: string])[] = [
  ['two dots first', '../other/key'],
  ['two dots in the middle', 'a/../../other/key'],
  ['two dots last', 'a/..'],
  ['two dots alone', '..'],
  ['a dot', './key'],
  ['dots as decimal references', '&#46;&#46;/other/key'],
  ['dots as hexadecimal references', '&#x2e;&#x2E;/other/key'],
  ['a slash as a reference', '..&#47;other/key'],
  ['a backslash', '..\\other\\key'],
];
refused('in the XML of a multi-delete', [
  ...XML_KEYS.flatMap(([name, key]): Refusal[] => [
    [name, DOTS, objects(key)],
    [`${name}, the last of three`, DOTS, objects('a', 'b', key)],
  ]),
]);
const xml = (body: string): Ask => ({ method: 'POST', target: '/bucket?delete', body });
const MALFORMED: Answered = '400 MalformedXML';
refused('the XML of a multi-delete that two parsers could read in two ways', [
  ['in CDATA', MALFORMED, objects('<![CDATA[../other/key]]>')],
  ['with a comment within', MALFORMED, objects('a<!-- -->/b')],
  [
    'a byte order mark behind the declaration',
    MALFORMED,
    xml('<?xml version="1.0"?>\ufeff<Delete><Object><Key>a</Key></Object></Delete>'),
  ],
  [
    'a character reference behind the root',
    MALFORMED,
    xml('<Delete><Object><Key>a</Key></Object></Delete>&#x1000;'),
  ],
  [
    'two keys in one object',
    MALFORMED,
    xml('<Delete><Object><Key>a</Key><Key>../other/key</Key></Object></Delete>'),
  ],
  [
    'an entity of its own',
    MALFORMED,
    xml('<!DOCTYPE d [<!ENTITY e "../other/key">]><Delete><Object><Key>&e;</Key></Object></Delete>'),
  ],
  [
    'an external entity',
    MALFORMED,
    xml(
      '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>',
    ),
  ],
  [
    'a billion laughs',
    MALFORMED,
    xml(
      '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Delete><Object><Key>&b;</Key></Object></Delete>',
    ),
  ],
  [
    'another encoding',
    MALFORMED,
    xml('<?xml version="1.0" encoding="UTF-16"?><Delete><Object><Key>a</Key></Object></Delete>'),
  ],
  [
    'a prefixed key',
    MALFORMED,
    xml('<Delete xmlns:x="y"><Object><x:Key>../other/key</x:Key><Key>a</Key></Object></Delete>'),
  ],
  [
    'what MinIO takes for a replicated delete',
    MALFORMED,
    xml(
      '<Delete><Object><Key>a</Key><VersionId>v</VersionId><VersionPurgeStatus>PENDING</VersionPurgeStatus></Object></Delete>',
    ),
  ],
  ['a key in a key', MALFORMED, objects('a<Key>../other/key</Key>')],
  [
    'two roots',
    MALFORMED,
    xml(
      '<Delete><Object><Key>a</Key></Object></Delete><Delete><Object><Key>../other</Key></Object></Delete>',
    ),
  ],
  ['another root', MALFORMED, xml('<Remove><Object><Key>a</Key></Object></Remove>')],
  ['nothing', MALFORMED, xml(' ')],
  ['no XML', MALFORMED, xml('key=../other')],
  ['1001 objects', MALFORMED, objects(...Array.from({ length: 1001 }, (_, index) => `k${index}`))],
  [
    'a NUL in a key',
    MALFORMED,
    { ...objects('a'), payload: 'UNSIGNED-PAYLOAD', edit: (text) => text.replace('<Key>a<', '<Key>\0<') },
  ],
  [
    'another body than was signed',
    '400 XAmzContentSHA256Mismatch',
    { ...objects('a'), edit: (text) => text.replace('<Key>a<', '<Key>b<') },
  ],
]);

refused('path and host that name two buckets', [
  [
    'a right signature for the path alone',
    '403 SignatureDoesNotMatch',
    { target: '/key', host: 'bucket.s3.wire', edit: (text) => text.replace('GET /key ', 'GET /bucket/key ') },
  ],
  [
    'a right signature for the host alone',
    '403 SignatureDoesNotMatch',
    {
      target: '/bucket/key',
      host: 's3.wire',
      edit: (text) => text.replace('host: s3.wire', 'host: bucket.s3.wire'),
    },
  ],
]);

const PUT: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello' };
const SAME: readonly (readonly [name: string, key: string])[] = [
  ['three dots', '.../key'],
  ['dots in a name', 'a..b/c.d'],
  ['dots that are encoded twice', '%252e%252e/other/key'],
  ['a slash that is encoded twice', 'a%252fb'],
  ['empty segments', 'a//b'],
];
served('what only looks like it goes on as it came', [
  ...SAME.map(
    ([name, key]): Service => [name, { ...PUT, target: `/bucket/${key}` }, `PUT /bucket/${key} HTTP/1.1\r\n`],
  ),
  [
    'the bucket in the Host, another in the key',
    { ...PUT, target: '/other/key', host: 'bucket.s3.wire' },
    'PUT /bucket/other/key HTTP/1.1\r\n',
  ],
  [
    'a copy source with dots that are encoded twice',
    copy('/bucket/%252e%252e/key'),
    'x-amz-copy-source: /bucket/%252e%252e/key\r\n',
  ],
  ['a multi-delete of keys that look encoded', objects('%2e%2e/other', 'a.b'), '<Key>%2e%2e/other</Key>'],
]);
