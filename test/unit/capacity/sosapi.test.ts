import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sosapiCapacity } from '../../../src/capacity/providers/sosapi.ts';
import { readCapacityDocument } from '../../../src/capacity/providers/sosapi-document.ts';
import { Secret } from '../../../src/secret.ts';
import { describeCapacityProvider } from '../../contract/capacity-provider.ts';
import {
  type Answers,
  type Reply,
  type StandIn,
  startStandIn,
  unknownMessage,
  vector,
} from './store-stand-in.ts';

const KEY = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml';
const patience = () => AbortSignal.timeout(5_000);

const store =
  (full: Reply = { body: vector('sosapi-minio.xml.txt') }): Answers =>
  (path) =>
    path === `/full/${KEY}`
      ? full
      : { status: 404, body: '<Error><Code>NoSuchBucket</Code><Message>none</Message></Error>' };

function providerOf({ url }: StandIn, lagMs?: number) {
  const key = { accessKeyId: 'AK', secret: new Secret('very-secret'), region: 'us-east-1' };
  return sosapiCapacity({ endpoint: url, ...key, now: Date.now, lagMs });
}

describeCapacityProvider('sosapi (recorded)', async () => {
  const standIn = await startStandIn(store());
  return { provider: providerOf(standIn), bucket: 'full', missingBucket: 'nope', close: standIn.close };
});

describe('sosapiCapacity', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn(store());
  });
  afterAll(() => standIn.close());
  const measure = (reply?: Reply) => {
    standIn.answers = store(reply);
    return providerOf(standIn).measure('full', patience());
  };
  const withNumbers = (capacity: string, available: string, used: string) =>
    measure({
      body: `<CapacityInfo><Capacity>${capacity}</Capacity><Available>${available}</Available><Used>${used}</Used></CapacityInfo>`,
    });

  it('takes the three numbers of the document', async () => {
    expect(await measure()).toMatchObject({
      total: { bytes: 97_793_294_336n },
      free: { bytes: 97_790_294_336n },
      used: { bytes: 3_000_000n, lagMs: 3_600_000, uploads: 'not-counted' },
    });
    const { used } = await providerOf(standIn, 60_000).measure('full', patience());
    expect(used?.lagMs).toBe(60_000);
  });

  it('takes what is below zero for nothing, and what is above the capacity for all of it', async () => {
    const body = vector('sosapi-minio-over-quota.xml.txt');
    expect(await measure({ body })).toMatchObject({
      total: { bytes: 20_000_000n },
      free: { bytes: 0n },
      used: { bytes: 21_000_000n },
    });
    expect(await withNumbers('10', '11', '0')).toMatchObject({ free: { bytes: 10n } });
  });

  it('keeps bytes beyond 2^53', async () => {
    expect(await withNumbers('9223372036854775807', '9007199254740993', '9007199254740995')).toMatchObject({
      total: { bytes: 9_223_372_036_854_775_807n },
      free: { bytes: 9_007_199_254_740_993n },
      used: { bytes: 9_007_199_254_740_995n },
    });
  });

  it('signs', async () => {
    let authorization: string | undefined;
    standIn.answers = (path, query, request) => {
      authorization = request.headers.authorization;
      return store()(path, query, request);
    };
    await providerOf(standIn).measure('full', patience());
    expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AK\/\d{8}\/us-east-1\/s3\//);
  });

  it.each([
    [
      'a store without SOSAPI',
      { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' },
      'this store has no SOSAPI',
    ],
    ['three zeros', { body: vector('sosapi-zeros.xml.txt') }, 'Capacity is 0'],
    [
      'a refusal',
      { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' },
      'answered 403 AccessDenied',
    ],
    ['garbage', { body: '{}' }, 'not a CapacityInfo document'],
  ])('takes %s for no answer', async (_name, reply, why) => {
    const message = await unknownMessage(measure(reply));
    expect(message).toContain(why);
    expect(message).toContain(`asked ${standIn.url}/full/${KEY} for the capacity of bucket full: `);
  });

  it.each([
    ['-1', '0', '0', 'Capacity is -1'],
    ['10', '-1', '0', 'Available is -1'],
    ['10', '5', '-1', 'Used is -1'],
    ['0', '10', '10', 'Capacity is 0'],
    ['10', 'NaN', '0', 'Available is not an integer'],
    ['1e3', '1', '1', 'Capacity is not an integer'],
  ])('takes %s, %s and %s for no answer', async (capacity, available, used, why) => {
    expect(await unknownMessage(withNumbers(capacity, available, used))).toContain(why);
  });
});

describe('readCapacityDocument', () => {
  const numbers = { capacity: 3n, available: 2n, used: 1n };

  it.each([
    [
      'with spaces and lines',
      '\n<CapacityInfo>\n <Capacity> 3 </Capacity>\n <Available>2</Available>\n <Used>1</Used>\n</CapacityInfo>\n',
    ],
    [
      'in another order',
      '<CapacityInfo><Used>1</Used><Available>2</Available><Capacity>3</Capacity></CapacityInfo>',
    ],
    [
      'with a namespace and what is not known',
      '<?xml version="1.0"?><CapacityInfo xmlns="urn:x"><Capacity>3</Capacity><Other>x</Other><Available>2</Available><Used>1</Used></CapacityInfo>',
    ],
  ])('reads it %s', (_name, xml) => expect(readCapacityDocument(xml)).toEqual(numbers));

  it.each([
    ['', 'not a CapacityInfo'],
    ['<CapacityInfo></CapacityInfo>', 'no Capacity and no Available and no Used'],
    ['<CapacityInfo><Capacity>3</Capacity><Used>1</Used></CapacityInfo>', 'no Available'],
    [
      '<CapacityInfo><Capacity>3</Capacity><Capacity>4</Capacity><Available>2</Available><Used>1</Used></CapacityInfo>',
      'twice',
    ],
    [
      '<CapacityInfo><Capacity>3</Used><Available>2</Available><Used>1</Used></CapacityInfo>',
      'not a CapacityInfo',
    ],
    ['<CapacityInfo><Capacity>3</Capacity><Available>2</Available><Used>1</Used>', 'not a CapacityInfo'],
    [
      '<CapacityInfo><!-- <Capacity>3</Capacity> --><Available>2</Available><Used>1</Used></CapacityInfo>',
      'not a CapacityInfo',
    ],
    [
      '<!DOCTYPE a [<!ENTITY b "3">]><CapacityInfo><Capacity>&b;</Capacity><Available>2</Available><Used>1</Used></CapacityInfo>',
      'not a CapacityInfo',
    ],
    [
      '<CapacityInfo><Capacity>&#51;</Capacity><Available>2</Available><Used>1</Used></CapacityInfo>',
      'not an integer',
    ],
    [
      `<CapacityInfo><Capacity>${'9'.repeat(31)}</Capacity><Available>2</Available><Used>1</Used></CapacityInfo>`,
      'not an integer',
    ],
  ])('refuses %j', (xml, why) => expect(() => readCapacityDocument(xml)).toThrow(why));
});
