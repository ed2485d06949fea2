// Ten thousand keys, listed in pages, by folders and from the middle.
import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { useGateway } from '../support/gateway-fixture.ts';
import { elementOf } from '../support/raw-http.ts';
import { ask, rawTargetOf } from '../support/raw-target.ts';
import { bucketName } from '../support/s3-clients.ts';
import { expectSameAnswer } from '../support/same-answer.ts';
import { differenceOf } from '../support/store-differences.ts';
import { describeOnEachStore } from '../support/stores.ts';

const COUNT = 10_000;
const WIDTH = 48;
const KEYS = Array.from({ length: COUNT }, (_, index) => {
  const folder = String(index % 7);
  return `Veeam/Archive/{${folder}}/block ${String(index).padStart(5, '0')}+é`;
});

describeOnEachStore('listings of 10,000 keys', (store) => {
  const at = useGateway(store);
  const Bucket = bucketName('listing');

  beforeAll(async () => {
    await at.client.send(new CreateBucketCommand({ Bucket }));
    const left = [...KEYS];
    const worker = async () => {
      for (let Key = left.pop(); Key !== undefined; Key = left.pop()) {
        await at.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, worker));
  });

  async function pages(input: Partial<ListObjectsV2CommandInput>) {
    const keys: string[] = [];
    const prefixes: string[] = [];
    let pageCount = 0;
    let ContinuationToken: string | undefined;
    do {
      const page = await at.client.send(new ListObjectsV2Command({ Bucket, ...input, ContinuationToken }));
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
      pageCount += 1;
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return { keys, prefixes, pageCount };
  }

  test('every key once, in order, a thousand a page', async () => {
    const { keys, pageCount } = await pages({});
    expect(keys).toEqual([...KEYS].sort());
    expect(pageCount).toBe(differenceOf(store, 'pagesOfTenThousandKeys'));
  });

  test('odd page sizes lose and repeat nothing', async () => {
    const { keys } = await pages({ MaxKeys: 333, Prefix: 'Veeam/Archive/{3}/' });
    expect(keys).toEqual(KEYS.filter((key) => key.includes('{3}')).sort());
  });

  test('folders', async () => {
    const { keys, prefixes } = await pages({ Delimiter: '/', Prefix: 'Veeam/Archive/', MaxKeys: 3 });
    expect(keys).toEqual([]);
    expect(prefixes).toEqual([0, 1, 2, 3, 4, 5, 6].map((folder) => `Veeam/Archive/{${folder}}/`));
  });

  test.each<[string, Partial<ListObjectsV2CommandInput>]>([
    ['the first page', {}],
    ['a delimiter of its own', { Delimiter: '}' }],
    ['a start in the middle', { StartAfter: KEYS[5000] }],
    ['owners', { FetchOwner: true, MaxKeys: 3 }],
    ['names encoded', { EncodingType: 'url', MaxKeys: 3 }],
    ['none at all', { MaxKeys: 0 }],
    ['nothing under a prefix', { Prefix: 'nothing/' }],
    ['a prefix that is a slash', { Prefix: '/', Delimiter: '/' }],
    ['a limit that is too low', { MaxKeys: -1 }],
  ])('the store and the gateway list alike: %s', async (_, input) => {
    await expectSameAnswer(at, (of) => of.send(new ListObjectsV2Command({ Bucket, ...input })));
  });

  test('a raw plus in the query is a plus', async () => {
    const target = `/${Bucket}?list-type=2&encoding-type=url&prefix=${encodeURIComponent('Veeam/Archive/{0}/block 00007')}+`;
    const answer = await ask(rawTargetOf(at.gateway), { method: 'GET', target });
    expect(answer.status).toBe(200);
    expect(elementOf(answer, 'KeyCount')).toBe('1');
  });

  test('version 1 and versions list alike too', async () => {
    await expectSameAnswer(at, (of) =>
      of.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Prefix: 'Veeam/' })),
    );
    await expectSameAnswer(at, (of) => of.send(new ListObjectsCommand({ Bucket, Marker: KEYS[77] })));
    const versions = { Bucket, Prefix: 'Veeam/Archive/{5}/', MaxKeys: 50 };
    const page = await expectSameAnswer(at, (of) => of.send(new ListObjectVersionsCommand(versions)));
    expect(page['Versions']).toHaveLength(50);
  });
});
