import { describe, expect, it } from 'vitest';
import type { S3Request } from '../../../src/s3/request.ts';
import { Secret } from '../../../src/secret.ts';
import {
  ACCESS_KEY,
  EMPTY,
  type HeaderFormOptions,
  HOST,
  headerForm,
  MINUTE,
  NOW,
  type Pair,
  REGION,
  refusalOf,
  requestOf,
  SECRET,
  TIME,
  verifierOf,
} from './request-fixture.ts';

const verifier = verifierOf();
const verify = (request: S3Request, nowMs = NOW) => verifier.verify(request, nowMs);
/** A verifier that has proven such a request before remembers what it read of it; that must not change what it refuses. */
const primed = verifierOf();
primed.verify(headerForm(), NOW);
const refuse = (options: HeaderFormOptions, nowMs = NOW) => {
  const refusal = refusalOf(() => verify(headerForm(options), nowMs));
  const { code, message } = refusalOf(() => primed.verify(headerForm(options), nowMs));
  expect({ code, message }).toEqual({ code: refusal.code, message: refusal.message });
  return refusal;
};
const replacing = (from: string | RegExp, to: string) => ({ edit: (text: string) => text.replace(from, to) });

const ACCESS_DENIED = { code: 'AccessDenied', status: 403 };
const MALFORMED = { code: 'AuthorizationHeaderMalformed', status: 400 };
const MISMATCH = { code: 'SignatureDoesNotMatch', status: 403 };
const INVALID_ARGUMENT = { code: 'InvalidArgument', status: 400 };
const INVALID_REQUEST = { code: 'InvalidRequest', status: 400 };

describe('a request in header form', () => {
  it('is authenticated with what its signature covers', () => {
    const request = headerForm({ headers: [['x-amz-meta-a', 'b']] });
    const proven = verify(request);
    expect(proven).toMatchObject({ accessKeyId: ACCESS_KEY, mechanism: 'header', payloadHash: EMPTY });
    expect(proven.request).toBe(request);
    expect([...proven.signedHeaders]).toEqual(['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-meta-a']);
  });

  for (const [name, edit] of [
    ['commas without spaces', (text: string) => text.replaceAll(', ', ',')],
    ['several spaces', (text: string) => text.replaceAll(' ', '   ')],
    [
      'its parts in another order',
      (text: string) => text.replace(/(Cred.*), (Signed.*), (Sign.*)/, '$3, $1, $2'),
    ],
  ] as const) {
    it(`may have ${name}`, () => {
      expect(verify(headerForm({ edit })).accessKeyId).toBe(ACCESS_KEY);
    });
  }

  it('may carry standard headers that are not signed', () => {
    const unsigned: Pair[] = [
      ['Range', 'bytes=0-1'],
      ['If-Match', '"a"'],
      ['Content-Type', 'text/plain'],
    ];
    expect(verify(headerForm({ unsigned })).mechanism).toBe('header');
  });

  it('may sign expect, content-length and transfer-encoding', () => {
    const headers: Pair[] = [
      ['Content-Length', '0'],
      ['Expect', '100-continue'],
      ['Transfer-Encoding', 'chunked'],
    ];
    expect(verify(headerForm({ headers })).mechanism).toBe('header');
  });

  it('has repeated headers joined with a comma in order of arrival', () => {
    expect(
      verify(
        headerForm({
          headers: [
            ['x-amz-meta-a', 'z'],
            ['x-amz-meta-a', 'a  b'],
          ],
        }),
      ).mechanism,
    ).toBe('header');
  });

  it('has the bytes of its header values signed', () => {
    expect(verify(headerForm({ headers: [['x-amz-meta-a', '\xc3\xa0']] })).mechanism).toBe('header');
  });

  it('has a Host with its port as sent', () => {
    const request = headerForm();
    const moved = request.head.headers;
    const headers: Pair[] = [...moved].map(({ rawName, value }) => [
      rawName,
      rawName === 'Host' ? `${HOST}:443` : value,
    ]);
    expect(refusalOf(() => verify(requestOf({ target: '/bucket/key', headers })))).toMatchObject(MISMATCH);
  });
});

describe('the mechanism', () => {
  const bare = (headers: readonly Pair[], target = '/bucket/key') =>
    refusalOf(() => verify(requestOf({ target, headers: [['Host', HOST], ...headers] })));

  it('must be there: nobody is anonymous', () => {
    expect(bare([])).toMatchObject({ ...ACCESS_DENIED, message: 'Access Denied' });
    expect(bare([['x-amz-date', TIME]], '/bucket/key?X-Amz-Expires=1')).toMatchObject(ACCESS_DENIED);
  });

  for (const query of [
    'X-Amz-Signature=a',
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    'X-Amz-Credential=a',
    'x-amz-signature=a',
    'X-Amz-%53ignature=a',
    'Signature=a',
    'AWSAccessKeyId=a',
  ]) {
    for (const scheme of ['a valid signature', 'Bearer x', 'Basic x', 'AWS a:b', '']) {
      it(`must be one: ${query} next to Authorization "${scheme}"`, () => {
        const request =
          scheme === 'a valid signature'
            ? headerForm({ query, canonicalQuery: query })
            : requestOf({
                target: `/bucket/key?${query}`,
                headers: [
                  ['Host', HOST],
                  ['Authorization', scheme],
                ],
              });
        expect(refusalOf(() => verify(request))).toMatchObject({
          ...INVALID_ARGUMENT,
          message: 'Only one auth mechanism allowed',
        });
      });
    }
  }

  it('must be one: two Authorization headers', () => {
    expect(refuse({ unsigned: [['authorization', 'AWS4-HMAC-SHA256 x']] })).toMatchObject(INVALID_ARGUMENT);
  });

  it('must not be Signature Version 2', () => {
    const expected = { ...INVALID_REQUEST, message: expect.stringContaining('Please use AWS4-HMAC-SHA256.') };
    expect(bare([['Authorization', `AWS ${ACCESS_KEY}:frJIUN8DYpKDtOLCwo//yllqDzg=`]])).toMatchObject(
      expected,
    );
    expect(bare([], '/b/k?AWSAccessKeyId=a&Signature=b&Expires=1')).toMatchObject(expected);
    expect(bare([], '/b/k?Signature=b')).toMatchObject(expected);
  });

  it('must not be Signature Version 4A', () => {
    expect(refuse(replacing('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'))).toMatchObject({
      code: 'NotImplemented',
      status: 501,
      message: expect.stringContaining('AWS4-ECDSA-P256-SHA256'),
    });
  });

  for (const scheme of [
    'Bearer',
    'Basic',
    'aws4-hmac-sha256',
    'AWS4-HMAC-SHA512',
    'AWS4-HMAC-SHA256,',
    'AWS5-HMAC-SHA256',
  ]) {
    it(`must not be ${scheme}`, () => {
      const error = refuse(replacing('AWS4-HMAC-SHA256', scheme));
      expect(error).toMatchObject({ ...INVALID_ARGUMENT, message: 'Unsupported Authorization Type' });
    });
  }

  it('does not echo a foreign secret', () => {
    expect(JSON.stringify(bare([['Authorization', 'Bearer hunter2']]))).not.toContain('hunter2');
  });

  it('must not hold a session token, in a header or in the query', () => {
    const expected = { code: 'InvalidToken', status: 400 };
    expect(refuse({ headers: [['x-amz-security-token', 't']] })).toMatchObject(expected);
    expect(refuse({ unsigned: [['x-amz-security-token', 't']] })).toMatchObject(expected);
    expect(refuse({ query: 'X-Amz-Security-Token=t' })).toMatchObject(expected);
  });
});

describe('the Authorization header', () => {
  for (const [name, options] of [
    ['without Credential', replacing(/Credential=[^,]+, /, '')],
    ['without SignedHeaders', replacing(/SignedHeaders=[^,]+, /, '')],
    ['without Signature', replacing(/, Signature=.*/, '')],
    ['with nothing behind the algorithm', replacing(/ .*/, '')],
    ['with a repeated part', { edit: (text: string) => `${text}, Signature=${'0'.repeat(64)}` }],
    ['with an unknown part', { edit: (text: string) => `${text}, Extra=1` }],
    ['with a comma at its end', { edit: (text: string) => `${text},` }],
    ['with semicolons', replacing(', Signed', '; Signed')],
    ['with lower-case names', replacing('Credential', 'credential')],
    ['with an empty part', replacing(/Signature=.*/, 'Signature=')],
    ['with a space in a part', replacing('Credential=A', 'Credential=A ')],
    ['with spaces around =', replacing('Credential=', 'Credential = ')],
    ['with tabs', replacing(', Signed', ',\tSigned')],
  ] as const) {
    it(`is malformed ${name}`, () => {
      expect(refuse(options)).toMatchObject(MALFORMED);
    });
  }
});

describe('the credential', () => {
  const day = TIME.slice(0, 8);
  for (const [name, credential] of [
    ['four parts', `${day}/${REGION}/s3/aws4_request`],
    ['six parts', `a/${ACCESS_KEY}/${day}/${REGION}/s3/aws4_request`],
    ['an empty id', `/${day}/${REGION}/s3/aws4_request`],
    ['a date with dashes', `${ACCESS_KEY}/2026-03-04/${REGION}/s3/aws4_request`],
    ['another day', `${ACCESS_KEY}/20260305/${REGION}/s3/aws4_request`],
    ['another service', `${ACCESS_KEY}/${day}/${REGION}/s3tables/aws4_request`],
    ['the service in upper case', `${ACCESS_KEY}/${day}/${REGION}/S3/aws4_request`],
    ['another terminator', `${ACCESS_KEY}/${day}/${REGION}/s3/aws3_request`],
    ['an empty region', `${ACCESS_KEY}/${day}//s3/aws4_request`],
  ] as const) {
    it(`is refused with ${name}`, () => {
      expect(refuse(replacing(/Credential=[^,]+/, `Credential=${credential}`))).toMatchObject(MALFORMED);
    });
  }

  it('is refused for another service even if signed for it', () => {
    expect(refuse({ scope: `${day}/${REGION}/s3tables/aws4_request` })).toMatchObject(MALFORMED);
  });

  it('is refused for another region, and told the right one', () => {
    expect(refuse({ scope: `${day}/eu-west-1/s3/aws4_request` })).toMatchObject({
      ...MALFORMED,
      message:
        "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
      details: { Region: REGION },
    });
  });

  it('may name any of the accepted regions', () => {
    const several = verifierOf({ regions: new Set(['home', REGION]) });
    expect(several.verify(headerForm(), NOW).accessKeyId).toBe(ACCESS_KEY);
    const error = refusalOf(() => several.verify(headerForm({ scope: `${day}/mars/s3/aws4_request` }), NOW));
    expect(error.details).toEqual({ Region: 'home' });
  });

  it('is refused for an unknown id, each time anew', () => {
    const expected = { code: 'InvalidAccessKeyId', status: 403, details: { AWSAccessKeyId: 'NOBODY' } };
    expect(refuse({ accessKeyId: 'NOBODY' })).toMatchObject(expected);
    expect(refuse({ accessKeyId: 'NOBODY', secret: '' })).toMatchObject(expected);
  });

  it('is refused where the secret is empty', () => {
    const hollow = verifierOf({ secretOf: () => new Secret('') });
    expect(refusalOf(() => hollow.verify(headerForm({ secret: '' }), NOW))).toMatchObject({
      code: 'InvalidAccessKeyId',
      status: 403,
    });
  });

  it('follows a change of the secret at once', () => {
    let secret = SECRET;
    const changing = verifierOf({ secretOf: () => secret });
    expect(changing.verify(headerForm(), NOW).accessKeyId).toBe(ACCESS_KEY);
    secret = new Secret('another');
    expect(refusalOf(() => changing.verify(headerForm(), NOW))).toMatchObject(MISMATCH);
    expect(changing.verify(headerForm({ secret: 'another' }), NOW).accessKeyId).toBe(ACCESS_KEY);
  });
});

describe('the time', () => {
  for (const minutes of [-15, -14, 0, 14, 15]) {
    it(`may be ${minutes} minutes off`, () => {
      expect(verify(headerForm(), NOW + minutes * MINUTE).mechanism).toBe('header');
    });
  }

  for (const minutes of [-16, 16]) {
    it(`must not be ${minutes} minutes off`, () => {
      const error = refuse({}, NOW + minutes * MINUTE);
      expect(error).toMatchObject({
        code: 'RequestTimeTooSkewed',
        status: 403,
        details: { RequestTime: TIME, MaxAllowedSkewMilliseconds: '900000' },
      });
      expect(error.details['ServerTime']).toMatch(/^2026-03-04T0\d:\d\d:07Z$/);
    });
  }

  it('must not be off by a millisecond more than is allowed', () => {
    expect(refuse({}, NOW + 15 * MINUTE + 1).code).toBe('RequestTimeTooSkewed');
    expect(refuse({}, NOW - 15 * MINUTE - 1).code).toBe('RequestTimeTooSkewed');
  });

  it('may stand in Date, in RFC 1123 or ISO basic form', () => {
    for (const date of ['Wed, 04 Mar 2026 05:06:07 GMT', TIME]) {
      expect(verify(headerForm({ dateHeaders: [['Date', date]] })).mechanism).toBe('header');
    }
  });

  it('is that of x-amz-date where both are there', () => {
    const late = 'Wed, 04 Mar 2020 05:06:07 GMT';
    expect(
      verify(
        headerForm({
          dateHeaders: [
            ['Date', late],
            ['x-amz-date', TIME],
          ],
        }),
      ).mechanism,
    ).toBe('header');
  });

  for (const [name, dateHeaders] of [
    ['absent', []],
    ['not a time', [['x-amz-date', '2026-03-04T05:06:07Z']]],
    ['not in the calendar', [['x-amz-date', '20260230T050607Z']]],
    [
      'wrong in x-amz-date though right in Date',
      [
        ['x-amz-date', 'x'],
        ['Date', 'Wed, 04 Mar 2026 05:06:07 GMT'],
      ],
    ],
    ['of the wrong weekday', [['Date', 'Thu, 04 Mar 2026 05:06:07 GMT']]],
    [
      'in two Date headers',
      [
        ['Date', TIME],
        ['Date', TIME],
      ],
    ],
  ] as const satisfies readonly (readonly [string, readonly Pair[]])[]) {
    it(`must not be ${name}`, () => {
      expect(refuse({ dateHeaders })).toMatchObject({
        ...ACCESS_DENIED,
        message: 'AWS authentication requires a valid Date or x-amz-date header',
      });
    });
  }

  it('must not stand in two x-amz-date headers', () => {
    const error = refuse({
      dateHeaders: [
        ['x-amz-date', TIME],
        ['x-amz-date', TIME],
      ],
    });
    expect([error.code, error.status]).toEqual(['AccessDenied', 403]);
  });
});

describe('the signed headers', () => {
  for (const [name, signed] of [
    ['without host', 'x-amz-content-sha256;x-amz-date'],
    ['unsorted', 'x-amz-date;host;x-amz-content-sha256'],
    ['in upper case', 'Host;x-amz-content-sha256;x-amz-date'],
    ['repeated', 'host;host;x-amz-content-sha256;x-amz-date'],
    ['with an empty name', 'host;;x-amz-content-sha256;x-amz-date'],
    ['with an empty name at the end', 'host;x-amz-content-sha256;x-amz-date;'],
    ['with a name that is no token', 'ho"st;host;x-amz-date'],
  ] as const) {
    it(`are malformed ${name}`, () => {
      expect(refuse({ signed })).toMatchObject(MALFORMED);
    });
  }

  it('must all be in the request', () => {
    const error = refuse({ signed: 'host;x-amz-content-sha256;x-amz-date;x-amz-meta-a' });
    expect(error).toMatchObject({ ...MISMATCH, reason: 'the signed header x-amz-meta-a is not there' });
  });

  for (const name of [
    'x-amz-copy-source',
    'x-amz-acl',
    'x-amz-grant-full-control',
    'x-amz-tagging',
    'x-amz-storage-class',
    'x-amz-object-lock-mode',
    'x-amz-server-side-encryption',
    'x-amz-meta-a',
    'x-amz-metadata-directive',
    'x-amz-checksum-algorithm',
    'x-amz-decoded-content-length',
    'X-AMZ-ACL',
    'x-amz-',
  ]) {
    it(`must hold ${name} if that arrives`, () => {
      expect(refuse({ unsigned: [[name, 'v']] })).toMatchObject({
        ...ACCESS_DENIED,
        message: 'There were headers present in the request which were not signed',
        details: { HeadersNotSigned: name.toLowerCase() },
      });
    });
  }

  it('must hold x-amz-date', () => {
    expect(refuse({ signed: 'host;x-amz-content-sha256' })).toMatchObject({
      ...ACCESS_DENIED,
      details: { HeadersNotSigned: 'x-amz-date' },
    });
  });

  it('are named where several are missing, once each', () => {
    const unsigned: Pair[] = [
      ['x-amz-b', '1'],
      ['x-amz-a', '1'],
      ['x-amz-b', '2'],
    ];
    expect(refuse({ unsigned }).details).toEqual({ HeadersNotSigned: 'x-amz-b, x-amz-a' });
  });

  it('need not hold x-amz-content-sha256, whose value is signed anyway', () => {
    expect(verify(headerForm({ signed: 'host;x-amz-date' })).payloadHash).toBe(EMPTY);
    const other = {
      signed: 'host;x-amz-date',
      payload: [['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']],
    } as const;
    expect(refuse(other)).toMatchObject(MISMATCH);
  });

  it('must not get a second value', () => {
    const headers: Pair[] = [['x-amz-meta-a', 'b']];
    expect(refuse({ headers, unsigned: [['x-amz-meta-a', 'c']] })).toMatchObject(MISMATCH);
  });
});

describe('the payload hash', () => {
  const hash = 'ab'.repeat(32);

  it('may be a SHA-256 or UNSIGNED-PAYLOAD, with and without a body', () => {
    for (const payloadHash of [hash, 'UNSIGNED-PAYLOAD']) {
      for (const framing of [{ kind: 'none' }, { kind: 'length', length: 9 }, { kind: 'chunked' }] as const) {
        expect(verify(headerForm({ payloadHash, framing })).payloadHash).toBe(payloadHash);
      }
    }
    expect(verify(headerForm({ framing: { kind: 'length', length: 0 } })).payloadHash).toBe(EMPTY);
  });

  it('must be there', () => {
    expect(refuse({ payload: [] })).toMatchObject({
      ...INVALID_REQUEST,
      message: 'Missing required header for this request: x-amz-content-sha256',
    });
  });

  it('must be there once', () => {
    const payload: Pair[] = [
      ['x-amz-content-sha256', EMPTY],
      ['x-amz-content-sha256', EMPTY],
    ];
    expect(refuse({ payload })).toMatchObject(INVALID_REQUEST);
  });

  for (const mode of [
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  ]) {
    it(`does not say ${mode} where nothing else of the request does`, () => {
      expect(refuse({ payloadHash: mode })).toMatchObject(INVALID_REQUEST);
    });
  }

  for (const mode of [
    'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
    'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
  ]) {
    it(`is not implemented for ${mode}`, () => {
      expect(refuse({ payloadHash: mode })).toMatchObject({
        code: 'NotImplemented',
        status: 501,
        message: expect.stringContaining(mode),
      });
    });
  }

  for (const value of [
    '',
    'AB'.repeat(32),
    'ab'.repeat(31),
    `${hash}0`,
    'unsigned-payload',
    'UNSIGNED-PAYLOAD-X',
    'e30',
  ]) {
    it(`must not be "${value}"`, () => {
      expect(refuse({ payloadHash: value })).toMatchObject({
        ...INVALID_ARGUMENT,
        details: { ArgumentName: 'x-amz-content-sha256' },
      });
    });
  }

  it('must not be that of nothing where a body comes', () => {
    for (const framing of [{ kind: 'length', length: 1 }, { kind: 'chunked' }] as const) {
      expect(refuse({ framing })).toMatchObject({ code: 'XAmzContentSHA256Mismatch', status: 400 });
    }
  });
});

describe('the signature', () => {
  const wrong = 'f'.repeat(64);
  for (const [name, signature] of [
    ['wrong', wrong],
    ['short', 'ff'],
    ['long', `${wrong}f`],
    ['not hex', 'g'.repeat(64)],
  ] as const) {
    it(`is refused if ${name}, and gives nothing away`, () => {
      const error = refuse(replacing(/Signature=.*/, `Signature=${signature}`));
      expect(error).toMatchObject({
        ...MISMATCH,
        details: { AWSAccessKeyId: ACCESS_KEY, SignatureProvided: signature },
      });
      const right = headerForm().head.headers.get('authorization')?.slice(-64) ?? '';
      expect(JSON.stringify([error.message, error.reason, error.details])).not.toContain(right);
    });
  }

  it('is refused in upper case', () => {
    const edit = (text: string) => text.replace(/[^=]+$/, (hex) => hex.toUpperCase());
    expect(refuse({ edit })).toMatchObject(MISMATCH);
  });

  it('is refused if made with another secret', () => {
    expect(refuse({ secret: 'guess' })).toMatchObject({
      ...MISMATCH,
      reason: expect.stringMatching(/^header form, SHA-256 of the canonical request [0-9a-f]{64}$/),
    });
  });

  it('is refused with a snowball header, whatever that asks for', () => {
    const headers: Pair[] = [['x-amz-meta-snowball-auto-extract', 'true']];
    expect(
      refuse({ method: 'PUT', headers, ...replacing(/Signature=.*/, `Signature=${wrong}`) }),
    ).toMatchObject(MISMATCH);
  });
});

describe('the canonical path', () => {
  const byBothForms = [
    "/bucket/a!*'()",
    '/bucket/a+b',
    '/bucket/a%2bb',
    '/bucket/%61',
    '/bucket/a:b@c',
    '/bucket/\xc3\xa0',
  ];
  const canonical: Record<string, string> = {
    "/bucket/a!*'()": '/bucket/a%21%2A%27%28%29',
    '/bucket/a+b': '/bucket/a%2Bb',
    '/bucket/a%2bb': '/bucket/a%2Bb',
    '/bucket/%61': '/bucket/a',
    '/bucket/a:b@c': '/bucket/a%3Ab%40c',
    '/bucket/\xc3\xa0': '/bucket/%C3%A0',
  };
  for (const path of byBothForms) {
    it(`of ${path} may be signed as sent or encoded`, () => {
      expect(verify(headerForm({ path })).mechanism).toBe('header');
      expect(verify(headerForm({ path, canonicalPath: canonical[path] ?? '' })).mechanism).toBe('header');
    });
  }

  for (const [path, canonicalPath] of [
    ['/bucket//k', '/bucket/k'],
    ['/bucket/a/../k', '/bucket/k'],
    ['/bucket/./k', '/bucket/k'],
    ['/bucket/k/', '/bucket/k'],
    ['/bucket/%2e%2e/k', '/k'],
    ['/bucket/a%20b', '/bucket/a%2520b'],
    ['/bucket/a+b', '/bucket/a%20b'],
    ['/bucket/a%2541', '/bucket/aA'],
  ] as const) {
    it(`of ${path} is not ${canonicalPath}`, () => {
      expect(refuse({ path, canonicalPath })).toMatchObject(MISMATCH);
    });
  }
});

describe('the canonical query', () => {
  for (const [query, canonicalQuery] of [
    ['uploads', 'uploads='],
    ['acl=&acl=', 'acl=&acl='],
    ['b&a', 'a=&b='],
    ['prefix=a+b', 'prefix=a%2Bb'],
    ['prefix=%7E;', 'prefix=~%3B'],
    ['a-b=1&a=1', 'a=1&a-b=1'],
  ] as const) {
    it(`of ?${query} is ${canonicalQuery}`, () => {
      expect(verify(headerForm({ query, canonicalQuery })).mechanism).toBe('header');
    });
  }

  for (const [query, canonicalQuery] of [
    ['prefix=a+b', 'prefix=a%20b'],
    ['a=1&a=2', 'a=1'],
    ['uploads', 'uploads'],
    ['versionId=1', ''],
  ] as const) {
    it(`of ?${query} is not "${canonicalQuery}"`, () => {
      expect(refuse({ query, canonicalQuery })).toMatchObject(MISMATCH);
    });
  }
});
