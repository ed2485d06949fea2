// Scope and time of a signature that is right in itself: each component wrong, each edge of the clock, in both forms.
// CVE-2026-55873: a scope of another service reached another API.
import { type Answered, type Ask, changed, type Refusal, refused, served } from './refusal-table.ts';

const MINUTE = 60_000;
/** Near an edge only in a function: the clock goes on while the tests run. */
const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * MINUTE);
const yesterday = () =>
  new Date(Date.now() - 24 * 60 * MINUTE).toISOString().slice(0, 10).replaceAll('-', '');

const put: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello' };
const CREDENTIAL = /WIREKEY(\/|%2F)\d{8}\/?/;

const WRONG: readonly (readonly [name: string, part: Partial<Ask>])[] = [
  ['another region', { region: 'eu-west-1' }],
  ['no region', { region: '' }],
  ['the region in capitals', { region: 'US-EAST-1' }],
  ['another service', { service: 'sts' }],
  ["SeaweedFS's s3tables (CVE-2026-55873)", { service: 's3tables' }],
  ['the service in capitals', { service: 'S3' }],
  ['no service', { service: '' }],
  ['another terminator', { terminator: 'aws3_request' }],
  ['no terminator', { terminator: '' }],
  ['six parts', { terminator: 'aws4_request/x' }],
];

for (const presigned of [false, true]) {
  const form = presigned ? 'presigned' : 'header';
  const malformed: Answered = presigned
    ? '400 AuthorizationQueryParametersError'
    : '400 AuthorizationHeaderMalformed';
  refused(`a scope in ${form} form`, [
    ...WRONG.map(([name, part]): Refusal => [name, malformed, { ...put, presigned, ...part }]),
    ['four parts', malformed, { ...put, presigned, edit: (text) => changed(CREDENTIAL, 'WIREKEY$1')(text) }],
    ['no access key', malformed, { ...put, presigned, edit: changed('WIREKEY', '') }],
    [
      'a slash in the access key',
      malformed,
      { ...put, presigned, edit: changed('WIREKEY', presigned ? 'WIRE%2FKEY' : 'WIRE/KEY') },
    ],
    [
      'another day',
      malformed,
      { ...put, presigned, edit: (text) => changed(/(WIREKEY(?:\/|%2F))\d{8}/, `$1${yesterday()}`)(text) },
    ],
    [
      'a day with dashes',
      malformed,
      { ...put, presigned, edit: changed(/(WIREKEY(?:\/|%2F))\d{8}/, '$12026-01-01') },
    ],
    [
      'an unknown access key',
      '403 InvalidAccessKeyId',
      { ...put, presigned, edit: changed('WIREKEY', 'NOBODY') },
    ],
    [
      'the access key in lower case',
      '403 InvalidAccessKeyId',
      { ...put, presigned, edit: changed('WIREKEY', 'wirekey') },
    ],
    [
      "the store's own access key",
      '403 InvalidAccessKeyId',
      { ...put, presigned, credentials: { accessKeyId: 'STOREKEY', secretAccessKey: 'store-secret' } },
    ],
    [
      "another client's secret",
      '403 SignatureDoesNotMatch',
      { ...put, presigned, credentials: { accessKeyId: 'WIREKEY', secretAccessKey: 'limited-secret' } },
    ],
    [
      'an empty secret',
      '403 SignatureDoesNotMatch',
      { ...put, presigned, credentials: { accessKeyId: 'WIREKEY', secretAccessKey: '' } },
    ],
    [
      'a known prototype name for an access key',
      '403 InvalidAccessKeyId',
      { ...put, presigned, credentials: { accessKeyId: '__proto__', secretAccessKey: 'undefined' } },
    ],
  ]);
}

served('the clock off by less than a quarter of an hour', [
  ['14 minutes slow', () => ({ ...put, date: minutesFromNow(-14) })],
  ['14 minutes fast', () => ({ ...put, date: minutesFromNow(14) })],
  ['14 minutes fast, presigned', () => ({ ...put, presigned: true, date: minutesFromNow(14) })],
]);

const withDate = (value: string) => changed(/x-amz-date: \w+/, `x-amz-date: ${value}`);

/** Within the same minute, so on the same day. */
const aSecondLater = (text: string) =>
  text.replace(
    /(x-amz-date: \d{8}T\d{4})(\d\d)Z/,
    (_, minute: string, second: string) => `${minute}${String((Number(second) + 1) % 60).padStart(2, '0')}Z`,
  );

refused('the time of a request in header form', [
  ['16 minutes slow', '403 RequestTimeTooSkewed', () => ({ ...put, date: minutesFromNow(-16) })],
  ['16 minutes fast', '403 RequestTimeTooSkewed', () => ({ ...put, date: minutesFromNow(16) })],
  ['a year ago', '403 RequestTimeTooSkewed', { ...put, date: minutesFromNow(-525_600) }],
  ['the epoch', '403 RequestTimeTooSkewed', { ...put, date: new Date(0) }],
  ['with dashes and colons', '403 AccessDenied', { ...put, edit: withDate('2026-03-04T05:06:07Z') }],
  ['with milliseconds', '403 AccessDenied', { ...put, edit: withDate('20260304T050607.000Z') }],
  ['without Z', '403 AccessDenied', { ...put, edit: withDate('20260304T050607') }],
  ['with an offset', '403 AccessDenied', { ...put, edit: withDate('20260304T050607+0000') }],
  ['31 April', '403 AccessDenied', { ...put, edit: withDate('20260431T050607Z') }],
  ['hour 24', '403 AccessDenied', { ...put, edit: withDate('20260304T240000Z') }],
  ['empty', '403 AccessDenied', { ...put, edit: withDate('') }],
  ['another than was signed', '403 SignatureDoesNotMatch', { ...put, edit: aSecondLater }],
  ['none', '403 AccessDenied', { ...put, edit: changed(/x-amz-date: \w+\r\n/, '') }],
  [
    'in Date, in the wrong place',
    '403 RequestTimeTooSkewed',
    { ...put, date: minutesFromNow(-16), unsignedHeaders: { Date: new Date().toUTCString() } },
  ],
]);

const presign = (part: Partial<Ask>): Ask => ({ ...put, presigned: true, ...part });
const BAD_QUERY: Answered = '400 AuthorizationQueryParametersError';

refused('the lifetime of a presigned URL', [
  [
    'expired by a second',
    '403 AccessDenied',
    presign({ date: new Date(Date.now() - 301_000), expiresSeconds: 300 }),
  ],
  [
    'expired long ago',
    '403 AccessDenied',
    presign({ date: minutesFromNow(-20_000), expiresSeconds: 604_800 }),
  ],
  ['not yet valid', '403 AccessDenied', () => presign({ date: minutesFromNow(16) })],
  ['without X-Amz-Expires', BAD_QUERY, presign({ edit: changed('&X-Amz-Expires=300', '') })],
  ['empty', BAD_QUERY, presign({ expiresSeconds: '' })],
  ['minus one', BAD_QUERY, presign({ expiresSeconds: '-1' })],
  ['zero', BAD_QUERY, presign({ expiresSeconds: 0 })],
  ['longer than a week', BAD_QUERY, presign({ expiresSeconds: 604_801 })],
  ['in scientific notation', BAD_QUERY, presign({ expiresSeconds: '1e3' })],
  ['with a plus', BAD_QUERY, presign({ expiresSeconds: '+5' })],
  ['with a space', BAD_QUERY, presign({ expiresSeconds: ' 5' })],
  ['in hexadecimal', BAD_QUERY, presign({ expiresSeconds: '0x10' })],
  ['with a fraction', BAD_QUERY, presign({ expiresSeconds: '5.0' })],
  ['beyond 2^64', BAD_QUERY, presign({ expiresSeconds: '18446744073709551621' })],
  ['not a number', BAD_QUERY, presign({ expiresSeconds: 'NaN' })],
  [
    'prolonged afterwards',
    '403 SignatureDoesNotMatch',
    presign({ edit: changed('X-Amz-Expires=300', 'X-Amz-Expires=301') }),
  ],
  [
    'prolonged by a second parameter',
    BAD_QUERY,
    presign({ edit: changed('X-Amz-Expires=300', 'X-Amz-Expires=300&X-Amz-Expires=604800') }),
  ],
  [
    'prolonged by a parameter in lower case',
    '501 NotImplemented',
    presign({ edit: changed('X-Amz-Expires=300', 'X-Amz-Expires=300&x-amz-expires=604800') }),
  ],
  [
    'renewed by x-amz-date beside it',
    '403 AccessDenied',
    presign({ date: minutesFromNow(-60), unsignedHeaders: { 'x-amz-date': '20360101T000000Z' } }),
  ],
  [
    'renewed by Date beside it',
    '403 AccessDenied',
    presign({ date: minutesFromNow(-60), unsignedHeaders: { Date: new Date().toUTCString() } }),
  ],
]);

const ALL = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders'] as const;
refused('a presigned URL that lacks a parameter or has it twice', [
  ...ALL.map(
    (name): Refusal => [
      `without X-Amz-${name}`,
      BAD_QUERY,
      presign({ edit: changed(new RegExp(`X-Amz-${name}=[^& ]*&`), '') }),
    ],
  ),
  ['without X-Amz-Signature', BAD_QUERY, presign({ edit: changed(/&X-Amz-Signature=\w+/, '') })],
  ['with two signatures', BAD_QUERY, presign({ edit: changed(/(&X-Amz-Signature=\w+)/, '$1$1') })],
  ['with two credentials', BAD_QUERY, presign({ edit: changed(/(X-Amz-Credential=[^& ]*&)/, '$1$1') })],
]);

refused('a presigned URL put to another use', [
  [
    'HEAD with a URL for GET',
    '403 SignatureDoesNotMatch',
    { target: '/bucket/key', presigned: true, edit: changed(/^GET/, 'HEAD') },
  ],
  [
    'GET with a URL for PUT',
    '403 SignatureDoesNotMatch',
    {
      method: 'PUT',
      target: '/bucket/key',
      presigned: true,
      edit: changed(/^PUT(.*)content-length: 0\r\n/s, 'GET$1'),
    },
  ],
  [
    'DELETE with a URL for GET',
    '403 SignatureDoesNotMatch',
    { target: '/bucket/key', presigned: true, edit: changed(/^GET/, 'DELETE') },
  ],
  [
    'another key',
    '403 SignatureDoesNotMatch',
    { target: '/bucket/key', presigned: true, edit: changed('/bucket/key', '/bucket/other') },
  ],
  [
    'another version',
    '403 SignatureDoesNotMatch',
    { target: '/bucket/key?versionId=1', presigned: true, edit: changed('versionId=1', 'versionId=2') },
  ],
  [
    'a sub-resource',
    '403 SignatureDoesNotMatch',
    { target: '/bucket/key', presigned: true, edit: changed('/bucket/key?', '/bucket/key?acl&') },
  ],
  [
    'response headers',
    '403 SignatureDoesNotMatch',
    {
      target: '/bucket/key',
      presigned: true,
      edit: changed('/bucket/key?', '/bucket/key?response-content-type=text/html&'),
    },
  ],
]);
