// What is signed, what is verified and what is sent on are the same bytes: paths, queries, header values.
import { type Ask, changed, type Refusal, refused, type Service, served, withLine } from './refusal-table.ts';

/** The key as it is sent, and as a signer that decodes and encodes again writes it. */
const KEYS: readonly (readonly [name: string, sent: string, canonical: string])[] = [
  ['a space', 'a%20b', 'a%20b'],
  ['a plus', 'a+b', 'a%2Bb'],
  ['an encoded plus', 'a%2Bb', 'a%2Bb'],
  ['a percent sign', 'a%25b', 'a%25b'],
  ['a percent sign before hex digits', 'a%2541', 'a%2541'],
  ['a colon and an at sign', 'a:b@c', 'a%3Ab%40c'],
  ['marks', "a!*'()b", 'a%21%2A%27%28%29b'],
  ['a tilde', 'a~b', 'a~b'],
  ['an encoded tilde', 'a%7Eb', 'a~b'],
  ['UTF-8', '%C3%A9%F0%9F%98%80', '%C3%A9%F0%9F%98%80'],
  ['UTF-8 in lower-case hex', '%c3%a9', '%C3%A9'],
  ['bytes that are not UTF-8', '%FF%FE', '%FF%FE'],
  ['an encoded slash', 'a%2Fb', 'a/b'],
  ['an over-encoded letter', '%61b', 'ab'],
  ['an ampersand and an equals sign', 'a&b=c', 'a%26b%3Dc'],
  ['a semicolon', 'a;b', 'a%3Bb'],
  ['an encoded question mark', 'a%3Fb', 'a%3Fb'],
  ['quotes and braces', 'a"{}|b', 'a%22%7B%7D%7Cb'],
  ['two slashes', 'a//b', 'a//b'],
  ['a slash first', '/b', '/b'],
  ['a slash last', 'a/', 'a/'],
  ['slashes last', 'a//', 'a//'],
  ['dots that are no segment', 'a/...b/.c/d..', 'a/...b/.c/d..'],
];

const put: Ask = { method: 'PUT', target: '/bucket/key', body: 'hello' };
const line = (target: string) => `PUT ${target} HTTP/1.1\r\n`;

served(
  'a path that is signed as it is sent goes on unchanged',
  KEYS.map(([name, sent]): Service => [name, { ...put, target: `/bucket/${sent}` }, line(`/bucket/${sent}`)]),
);

served(
  'a path that is signed encoded anew goes on as it came',
  KEYS.map(
    ([name, sent, canonical]): Service => [
      name,
      {
        ...put,
        target: `/bucket/${canonical}`,
        edit: (text) => text.replace(line(`/bucket/${canonical}`), () => line(`/bucket/${sent}`)),
      },
      line(`/bucket/${sent}`),
    ],
  ),
);

const sentInstead = (target: string, sent: string): Ask => ({
  ...put,
  target,
  edit: changed(line(target), line(sent)),
});

const OTHER_PATHS: readonly (readonly [name: string, signed: string, sent: string])[] = [
  ['double encoding (as other services do it)', '/bucket/a%2520b', '/bucket/a%20b'],
  ['single encoding of what is sent twice encoded', '/bucket/a%20b', '/bucket/a%2520b'],
  ['merged slashes', '/bucket/a/b', '/bucket/a//b'],
  ['a slash first, dropped', '/bucket/b', '/bucket//b'],
  ['a slash last, dropped', '/bucket/a', '/bucket/a/'],
  ['a plus for a space', '/bucket/a+b', '/bucket/a%20b'],
  ['a space for a plus', '/bucket/a%20b', '/bucket/a+b'],
  ['another case of the key', '/bucket/key', '/bucket/KEY'],
  ['decoded twice', '/bucket/aA', '/bucket/a%2541'],
  ['another bucket', '/bucket/key', '/bucket2/key'],
];

refused(
  'a path that was signed as another',
  OTHER_PATHS.map(
    ([name, signed, sent]): Refusal => [name, '403 SignatureDoesNotMatch', sentInstead(signed, sent)],
  ),
);

/** The query as it is sent, and as it goes on. */
const QUERIES: readonly (readonly [name: string, sent: string, forwarded?: string])[] = [
  ['without a value', 'versions'],
  ['with an empty value', 'versions='],
  ['out of order', 'versions&prefix=b&delimiter=a'],
  ['a plus, which goes on as %2B', 'versions&prefix=a+b', 'versions&prefix=a%2Bb'],
  ['an encoded tilde', 'versions&prefix=%7E'],
  ['a tilde', 'versions&prefix=~'],
  ['a semicolon in a value', 'versions&prefix=a;b'],
  ['an encoded ampersand', 'versions&prefix=a%26acl'],
  ['an equals sign in a value', 'versions&prefix=a=b'],
  ['lower-case hex', 'versions&prefix=%c3%a9'],
  ['an encoded name', '%76ersions&prefix=a'],
  ['a slash and dots in a value', 'versions&prefix=../other/'],
  ['a question mark in a value', 'versions&prefix=a?b'],
];

served(
  'a query goes on as it was signed',
  QUERIES.map(
    ([name, sent, forwarded = sent]): Service => [
      name,
      { target: `/bucket?${sent}` },
      `GET /bucket?${forwarded} HTTP/1.1\r\n`,
    ],
  ),
);

const instead = (signed: string, sent: string): Ask => ({
  target: `/bucket?${signed}`,
  edit: changed(`GET /bucket?${signed} `, `GET /bucket?${sent} `),
});

refused('a query that was signed as another, or that two readers could take for two', [
  ['a value changed', '403 SignatureDoesNotMatch', instead('versions&prefix=a', 'versions&prefix=b')],
  [
    'a plus taken for a space',
    '403 SignatureDoesNotMatch',
    instead('versions&prefix=a%20b', 'versions&prefix=a+b'),
  ],
  ['a parameter added', '403 SignatureDoesNotMatch', instead('versions', 'versions&prefix=a')],
  ['a parameter removed', '403 SignatureDoesNotMatch', instead('versions&prefix=a', 'versions')],
  ['the sub-resource removed', '403 SignatureDoesNotMatch', instead('versions&prefix=a', 'prefix=a')],
  ['the sub-resource changed', '403 SignatureDoesNotMatch', instead('acl', 'policy')],
  ['a parameter twice, alike', '400 InvalidArgument', { target: '/bucket?acl=&acl=' }],
  ['a parameter twice, different', '400 InvalidArgument', { target: '/bucket?versions&prefix=1&prefix=0' }],
  [
    'a parameter twice, once encoded',
    '400 InvalidArgument',
    { target: '/bucket?versions&prefix=1&%70refix=0' },
  ],
  ['two sub-resources', '501 NotImplemented', { target: '/bucket?acl&policy' }],
  ['a sub-resource in capitals', '501 NotImplemented', { target: '/bucket?ACL' }],
  ['a sub-resource behind a semicolon', '501 NotImplemented', { target: '/bucket?prefix=a;acl&x;acl' }],
  ['a sub-resource with a space', '501 NotImplemented', { target: '/bucket?%20acl' }],
  ['a sub-resource with a NUL', '501 NotImplemented', { target: '/bucket?acl%00' }],
  ['an unfinished escape', '400 InvalidURI', { target: '/bucket?prefix=%4' }],
]);

served('header values are trimmed, their blanks run together, repeated ones joined in order', [
  [
    'blanks around and within',
    {
      ...put,
      headers: { 'x-amz-meta-a': 'a b' },
      edit: changed('x-amz-meta-a: a b', 'x-amz-meta-a: \t a \t  b  '),
    },
  ],
  ['within quotes', { ...put, headers: { 'x-amz-meta-a': '"a b"' }, edit: changed('"a b"', '"a   b"') }],
  [
    'twice',
    {
      ...put,
      headers: { 'x-amz-meta-a': 'z,a' },
      edit: changed('x-amz-meta-a: z,a', 'x-amz-meta-a: z\r\nX-Amz-Meta-A: a'),
    },
    '\r\nx-amz-meta-a: z,a\r\n',
  ],
  ['no value', { ...put, headers: { 'x-amz-meta-a': '' } }, '\r\nx-amz-meta-a: \r\n'],
]);

const meta = (value: string, edit: (text: string) => string): Ask => ({
  ...put,
  headers: { 'x-amz-meta-a': value },
  edit,
});

refused('header values that are others', [
  [
    'repeated ones in another order',
    '403 SignatureDoesNotMatch',
    meta('a,z', changed('x-amz-meta-a: a,z', 'x-amz-meta-a: z\r\nx-amz-meta-a: a')),
  ],
  [
    'repeated ones joined with a space',
    '403 SignatureDoesNotMatch',
    meta('a, z', changed('x-amz-meta-a: a, z', 'x-amz-meta-a: a\r\nx-amz-meta-a: z')),
  ],
  ['another case', '403 SignatureDoesNotMatch', meta('a', changed('meta-a: a', 'meta-a: A'))],
  ['blanks removed', '403 SignatureDoesNotMatch', meta('a b', changed('meta-a: a b', 'meta-a: ab'))],
  ['folded', '400 BadRequest', meta('a b', changed('meta-a: a b', 'meta-a: a\r\n b'))],
  ['folded with a tab', '400 BadRequest', meta('a b', changed('meta-a: a b', 'meta-a: a\r\n\tb'))],
  [
    'a no-break space at its end',
    '403 SignatureDoesNotMatch',
    meta('a', changed('meta-a: a', 'meta-a: a\xa0')),
  ],
  ['dropped', '403 SignatureDoesNotMatch', meta('a', changed('x-amz-meta-a: a\r\n', ''))],
  [
    'moved to another name',
    '403 SignatureDoesNotMatch',
    meta('a', changed('x-amz-meta-a: a\r\n', 'x-meta-a: a\r\n')),
  ],
  [
    'a signed Content-Type changed',
    '403 SignatureDoesNotMatch',
    {
      ...put,
      headers: { 'content-type': 'a/b' },
      edit: changed('content-type: a/b', 'content-type: text/html'),
    },
  ],
  [
    'a signed Accept-Encoding changed by a proxy',
    '403 SignatureDoesNotMatch',
    {
      ...put,
      headers: { 'accept-encoding': 'identity' },
      edit: changed('accept-encoding: identity', 'accept-encoding: gzip, br'),
    },
  ],
  [
    'a signed Range changed',
    '403 SignatureDoesNotMatch',
    { target: '/bucket/key', headers: { range: 'bytes=0-1' }, edit: changed('bytes=0-1', 'bytes=0-9') },
  ],
  [
    'a second signed Content-Type',
    '403 SignatureDoesNotMatch',
    { ...put, headers: { 'content-type': 'a/b' }, edit: withLine('Content-Type: text/html') },
  ],
]);
