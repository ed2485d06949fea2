// A signature that was right when it was made, and what a proxy did to the request on its way: the explanation names it.
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeaderList } from '../../../src/http1/header-list.ts';
import type { S3Request } from '../../../src/s3/request.ts';
import { splitTarget } from '../../../src/s3/target.ts';
import { explainMismatch, type MismatchExplanation } from '../../../src/sigv4/explain-mismatch.ts';
import { deriveSigningKey } from '../../../src/sigv4/signing-key.ts';
import type { SignatureMismatch } from '../../../src/sigv4/verify.ts';
import {
  EMPTY,
  HOST,
  headerForm,
  NOW,
  type Pair,
  presigned,
  REGION,
  refusalOf,
  SECRET,
  SECRET_TEXT,
  TIME,
  verifierOf,
} from './request-fixture.ts';

const SURROUNDINGS = { hostNames: ['s3.example.com', 'backup.example.com'], ports: [8080, 8443] };

interface Arriving {
  readonly method?: string;
  readonly target?: string;
  /** By lower-case name; undefined: it does not arrive. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly added?: readonly Pair[];
}

/** The request as the gateway sees it behind a proxy that changed it. */
function behindProxy(sent: S3Request, change: Arriving): S3Request {
  const { target = sent.head.target, method = sent.head.method, headers = {}, added = [] } = change;
  const arriving = [...sent.head.headers].flatMap(({ name, rawName, value }): readonly Pair[] => {
    const changed = name in headers ? headers[name] : value;
    return changed === undefined ? [] : [[rawName, changed]];
  });
  return {
    ...sent,
    ...splitTarget(target),
    head: { ...sent.head, target, method, headers: HeaderList.of(...arriving, ...added) },
  };
}

function explained(request: S3Request, surroundings = SURROUNDINGS): MismatchExplanation {
  const mismatches: SignatureMismatch[] = [];
  expect(refusalOf(() => verifierOf().verify(request, NOW, (each) => mismatches.push(each))).code).toBe(
    'SignatureDoesNotMatch',
  );
  const [mismatch] = mismatches;
  if (mismatch === undefined) throw new Error('the mismatch was not told');
  return explainMismatch(mismatch, surroundings);
}

const signedFor = (host: string, sent: Parameters<typeof headerForm>[0] = {}): S3Request => {
  // The fixture signs its own host; signing another one is signing a request that arrives with it.
  const request = headerForm(sent);
  return resigned(request, { host });
};

/** Signs the request again as a client would that sent these headers. */
function resigned(request: S3Request, headers: Readonly<Record<string, string>>): S3Request {
  const changed = behindProxy(request, { headers });
  const names = /SignedHeaders=([^,]+)/.exec(changed.head.headers.get('authorization') ?? '')?.[1] ?? '';
  const lines = names.split(';').map((name) => `${name}:${changed.head.headers.all(name).join(',')}\n`);
  const canonical = [
    changed.head.method,
    changed.rawPath,
    changed.rawQuery,
    lines.join(''),
    names,
    EMPTY,
  ].join('\n');
  const digest = createHash('sha256').update(canonical, 'latin1').digest('hex');
  const scope = `${TIME.slice(0, 8)}/${REGION}/s3/aws4_request`;
  const key = deriveSigningKey(SECRET, TIME.slice(0, 8), REGION);
  const signature = key.hexOf(`AWS4-HMAC-SHA256\n${TIME}\n${scope}\n${digest}`);
  const authorization = (changed.head.headers.get('authorization') ?? '').replace(/[0-9a-f]{64}$/, signature);
  return behindProxy(changed, { headers: { authorization } });
}

/** Not through the product's own key, which shows its bytes to nobody. */
function signingKeyBytes(): Buffer {
  return [TIME.slice(0, 8), REGION, 's3', 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${SECRET_TEXT}`),
  );
}

describe('a proxy that changed Host', () => {
  test.each([
    ['left out the port', `${HOST}:9443`, HOST, { hostNames: [], ports: [9443] }],
    ['left out port 443', `${HOST}:443`, HOST, { hostNames: [], ports: [] }],
    ['left out port 80', `${HOST}:80`, HOST, { hostNames: [], ports: [] }],
    ['added its port', HOST, `${HOST}:8000`, { hostNames: [], ports: [] }],
    ["put in the gateway's own address", HOST, '127.0.0.1:8080', SURROUNDINGS],
    [
      "put in the gateway's own address for another name",
      'backup.example.com:8443',
      '10.0.0.7',
      SURROUNDINGS,
    ],
  ])('%s', (_what, sentHost, arrived, surroundings) => {
    const request = behindProxy(signedFor(sentHost), { headers: { host: arrived } });
    expect(explained(request, surroundings)).toMatchObject({
      finding: `the signature fits if Host was ${sentHost}: a proxy in between changed Host`,
      differences: [{ part: 'Host', arrived, signed: sentHost }],
    });
  });

  test.each<[string, readonly Pair[]]>([
    ['X-Forwarded-Host', [['X-Forwarded-Host', 'public.example.net']]],
    ['the first X-Forwarded-Host', [['X-Forwarded-Host', 'public.example.net, inner.lan']]],
    ['Forwarded', [['Forwarded', 'for=192.0.2.1;host="public.example.net";proto=https']]],
  ])('and told the right one in %s: good for an explanation, and still refused', (_what, added) => {
    const request = behindProxy(signedFor('public.example.net'), { headers: { host: 'inner' }, added });
    expect(explained(request).finding).toBe(
      'the signature fits if Host was public.example.net: a proxy in between changed Host',
    );
  });

  test('and told the port in X-Forwarded-Port', () => {
    const added: Pair[] = [
      ['X-Forwarded-Host', 'public.example.net'],
      ['X-Forwarded-Port', '10443'],
    ];
    const request = behindProxy(signedFor('public.example.net:10443'), { headers: { host: 'inner' }, added });
    expect(explained(request).differences).toEqual([
      { part: 'Host', arrived: 'inner', signed: 'public.example.net:10443' },
    ]);
  });

  test('and moved the bucket from it into the path', () => {
    const request = behindProxy(signedFor('bucket.s3.example.com', { path: '/key' }), {
      headers: { host: '127.0.0.1:8080' },
      target: '/bucket/key',
    });
    expect(explained(request).finding).toBe(
      'the signature fits if Host was bucket.s3.example.com and the path was /key: a proxy in between moved the bucket from Host into the path',
    );
  });

  test('and moved the bucket from the path into it', () => {
    const sent = headerForm({ path: '/bucket/key' });
    const request: S3Request = {
      ...behindProxy(sent, { headers: { host: `bucket.${HOST}` }, target: '/key' }),
      addressing: 'virtual-hosted',
    };
    expect(explained(request).differences).toEqual([
      { part: 'Host', arrived: 'bucket.s3.example.com', signed: HOST },
      { part: 'the path', arrived: '/key', signed: '/bucket/key' },
    ]);
  });
});

describe('a proxy that changed the path', () => {
  test.each<[string, string, string, readonly Pair[]]>([
    ['put /s3 before the path', '/bucket/key', '/s3/bucket/key', []],
    ['took /s3 off the path', '/s3/bucket/key', '/bucket/key', [['X-Forwarded-Prefix', '/s3']]],
    ['changed the path', '/bucket//key', '/bucket/key', [['X-Original-URI', '/bucket//key?a']]],
    ['encoded the path a second time', '/bucket/a%20b', '/bucket/a%2520b', []],
    ['decoded the path', '/bucket/a%2520b', '/bucket/a%20b', []],
    ['wrote + for a space in the path', '/bucket/a%20b', '/bucket/a+b', []],
    ['put a slash behind the path', '/bucket', '/bucket/', []],
    ['took a slash off the end of the path', '/bucket/a/', '/bucket/a', []],
  ])('%s', (deed, sent, arrived, added) => {
    const request = behindProxy(headerForm({ path: sent }), { target: arrived, added });
    expect(explained(request)).toMatchObject({
      finding: `the signature fits if the path was ${sent}: a proxy in between ${deed}`,
      differences: [{ part: 'the path', arrived, signed: sent }],
    });
  });

  test('and Host too', () => {
    const request = behindProxy(headerForm(), {
      target: '/s3/bucket/key',
      headers: { host: '10.1.1.1:8080' },
    });
    expect(explained(request).finding).toBe(
      'the signature fits if Host was s3.example.com and the path was /bucket/key: a proxy in between changed Host and put /s3 before the path',
    );
  });

  test('the path of a presigned URL', () => {
    const sent = presigned();
    const request = behindProxy(sent, { target: `/prefix${sent.head.target}` });
    expect(explained(request).finding).toBe(
      'the signature fits if the path was /bucket/key: a proxy in between put /prefix before the path',
    );
  });
});

describe('a proxy that changed another header, or the method', () => {
  test.each([
    ['accept-encoding', 'Accept-Encoding', 'identity', 'gzip'],
    ['accept-encoding', 'Accept-Encoding', 'gzip', 'gzip, br'],
    ['accept-encoding', 'Accept-Encoding', '', 'gzip'],
    ['content-type', 'Content-Type', '', 'application/octet-stream'],
    ['content-type', 'Content-Type', 'application/octet-stream', 'text/plain'],
    ['expect', 'Expect', '100-continue', ''],
    ['connection', 'Connection', 'keep-alive', 'close'],
  ])('changed %s', (name, part, sent, arrived) => {
    const request = behindProxy(headerForm({ headers: [[name, sent]] }), { headers: { [name]: arrived } });
    const was = sent === '' ? 'empty or absent' : sent;
    expect(explained(request)).toMatchObject({
      finding: `the signature fits if ${part} was ${was}: a proxy in between changed ${part}`,
      differences: [{ part, arrived, signed: sent }],
    });
  });

  test.each([
    ['accept-encoding', 'Accept-Encoding', 'identity'],
    ['content-type', 'Content-Type', 'application/xml'],
    ['expect', 'Expect', '100-continue'],
  ])('left out %s', (name, part, sent) => {
    const request = behindProxy(headerForm({ headers: [[name, sent]] }), { headers: { [name]: undefined } });
    expect(explained(request).finding).toBe(
      `the signature fits if ${part} was ${sent}: a proxy in between left out ${part}`,
    );
  });

  test('and Host too, as a tunnel does', () => {
    const sent = headerForm({ headers: [['accept-encoding', 'identity']] });
    const request = behindProxy(sent, { headers: { 'accept-encoding': 'gzip, br', host: 'inner:8080' } });
    expect(explained(request).differences).toEqual([
      { part: 'Host', arrived: 'inner:8080', signed: HOST },
      { part: 'Accept-Encoding', arrived: 'gzip, br', signed: 'identity' },
    ]);
  });

  test('turned HEAD into GET', () => {
    const request = behindProxy(headerForm({ method: 'HEAD' }), { method: 'GET' });
    expect(explained(request).finding).toBe(
      'the signature fits if the method was HEAD: a proxy in between turned HEAD into GET',
    );
  });
});

describe('what no proxy explains', () => {
  const wrong = headerForm({ secret: 'another-secret', query: 'versionId=1', canonicalQuery: 'versionId=1' });

  test('a wrong secret: the sentence says so', () => {
    expect(explained(wrong)).toMatchObject({
      finding:
        'the signature fits none of the changes that proxies usually make: the secret key is another one, or something else was changed',
      differences: [],
    });
  });

  test('the canonical request and the string to sign are what was computed', () => {
    const canonicalRequest = [
      'GET',
      '/bucket/key',
      'versionId=1',
      `host:${HOST}`,
      `x-amz-content-sha256:${EMPTY}`,
      `x-amz-date:${TIME}`,
      '',
      'host;x-amz-content-sha256;x-amz-date',
      EMPTY,
    ].join('\n');
    const hash = createHash('sha256').update(canonicalRequest).digest('hex');
    expect(explained(wrong)).toMatchObject({
      canonicalRequest,
      stringToSign: `AWS4-HMAC-SHA256\n${TIME}\n20260304/us-east-1/s3/aws4_request\n${hash}`,
    });
  });

  test('a time that was shifted is none of the guesses', () => {
    const request = behindProxy(headerForm(), { headers: { 'x-amz-date': '20260304T050608Z' } });
    expect(explained(request).differences).toEqual([]);
  });

  test('texts in UTF-8 are shown as such', () => {
    const name = Buffer.from('ü').toString('latin1');
    const request = headerForm({ secret: 'another-secret', headers: [['x-amz-meta-a', name]] });
    expect(explained(request).canonicalRequest).toContain('x-amz-meta-a:ü\n');
  });
});

describe('secrets in what is told', () => {
  test.each([
    ['x-amz-server-side-encryption-customer-key', 'c2VjcmV0LWtleQ=='],
    ['x-amz-copy-source-server-side-encryption-customer-key', 'c2VjcmV0LWtleQ=='],
    ['x-amz-server-side-encryption-customer-key-md5', 'c2VjcmV0LWtleQ=='],
    ['cookie', 'session=c2VjcmV0LWtleQ=='],
    ['proxy-authorization', 'Basic c2VjcmV0LWtleQ=='],
    ['x-vault-token', 'c2VjcmV0LWtleQ=='],
  ])('%s is cut', (name, value) => {
    const request = headerForm({ secret: 'another-secret', headers: [[name, value]] });
    const told = explained(request);
    expect(told.canonicalRequest).toContain(`${name}:(cut, ${value.length} characters)\n`);
    expect(JSON.stringify(told)).not.toContain('c2VjcmV0LWtleQ==');
  });

  test('neither the signature that came, nor the right one, nor the secret, nor the signing key', () => {
    const key = signingKeyBytes();
    for (const [request, right] of [
      [headerForm({ secret: 'another-secret' }), headerForm()],
      [behindProxy(headerForm(), { headers: { host: 'inner' } }), resigned(headerForm(), { host: 'inner' })],
      [behindProxy(presigned(), { headers: { host: 'inner' } }), presigned()],
    ] as const) {
      const told = JSON.stringify(explained(request));
      for (const { head } of [request, right]) {
        const [signature = ''] = /[0-9a-f]{64}$/.exec(head.headers.get('authorization') ?? head.target) ?? [];
        expect(signature).toHaveLength(64);
        expect(told).not.toContain(signature);
      }
      expect(told).not.toContain(SECRET_TEXT);
      expect(told).not.toContain(key.toString('hex'));
      expect(told).not.toContain(key.toString('base64'));
    }
  });
});

describe('what it costs', () => {
  test('a bounded number of hashes, fewer the larger the head is', () => {
    const tries = (headers: readonly Pair[]): number => {
      let count = 0;
      const mismatches: SignatureMismatch[] = [];
      const request = headerForm({ path: '/b/a%2520+b', secret: 'another-secret', headers });
      refusalOf(() => verifierOf().verify(request, NOW, (each) => mismatches.push(each)));
      const [mismatch] = mismatches;
      if (mismatch === undefined) throw new Error('no mismatch');
      const fits = (): boolean => {
        count++;
        return false;
      };
      const hostNames = Array.from({ length: 1_000 }, (_, n) => `s${n}.example.com`);
      explainMismatch({ ...mismatch, fits }, { hostNames, ports: [8080] });
      return count;
    };
    const signed: Pair[] = [
      ['accept-encoding', 'br'],
      ['content-type', 'a/b'],
      ['expect', 'x'],
    ];
    expect(tries(signed)).toBeLessThanOrEqual(4_000);
    expect(tries([...signed, ['x-amz-meta-a', 'x'.repeat(30_000)]])).toBeLessThanOrEqual(300);
  });

  test('a long text is cut', () => {
    const request = headerForm({ secret: 'another-secret', headers: [['x-amz-meta-a', 'x'.repeat(30_000)]] });
    expect(explained(request).canonicalRequest.length).toBeLessThan(17_000);
  });
});

test('whatever arrives, it gives an explanation and throws nothing', () => {
  const text = fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  });
  const name = fc.constantFrom(
    'x-forwarded-host',
    'forwarded',
    'x-forwarded-prefix',
    'x-original-uri',
    'x-forwarded-port',
  );
  const path = fc.string({ unit: fc.constantFrom('/', 'a', '%25', '%41', '%ff', '+', '.') });
  fc.assert(
    fc.property(path, text, fc.array(fc.tuple(name, text), { maxLength: 4 }), (rest, host, added) => {
      const sent = headerForm({ path: `/bucket/${rest}`, secret: 'another-secret' });
      const request = behindProxy(sent, { headers: { host }, added });
      expect(explained(request).differences).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('a signature that fits is not explained, nor one of an unknown key', () => {
  const told = () => {
    throw new Error('told');
  };
  expect(verifierOf().verify(headerForm(), NOW, told).accessKeyId).toBe('AKIAIOSFODNN7EXAMPLE');
  expect(refusalOf(() => verifierOf().verify(headerForm({ accessKeyId: 'OTHER' }), NOW, told)).code).toBe(
    'InvalidAccessKeyId',
  );
});
