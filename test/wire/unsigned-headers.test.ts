// Each `x-amz-*` header that gives or takes something, sent beside a right signature that does not cover it: refused, and
// no byte for the store (CVE-2026-54330, CVE-2026-97731, CVE-2026-94368, CVE-2026-115374, GHSA-g8w9-qw9q-fghr,
// GHSA-xm99-m3gq-83g8, CVE-2026-97149).
import { EMPTY_SHA256 } from '../support/raw-sigv4.ts';
import {
  type Answered,
  type Ask,
  changed,
  type Refusal,
  refused,
  served,
  withLine,
} from './refusal-table.ts';

const HASH = 'x-amz-content-sha256';

/** Name and value; served where it is signed. */
const SENSITIVE: readonly (readonly [name: string, value: string])[] = [
  ['x-amz-acl', 'public-read'],
  ['x-amz-bucket-object-lock-enabled', 'true'],
  ['x-amz-bypass-governance-retention', 'false'],
  ['x-amz-checksum-algorithm', 'CRC32'],
  ['x-amz-checksum-crc32', 'AAAAAA=='],
  ['x-amz-checksum-crc32c', 'AAAAAA=='],
  ['x-amz-checksum-crc64nvme', 'AAAAAAAAAAA='],
  ['x-amz-checksum-mode', 'ENABLED'],
  ['x-amz-checksum-sha1', '2jmj7l5rSw0yVb/vlWAYkK/YBwk='],
  ['x-amz-checksum-sha256', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  ['x-amz-checksum-type', 'FULL_OBJECT'],
  ['x-amz-copy-source', '/bucket/source'],
  ['x-amz-copy-source-if-match', '"etag"'],
  ['x-amz-copy-source-if-none-match', '"etag"'],
  ['x-amz-copy-source-range', 'bytes=0-4'],
  ['x-amz-copy-source-server-side-encryption-customer-algorithm', 'AES256'],
  ['x-amz-copy-source-server-side-encryption-customer-key', 'a2V5'],
  ['x-amz-copy-source-server-side-encryption-customer-key-md5', 'a2V5'],
  ['x-amz-expected-bucket-owner', '111122223333'],
  ['x-amz-grant-full-control', 'id="evil"'],
  ['x-amz-grant-read', 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'],
  ['x-amz-grant-read-acp', 'id="evil"'],
  ['x-amz-grant-write', 'id="evil"'],
  ['x-amz-grant-write-acp', 'id="evil"'],
  ['x-amz-meta-a', 'b'],
  ['x-amz-metadata-directive', 'REPLACE'],
  ['x-amz-mfa', '1 123456'],
  ['x-amz-mp-object-size', '5'],
  ['x-amz-object-attributes', 'ETag'],
  ['x-amz-object-lock-legal-hold', 'OFF'],
  ['x-amz-object-lock-mode', 'GOVERNANCE'],
  ['x-amz-object-lock-retain-until-date', '2036-01-01T00:00:00Z'],
  ['x-amz-object-ownership', 'ObjectWriter'],
  ['x-amz-request-payer', 'requester'],
  ['x-amz-sdk-checksum-algorithm', 'CRC32'],
  ['x-amz-server-side-encryption', 'AES256'],
  ['x-amz-server-side-encryption-aws-kms-key-id', 'key'],
  ['x-amz-server-side-encryption-bucket-key-enabled', 'true'],
  ['x-amz-server-side-encryption-context', 'e30='],
  ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
  ['x-amz-server-side-encryption-customer-key', 'a2V5'],
  ['x-amz-server-side-encryption-customer-key-md5', 'a2V5'],
  ['x-amz-source-expected-bucket-owner', '111122223333'],
  ['x-amz-storage-class', 'GLACIER'],
  ['x-amz-tagging', 'a=b'],
  ['x-amz-tagging-directive', 'REPLACE'],
  ['x-amz-user-agent', 'evil'],
  ['x-amz-website-redirect-location', 'https://evil.example/'],
  ['x-amz-write-offset-bytes', '5'],
  ['x-amz-unheard-of', 'x'],
];

const put: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello' };
const copy: Ask = { method: 'PUT', target: '/bucket/key' };
const askFor = (name: string): Ask => (name === 'x-amz-copy-source' ? copy : put);

served(
  'signed, in header form',
  SENSITIVE.map(([name, value]) => [
    name,
    { ...askFor(name), headers: { [name]: value } },
    `\r\n${name}: ${value}\r\n`,
  ]),
);

served(
  'signed, in presigned form',
  SENSITIVE.map(([name, value]) => [
    name,
    { ...askFor(name), presigned: true, headers: { [name]: value } },
    `\r\n${name}: ${value}\r\n`,
  ]),
);

const unsignedIn = (presigned: boolean): Refusal[] =>
  SENSITIVE.map(([name, value]) => [
    name,
    '403 AccessDenied',
    { ...askFor(name), presigned, unsignedHeaders: { [name]: value } },
  ]);

refused('unsigned, in header form', unsignedIn(false));
refused('unsigned, in presigned form', unsignedIn(true));

refused(
  'unsigned, its name in capitals',
  SENSITIVE.map(([name, value]) => [
    name,
    '403 AccessDenied',
    { ...askFor(name), unsignedHeaders: { [name.toUpperCase()]: value } },
  ]),
);

// A store that reads a parameter for a header (MinIO does, for metadata) would obey it.
const IN_QUERY = SENSITIVE.filter(
  ([name]) => !/^x-amz-(user-agent|sdk-checksum-algorithm|checksum-.*)$/.test(name),
);
const inQuery = (presigned: boolean): Refusal[] =>
  IN_QUERY.map(([name, value]) => [
    name,
    '501 NotImplemented',
    { ...put, presigned, target: `/bucket/key?${name}=${encodeURIComponent(value)}` },
  ]);

refused('in the query, in header form', inQuery(false));
refused('in the query, in presigned form', inQuery(true));

/** What no one may send, or what says what the body is. */
const SPECIAL: readonly (readonly [name: string, value: string, answer: Answered])[] = [
  ['x-amz-security-token', 'token', '400 InvalidToken'],
  ['x-amz-meta-snowball-auto-extract', 'true', '501 NotImplemented'],
  ['x-amz-replication-status', 'REPLICA', '501 NotImplemented'],
  ['x-amz-copy_source', '/other/secret', '400 InvalidRequest'],
  ['x-amz-bypass-governance_retention', 'true', '400 InvalidRequest'],
];

for (const presigned of [false, true]) {
  const form = presigned ? 'presigned' : 'header';
  refused(
    `neither signed nor unsigned, in ${form} form`,
    SPECIAL.flatMap(([name, value, answer]): Refusal[] => [
      [`${name} signed`, answer, { ...put, presigned, headers: { [name]: value } }],
      [`${name} unsigned`, answer, { ...put, presigned, unsignedHeaders: { [name]: value } }],
    ]),
  );
}

refused('a signed header and another of the same name', [
  [
    'x-amz-acl before it',
    '403 SignatureDoesNotMatch',
    {
      ...put,
      headers: { 'x-amz-acl': 'private' },
      edit: changed('x-amz-acl:', 'x-amz-acl: public-read\r\nx-amz-acl:'),
    },
  ],
  [
    'x-amz-acl behind it',
    '403 SignatureDoesNotMatch',
    { ...put, headers: { 'x-amz-acl': 'private' }, edit: withLine('x-amz-acl: public-read') },
  ],
  [
    'x-amz-copy-source',
    '400 InvalidArgument',
    { ...copy, headers: { 'x-amz-copy-source': '/bucket/a' }, edit: withLine('x-amz-copy-source: /other/b') },
  ],
  [
    'x-amz-content-sha256',
    '400 InvalidRequest',
    { ...put, edit: withLine('x-amz-content-sha256: UNSIGNED-PAYLOAD') },
  ],
  [
    'x-amz-meta-a without a value',
    '403 SignatureDoesNotMatch',
    { ...put, headers: { 'x-amz-meta-a': 'b' }, edit: withLine('x-amz-meta-a:') },
  ],
]);

// What the exempt header selects must not be left to who holds the URL.
const otherHash = 'b'.repeat(64);
refused('x-amz-content-sha256 beside a presigned URL, unsigned', [
  ['a hash', '403 AccessDenied', { ...put, presigned: true, unsignedHeaders: { [HASH]: otherHash } }],
  [
    'the hash of nothing',
    '403 AccessDenied',
    { ...put, presigned: true, unsignedHeaders: { [HASH]: EMPTY_SHA256 } },
  ],
  ['empty', '403 AccessDenied', { ...put, presigned: true, unsignedHeaders: { [HASH]: '' } }],
  [
    'unsigned-payload',
    '403 AccessDenied',
    { ...put, presigned: true, unsignedHeaders: { [HASH]: 'unsigned-payload' } },
  ],
  [
    'twice',
    '400 InvalidRequest',
    { ...put, presigned: true, edit: withLine(`${HASH}: UNSIGNED-PAYLOAD\r\n${HASH}: UNSIGNED-PAYLOAD`) },
  ],
  [
    'another than the signed parameter',
    '400 AuthorizationQueryParametersError',
    {
      ...put,
      presigned: true,
      target: `/bucket/key?X-Amz-Content-Sha256=${otherHash}`,
      unsignedHeaders: { [HASH]: 'UNSIGNED-PAYLOAD' },
    },
  ],
]);

served('x-amz-content-sha256 that says what holds anyway', [
  ['beside a presigned URL', { ...put, presigned: true, unsignedHeaders: { [HASH]: 'UNSIGNED-PAYLOAD' } }],
  [
    'in header form, not listed',
    { ...put, edit: (request) => request },
    `${HASH}: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824`,
  ],
]);
