// The SignedHeaders list: with host, lower-case, sorted, each once, and each listed header there.
import { type Ask, changed, type Refusal, refused, served } from './refusal-table.ts';

const LIST = 'host;x-amz-content-sha256;x-amz-date';
const put: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello' };

const BAD: readonly (readonly [name: string, list: string])[] = [
  ['without host', 'x-amz-content-sha256;x-amz-date'],
  ['unsorted', 'x-amz-date;host;x-amz-content-sha256'],
  ['with an upper-case name', 'Host;x-amz-content-sha256;x-amz-date'],
  ['with a name twice', `host;${LIST}`],
  ['with an empty name', `host;;x-amz-content-sha256;x-amz-date`],
  ['with a comma', LIST.replaceAll(';', ':')],
  ['with a name that is no token', `ho"st;${LIST}`],
];

refused('a list in the Authorization header', [
  ...BAD.map(
    ([name, list]): Refusal => [
      name,
      '400 AuthorizationHeaderMalformed',
      { ...put, edit: changed(LIST, list) },
    ],
  ),
  ['that is empty', '400 AuthorizationHeaderMalformed', { ...put, edit: changed(LIST, '') }],
  [
    'that is not there',
    '400 AuthorizationHeaderMalformed',
    { ...put, edit: changed(/SignedHeaders=[^,]*, /, '') },
  ],
  [
    'that is there twice',
    '400 AuthorizationHeaderMalformed',
    { ...put, edit: changed('SignedHeaders=', `SignedHeaders=${LIST}, SignedHeaders=`) },
  ],
  [
    'with a header that is absent',
    '403 SignatureDoesNotMatch',
    { ...put, edit: changed(LIST, `${LIST};x-amz-meta-a`) },
  ],
  [
    'from which a header was taken',
    '403 AccessDenied',
    { ...put, headers: { 'x-amz-acl': 'private' }, edit: changed(';x-amz-date,', ',') },
  ],
  [
    'to which a header was added',
    '403 SignatureDoesNotMatch',
    {
      ...put,
      unsignedHeaders: { 'x-amz-acl': 'private' },
      edit: changed(LIST, LIST.replace(';', ';x-amz-acl;')),
    },
  ],
  ['without x-amz-date', '403 AccessDenied', { ...put, edit: changed(LIST, 'host;x-amz-content-sha256') }],
]);

const PRESIGNED: Ask = { ...put, presigned: true, headers: { 'x-amz-meta-a': 'b' } };
const inQuery = (list: string) =>
  changed('SignedHeaders=host%3Bx-amz-meta-a', `SignedHeaders=${encodeURIComponent(list)}`);

refused('a list in a presigned URL', [
  ...(
    [
      ['without host', 'x-amz-meta-a'],
      ['unsorted', 'x-amz-meta-a;host'],
      ['with an upper-case name', 'Host;x-amz-meta-a'],
      ['with a name twice', 'host;host;x-amz-meta-a'],
      ['with an empty name', 'host;'],
      ['empty', ''],
    ] as const
  ).map(
    ([name, list]): Refusal => [
      name,
      '400 AuthorizationQueryParametersError',
      { ...PRESIGNED, edit: inQuery(list) },
    ],
  ),
  [
    'with a header that is absent',
    '403 SignatureDoesNotMatch',
    { ...PRESIGNED, edit: inQuery('host;x-amz-meta-a;x-amz-meta-b') },
  ],
  ['from which a header was taken', '403 AccessDenied', { ...PRESIGNED, edit: inQuery('host') }],
  [
    'as lower-case parameter',
    '501 NotImplemented',
    { ...PRESIGNED, edit: changed('X-Amz-SignedHeaders', 'x-amz-signedheaders') },
  ],
]);

served('a list may name what frames the body', [
  ['content-length', { ...put, headers: { 'content-length': '5' } }],
  [
    'transfer-encoding',
    {
      ...put,
      headers: { 'transfer-encoding': 'chunked' },
      edit: changed(/hello$/, '5\r\nhello\r\n0\r\n\r\n'),
    },
  ],
]);
