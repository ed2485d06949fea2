import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type PrometheusCapacityOptions,
  prometheusCapacity,
} from '../../../src/capacity/providers/prometheus.ts';
import { forBucket } from '../../../src/capacity/providers/prometheus-query.ts';
import { Secret } from '../../../src/secret.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import {
  type Answer,
  type Answers,
  type StandIn,
  startStandIn,
  unknownMessage,
  vector,
} from './store-stand-in.ts';

const patience = () => AbortSignal.timeout(5_000);
const EXPRESSIONS = { total: 'size', free: 'room', used: 'held{bucket="$bucket"}' };

const scalar = (value: string, atMs = Date.now()) => ({
  body: `{"status":"success","data":{"resultType":"scalar","result":[${atMs / 1000},"${value}"]}}`,
});

const server =
  (changed: { total?: Answer; free?: Answer; used?: Answer } = {}): Answers =>
  (path, query) => {
    if (path !== '/api/v1/query') return { status: 404, body: '404 page not found' };
    switch (query.get('query')) {
      case 'size':
        return changed.total ?? { body: vector('prometheus-scalar.json.txt') };
      case 'room':
        return changed.free ?? { body: vector('prometheus-sample.json.txt') };
      case 'held{bucket="full"}':
        return changed.used ?? { body: vector('prometheus-sample.json.txt') };
      default:
        return { body: vector('prometheus-nothing.json.txt') };
    }
  };

function providerOf({ url }: StandIn, extra: Partial<PrometheusCapacityOptions> = {}) {
  return prometheusCapacity({ url, ...EXPRESSIONS, now: Date.now, ...extra });
}

describeCapacityProvider('prometheus (recorded)', async () => {
  const standIn = await startStandIn(server());
  return { provider: providerOf(standIn), bucket: 'full', missingBucket: 'nope', close: standIn.close };
});

describeCapacityProvider('prometheus with one expression (recorded)', async () => {
  const standIn = await startStandIn(server());
  const provider = prometheusCapacity({ url: standIn.url, used: EXPRESSIONS.used, now: Date.now });
  return { provider, bucket: 'full', tells: ['used'], close: standIn.close };
});

describe('prometheusCapacity', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn(server());
  });
  afterAll(() => standIn.close());
  const measure = (
    changed: Parameters<typeof server>[0] = {},
    extra: Partial<PrometheusCapacityOptions> = {},
  ) => {
    standIn.answers = server(changed);
    return providerOf(standIn, extra).measure('full', patience());
  };

  it('takes a sample or a scalar for each number', async () => {
    expect(await measure()).toMatchObject({
      total: { bytes: 97_793_294_336n },
      free: { bytes: 46_714_880n },
      used: { bytes: 46_714_880n, lagMs: 300_000, uploads: 'not-counted' },
    });
    const { used } = await measure({}, { lagMs: 7, uploads: 'counted' });
    expect(used).toMatchObject({ lagMs: 7, uploads: 'counted' });
  });

  it.each([
    ['8152025600', 8_152_025_600n],
    ['1.2345e+13', 12_345_000_000_000n],
    ['9007199254740992', 2n ** 53n],
    ['9223372036854776000', 2n ** 63n],
    ['1.8446744073709552e+19', 2n ** 64n],
    ['0.5', 0n],
    ['0', 0n],
    ['1099511627776.9', 2n ** 40n],
  ])('reads %s', async (value, bytes) => {
    const { used } = await measure({ used: scalar(value) });
    expect(used?.bytes).toBe(bytes);
  });

  it('reads every whole number that a float can be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 0n, max: 2n ** 80n }), async (bytes) => {
        const float = Number(bytes);
        const { used } = await measure({ used: scalar(String(float)) });
        expect(used?.bytes).toBe(BigInt(float));
      }),
      { numRuns: 30 },
    );
  });

  it.each(['NaN', '+Inf', '-Inf', '-5', '-1e+3', '', '0x10', '1_000', 'x', '1e300', '1e999'])(
    'does not take %s for bytes',
    async (value) => {
      expect(await unknownMessage(measure({ used: scalar(value) }))).toContain(': the value is ');
    },
  );

  it.each([
    ['no sample', 'prometheus-nothing.json.txt', 'finds nothing'],
    ['several samples', 'prometheus-two-samples.json.txt', 'gives 2 samples, not one'],
    ['a text', 'prometheus-string.json.txt', 'gives a string'],
    ['a range', 'prometheus-range.json.txt', 'gives a matrix'],
  ])('takes %s for no answer', async (_name, file, why) => {
    const message = await unknownMessage(measure({ used: { body: vector(file) } }));
    expect(message).toContain(why);
    expect(message).toContain(`asked ${standIn.url}/api/v1/query for the usage, for bucket full: `);
  });

  it('says what is wrong with an expression, and which one', async () => {
    const total = { status: 400, body: vector('prometheus-bad-expression.json.txt') };
    expect(await unknownMessage(measure({ total }))).toBe(
      `asked ${standIn.url}/api/v1/query for the size of the store: answered 400 bad_data: ` +
        'invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
    );
  });

  it('takes neither a size of zero nor more free space than the size for an answer', async () => {
    expect(await unknownMessage(measure({ total: scalar('0') }))).toContain('not known yet');
    const small = measure({ total: scalar('10'), free: scalar('11') });
    expect(await unknownMessage(small)).toContain('11 bytes are more than the total of 10');
  });

  it('shares what is of the store, and asks anew for each bucket', async () => {
    const fresh = await startStandIn(server());
    const provider = providerOf(fresh);
    await provider.measure('full', patience());
    await provider.measure('full', patience());
    const asked = fresh.requests.map((url) => new URLSearchParams(url.split('?')[1]).get('query'));
    expect(asked.toSorted()).toEqual(['held{bucket="full"}', 'held{bucket="full"}', 'room', 'size']);
    await fresh.close();
  });

  it('dates a number by its own time, our clock, and never in the future', async () => {
    const nowMs = Date.UTC(2026, 10, 21);
    const of = async (sampleMs: number, serverMs: number) => {
      const date = { date: new Date(serverMs).toUTCString() };
      const { used } = await measure(
        { used: { ...scalar('1', sampleMs), headers: date } },
        { total: undefined, free: undefined, now: () => nowMs },
      );
      return (used?.atMs ?? 0) - nowMs;
    };
    expect(await of(nowMs - 500, nowMs)).toBe(-500);
    expect(await of(nowMs + 500, nowMs)).toBe(0);
    expect(await of(nowMs + 3_599_000, nowMs + 3_600_000)).toBe(-1_000);
    expect(await of(nowMs - 3_601_000, nowMs - 3_600_000)).toBe(-1_000);
  });

  it.each([
    [{ token: new Secret('very-secret') }, 'Bearer very-secret'],
    [{ user: 'reader', password: new Secret('very-secret') }, 'Basic cmVhZGVyOnZlcnktc2VjcmV0'],
    [{}, undefined],
  ])('sends its credentials, and never tells them', async (credentials, expected) => {
    const sent: (string | undefined)[] = [];
    const refusing = await startStandIn((_path, _query, request) => {
      sent.push(request.headers.authorization);
      return {
        status: 401,
        body: '{"status":"error","errorType":"unauthorized","error":"not very-secret"}',
      };
    });
    const only = { total: undefined, free: undefined, ...credentials };
    const message = await unknownMessage(providerOf(refusing, only).measure('full', patience()));
    expect(sent).toEqual([expected]);
    expect(message).toContain('answered 401');
    expect(message.includes('very-secret')).toBe(expected === undefined);
    await refusing.close();
  });

  it('keeps the path of its URL', async () => {
    standIn.answers = (path, query, request) =>
      path.startsWith('/prom/') ? server()(path.slice('/prom'.length), query, request) : 'reset';
    const provider = providerOf(standIn, { url: `${standIn.url}/prom/` });
    expect(await provider.measure('full', patience())).toMatchObject({ total: { bytes: 97_793_294_336n } });
  });

  it('is not made without an expression', () => {
    expect(() => prometheusCapacity({ url: 'http://127.0.0.1:1', now: Date.now })).toThrow('no expression');
  });
});

describe('forBucket', () => {
  it('puts the name wherever it is wanted, and leaves the rest', () => {
    expect(forBucket('a{b="$bucket"} / c{b="$bucket"}', 'my-bucket.1')).toBe(
      'a{b="my-bucket.1"} / c{b="my-bucket.1"}',
    );
    expect(forBucket('a', 'b')).toBe('a');
    expect(forBucket('"$bucket"', '$&$bucket')).toBe('"\\x24\\x26\\x24bucket"');
  });

  it('never lets a name out of its quotes', () => {
    expect(forBucket('{b="$bucket"}', 'a"} or {c=\'`\\\né')).toBe(
      '{b="a\\x22\\x7d or \\x7bc\\x3d\\x27\\x60\\x5c\\x0a\\xc3\\xa9"}',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(forBucket('$bucket', name)).toMatch(/^(?:[\w.:/ -]|\\x[0-9a-f]{2})*$/);
      }),
    );
  });
});
