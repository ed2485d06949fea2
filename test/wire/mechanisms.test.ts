// Which way a request is signed: exactly one, SigV4 with HMAC-SHA256, its digest of 64 lower-case hex digits.
// CVE-2026-41145: identity taken from the query, verification only with an Authorization header.
import type { SigningInput } from '../support/raw-sigv4.ts';
import { presigned, signed } from '../support/raw-sigv4.ts';
import {
  type Answered,
  type Ask,
  changed,
  type Origin,
  type Refusal,
  refused,
  served,
  withLine,
} from './refusal-table.ts';

const put: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello' };
const BOTH: Answered = '400 InvalidArgument';
const PRESIGNED: Ask = { ...put, presigned: true };

const inputFor = ({ host, port, credentials }: Origin): SigningInput => ({
  method: 'PUT',
  target: '/bucket/key',
  host: `${host}:${port}`,
  credentials,
});
/** A right signature of each kind on one request. */
const bothRight = (origin: Origin): string => {
  const inQuery = presigned(inputFor(origin));
  const { headers } = signed({ ...inputFor(origin), target: inQuery.target });
  return `PUT ${inQuery.target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
};

const AUTHORIZATIONS: readonly (readonly [name: string, value: string])[] = [
  [
    'a V4 signature',
    'AWS4-HMAC-SHA256 Credential=WIREKEY/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
  ],
  ['a Bearer token', 'Bearer token'],
  ['Basic', 'Basic d2lyZTpzZWNyZXQ='],
  ['a V2 signature', 'AWS WIREKEY:c2lnbmF0dXJl'],
  ['an empty value', ''],
];

refused('two mechanisms at once', [
  ['a right presigned URL and a right Authorization', BOTH, bothRight],
  ...AUTHORIZATIONS.map(
    ([name, value]): Refusal => [
      `a right presigned URL and ${name}`,
      BOTH,
      { ...PRESIGNED, unsignedHeaders: { Authorization: value } },
    ],
  ),
  ...[
    'X-Amz-Signature=00',
    'X-Amz-Credential=WIREKEY',
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    'Signature=c2ln',
    'AWSAccessKeyId=WIREKEY',
  ].map(
    (parameter): Refusal => [
      `a right Authorization and ${parameter.split('=')[0]} in the query`,
      BOTH,
      { ...put, target: `/bucket/key?${parameter}` },
    ],
  ),
  [
    'a right Authorization and x-amz-signature in lower case',
    '501 NotImplemented',
    { ...put, target: '/bucket/key?x-amz-signature=00' },
  ],
  [
    'a right presigned URL and Version 2 beside it',
    BOTH,
    { ...PRESIGNED, target: '/bucket/key?AWSAccessKeyId=WIREKEY&Signature=c2ln&Expires=4102444800' },
  ],
  ['two Authorization headers, the first right', BOTH, { ...put, edit: withLine('Authorization: Bearer x') }],
  [
    'two Authorization headers, the second right',
    BOTH,
    { ...put, edit: changed('authorization:', 'Authorization: Bearer x\r\nauthorization:') },
  ],
]);

const authorization = (value: string): Ask => ({
  ...put,
  edit: changed(/authorization: .*/, `authorization: ${value}`),
});

refused('another mechanism', [
  ['none', '403 AccessDenied', { ...put, edit: changed(/authorization: .*\r\n/, '') }],
  ['Signature Version 2 in a header', '400 InvalidRequest', authorization('AWS WIREKEY:c2lnbmF0dXJl')],
  [
    'Signature Version 2 in the query',
    '400 InvalidRequest',
    {
      ...put,
      target: '/bucket/key?AWSAccessKeyId=WIREKEY&Signature=c2ln&Expires=4102444800',
      edit: changed(/authorization: .*\r\n/, ''),
    },
  ],
  ['Signature Version 4A in a header', '501 NotImplemented', { ...put, algorithm: 'AWS4-ECDSA-P256-SHA256' }],
  [
    'Signature Version 4A in the query',
    '501 NotImplemented',
    { ...PRESIGNED, algorithm: 'AWS4-ECDSA-P256-SHA256' },
  ],
  ['Bearer', '400 InvalidArgument', authorization('Bearer WIREKEY')],
  ['Basic', '400 InvalidArgument', authorization('Basic V0lSRUtFWTp3aXJlLXNlY3JldA==')],
  ['Negotiate', '400 InvalidArgument', authorization('Negotiate YII=')],
  ['another hash', '400 InvalidArgument', { ...put, algorithm: 'AWS4-HMAC-SHA512' }],
  [
    'another hash in the query',
    '400 AuthorizationQueryParametersError',
    { ...PRESIGNED, algorithm: 'AWS4-HMAC-SHA512' },
  ],
  ['the algorithm in lower case', '400 InvalidArgument', { ...put, algorithm: 'aws4-hmac-sha256' }],
  [
    'the algorithm in lower case in the query',
    '400 AuthorizationQueryParametersError',
    { ...PRESIGNED, algorithm: 'aws4-hmac-sha256' },
  ],
  ['an unknown algorithm', '400 InvalidArgument', { ...put, algorithm: 'NONE' }],
  [
    'Proxy-Authorization',
    '403 AccessDenied',
    { ...put, edit: changed('authorization:', 'proxy-authorization:') },
  ],
  ['a cookie', '403 AccessDenied', { ...put, edit: changed(/authorization: .*/, 'cookie: token=WIREKEY') }],
  [
    'an anonymous read',
    '403 AccessDenied',
    { target: '/bucket/key', edit: changed(/authorization: .*\r\n/, '') },
  ],
  [
    'an anonymous list of buckets',
    '403 AccessDenied',
    { target: '/', edit: changed(/authorization: .*\r\n/, '') },
  ],
  [
    'an anonymous read of system.xml',
    '403 AccessDenied',
    {
      target: '/bucket/.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml',
      edit: changed(/authorization: .*\r\n/, ''),
    },
  ],
]);

const SIGNATURES: readonly (readonly [name: string, edit: (hex: string) => string])[] = [
  ['all zeros', () => '0'.repeat(64)],
  ['upper case', (hex) => hex.toUpperCase()],
  ['one digit short', (hex) => hex.slice(1)],
  ['one digit long', (hex) => `${hex}0`],
  ['its last digit changed', (hex) => hex.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
  ['its first digit changed', (hex) => hex.replace(/^./, (first) => (first === '0' ? '1' : '0'))],
  ['not hexadecimal', () => 'g'.repeat(64)],
  ['a megabyte of it cut to what a head holds', () => 'a'.repeat(20_000)],
];

for (const isPresigned of [false, true]) {
  const at = isPresigned ? /(X-Amz-Signature=)(\w+)/ : /( Signature=)(\w+)/;
  refused(
    `a signature in ${isPresigned ? 'presigned' : 'header'} form`,
    SIGNATURES.map(
      ([name, edit]): Refusal => [
        name,
        '403 SignatureDoesNotMatch',
        {
          ...put,
          presigned: isPresigned,
          edit: (text) => text.replace(at, (_, before: string, hex: string) => before + edit(hex)),
        },
      ],
    ),
  );
}

refused('a session token, of which the gateway issues none', [
  ['signed', '400 InvalidToken', { ...put, headers: { 'x-amz-security-token': 't' } }],
  ['unsigned', '400 InvalidToken', { ...put, unsignedHeaders: { 'x-amz-security-token': 't' } }],
  ['empty', '400 InvalidToken', { ...put, headers: { 'x-amz-security-token': '' } }],
  ['in the query', '400 InvalidToken', { ...PRESIGNED, target: '/bucket/key?X-Amz-Security-Token=t' }],
  [
    'in the query of a request in header form',
    '400 InvalidToken',
    { ...put, target: '/bucket/key?X-Amz-Security-Token=t' },
  ],
]);

served('the spellings of an Authorization header that clients use', [
  [
    'no blanks behind its commas',
    { ...put, edit: (text) => text.replace(/authorization: .*/, (line) => line.replaceAll(', ', ',')) },
  ],
  ['its name in capitals', { ...put, edit: changed('authorization:', 'AUTHORIZATION:') }],
]);
