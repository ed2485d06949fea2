// The keys of SOSAPI through every operation there is: nothing writes, copies, deletes, tags or locks them, nothing of a
// call on them reaches a store, and no spelling gets round it (CVE-2023-28434: a write to reserved names through a policy).

import { LIMITED } from './composed-gateway.ts';
import { askFor, EACH } from './every-operation.ts';
import { type Answered, type Ask, type Refusal, refused, type Service, served } from './refusal-table.ts';

const PREFIX = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/';
const KEYS: readonly (readonly [name: string, key: string])[] = [
  ['system.xml', `${PREFIX}system.xml`],
  ['capacity.xml', `${PREFIX}capacity.xml`],
  ['another', `${PREFIX}other.xml`],
  ['below system.xml', `${PREFIX}system.xml/x`],
  ['the bare prefix', PREFIX],
];
/** The same keys to a store that decodes, merges or drops slashes. */
const SPELLINGS: readonly (readonly [name: string, key: string])[] = [
  ['an encoded letter', `${PREFIX}%73ystem.xml`],
  ['an encoded dot', `%2esystem-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml`],
  ['an encoded dot in capitals', `%2Esystem-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml`],
  ['an encoded slash', `${PREFIX.slice(0, -1)}%2fsystem.xml`],
  ['a slash first', `/${PREFIX}system.xml`],
  ['slashes first', `///${PREFIX}capacity.xml`],
  ['two slashes within', `${PREFIX}/system.xml`],
  ['an encoded slash first', `%2F${PREFIX}system.xml`],
];
const DENIED: Answered = '403 AccessDenied';

const onObjects = EACH.filter(([, { level }]) => level === 'object');
const writes = onObjects.filter(([, { access }]) => access === 'write');
const reads = onObjects.filter(
  ([, { access, name }]) => access === 'read' && name !== 'GetObject' && name !== 'HeadObject',
);

refused(
  'each operation that writes, on each key',
  [...KEYS, ...SPELLINGS].flatMap(([keyName, key]) =>
    writes.map(([name, row]): Refusal => [`${name}: ${keyName}`, DENIED, askFor(row, 'bucket', key)]),
  ),
);
refused(
  'each operation that writes, presigned',
  writes.map(
    ([name, row]): Refusal => [
      name,
      DENIED,
      { ...askFor(row, 'bucket', `${PREFIX}system.xml`), presigned: true },
    ],
  ),
);
refused(
  'each operation that writes, the bucket in the Host',
  writes.map(([name, row]): Refusal => {
    const ask = askFor(row, 'bucket', `${PREFIX}capacity.xml`);
    return [name, DENIED, { ...ask, target: ask.target.replace('/bucket/', '/'), host: 'bucket.s3.wire' }];
  }),
);
refused(
  'each operation that reads something else of the two documents',
  reads.map(
    ([name, row]): Refusal => [name, '405 MethodNotAllowed', askFor(row, 'bucket', `${PREFIX}system.xml`)],
  ),
);
refused(
  'each operation that reads, on a key below the prefix that is none of the two',
  onObjects
    .filter(([, { access }]) => access === 'read')
    .flatMap(([name, row]) =>
      [...KEYS.slice(2), ...SPELLINGS.slice(4)].map(
        ([keyName, key]): Refusal => [`${name}: ${keyName}`, '404 NoSuchKey', askFor(row, 'bucket', key)],
      ),
    ),
);
refused('a version of a document that has none', [
  ['GET', '404 NoSuchVersion', { target: `/bucket/${PREFIX}system.xml?versionId=v` }],
  ['HEAD', '404 NoSuchVersion', { method: 'HEAD', target: `/bucket/${PREFIX}capacity.xml?versionId=v` }],
]);
refused(
  'each operation, by a key of other buckets',
  onObjects.map(([name, row]): Refusal => [name, DENIED, askFor(row, 'other', `${PREFIX}system.xml`)]),
  LIMITED,
);

const copy = (source: string, target = '/bucket/key'): Ask => ({
  method: 'PUT',
  target,
  headers: { 'x-amz-copy-source': source },
});
refused(
  'as the source of a copy',
  [...KEYS, ...SPELLINGS].flatMap(([name, key]): Refusal[] => [
    [`of an object: ${name}`, '404 NoSuchKey', copy(`/bucket/${key}`)],
    [`of a part: ${name}`, '404 NoSuchKey', copy(`/bucket/${key}`, '/bucket/key?partNumber=1&uploadId=u')],
    [`of an object, a version: ${name}`, '404 NoSuchKey', copy(`/bucket/${key}?versionId=v`)],
  ]),
);
refused('as the source of a copy onto itself', [
  ['of an object', DENIED, copy(`/bucket/${PREFIX}system.xml`, `/bucket/${PREFIX}system.xml`)],
  [
    'of a part',
    DENIED,
    copy(`/bucket/${PREFIX}system.xml`, `/bucket/${PREFIX}capacity.xml?partNumber=1&uploadId=u`),
  ],
]);

const remove = (...keys: string[]): Ask => ({
  method: 'POST',
  target: '/bucket?delete',
  body: `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`,
});
const XML_KEYS = [
  ...KEYS,
  ['slashes first', `//${PREFIX}system.xml`],
  ['two slashes within', `${PREFIX}/capacity.xml`],
  ['a dot as a reference', `&#46;${PREFIX.slice(1)}system.xml`],
  ['a slash as a reference', `${PREFIX.slice(0, -1)}&#x2f;system.xml`],
] as const;
refused(
  'in a multi-delete',
  XML_KEYS.flatMap(([name, key]): Refusal[] => [
    [name, DENIED, remove(key)],
    [`${name}, behind others`, DENIED, remove('a', 'b', key)],
    [`${name}, by host name`, DENIED, { ...remove(key), target: '/?delete', host: 'bucket.s3.wire' }],
    [
      `${name}, a version of it`,
      DENIED,
      { ...remove(), body: `<Delete><Object><Key>${key}</Key><VersionId>v</VersionId></Object></Delete>` },
    ],
  ]),
);

refused('as a bucket', [
  ['made', '400 InvalidBucketName', { method: 'PUT', target: `/${PREFIX.slice(0, -1)}` }],
  ['written to', '400 InvalidBucketName', { method: 'PUT', target: `/${PREFIX}system.xml`, body: 'x' }],
  ['deleted', '400 InvalidBucketName', { method: 'DELETE', target: `/${PREFIX.slice(0, -1)}` }],
  [
    'in the Host',
    '400 InvalidBucketName',
    { method: 'PUT', target: '/system.xml', host: `${PREFIX.slice(0, -1)}.s3.wire`, body: 'x' },
  ],
]);

const LIKE: readonly (readonly [name: string, key: string])[] = [
  ['in a folder', `folder/${PREFIX}system.xml`],
  ['longer', `${PREFIX.slice(0, -1)}x/system.xml`],
  ['in capitals', `${PREFIX.toUpperCase()}system.xml`],
  ['without its slash', PREFIX.slice(0, -1)],
];
served('what is only alike is an ordinary key', [
  ...LIKE.map(
    ([name, key]): Service => [
      name,
      { method: 'PUT', target: `/bucket/${key}`, body: 'x' },
      `PUT /bucket/${key} `,
    ],
  ),
  ['in a multi-delete', remove(`folder/${PREFIX}system.xml`)],
]);
