import { describe, expect, test } from 'vitest';
import { type BucketList, parseBucketList, renderBucketList } from '../../../src/s3/bucket-list.ts';

const ALL = { prefix: '', maxBuckets: 10_000, continuationToken: '' };
const listOf = (...names: string[]): BucketList => ({
  ownerId: 'id',
  ownerName: 'name',
  buckets: names.map((name) => ({ name, creationDate: '2026-01-02T03:04:05.000Z' })),
});
const namesIn = (body: Buffer): string[] =>
  [...body.toString().matchAll(/<Name>([^<]*)<\/Name>/g)].map(([, name = '']) => name);

describe('parseBucketList', () => {
  test('as MinIO writes it', () => {
    const body = Buffer.from(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>02d6</ID><DisplayName>minio</DisplayName></Owner><Buckets><Bucket><Name>b1</Name><CreationDate>2026-01-02T03:04:05.678Z</CreationDate></Bucket><Bucket><Name>007</Name><CreationDate>2026-01-02T03:04:06.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>',
    );
    expect(parseBucketList(body)).toEqual({
      ownerId: '02d6',
      ownerName: 'minio',
      buckets: [
        { name: 'b1', creationDate: '2026-01-02T03:04:05.678Z' },
        { name: '007', creationDate: '2026-01-02T03:04:06.000Z' },
      ],
    });
  });

  test.each([
    [
      'one bucket',
      '<ListAllMyBucketsResult><Owner><ID>i</ID></Owner><Buckets><Bucket><Name>b1</Name></Bucket></Buckets></ListAllMyBucketsResult>',
      ['b1'],
    ],
    ['none', '<ListAllMyBucketsResult><Owner><ID>i</ID></Owner><Buckets/></ListAllMyBucketsResult>', []],
    ['no list at all', '<ListAllMyBucketsResult><Owner><ID>i</ID></Owner></ListAllMyBucketsResult>', []],
    ['nothing', '<ListAllMyBucketsResult/>', []],
  ])('%s', (_name, text, names) => {
    expect(parseBucketList(Buffer.from(text))?.buckets.map(({ name }) => name)).toEqual(names);
  });

  test.each([
    ['an error', '<Error><Code>AccessDenied</Code></Error>'],
    ['a page', '<html><body>hello</body></html>'],
    ['a page with open tags', '<html><br><p>hello'],
    ['no XML', 'hello'],
    ['nothing', ''],
    ['a broken end', '<ListAllMyBucketsResult><Buckets><Bucket><Name>b1</Na'],
    ['a comment without an end', '<!-- '],
    ['an instruction without an end', '<?xml '],
  ])('%s is no list', (_name, text) => {
    expect(parseBucketList(Buffer.from(text))).toBeUndefined();
  });
});

describe('renderBucketList', () => {
  test('sorts by name, byte for byte as S3 writes it', () => {
    expect(renderBucketList(listOf('b2', 'b1'), ALL).toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>id</ID><DisplayName>name</DisplayName></Owner><Buckets><Bucket><Name>b1</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket><Bucket><Name>b2</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>',
    );
  });

  test('what is written can be read again', () => {
    const list = listOf('a', 'b&c', 'd<e');
    expect(parseBucketList(renderBucketList(list, ALL))).toEqual(list);
  });

  test('a prefix filters, and stands in the answer', () => {
    const body = renderBucketList(listOf('aa', 'ab', 'b'), { ...ALL, prefix: 'a' });
    expect(namesIn(body)).toEqual(['aa', 'ab']);
    expect(body.toString()).toContain('<Prefix>a</Prefix>');
  });

  test('pages join without gap or repetition', () => {
    const names = Array.from({ length: 25 }, (_, index) => `bucket-${index}`);
    const seen: string[] = [];
    let token = '';
    let pages = 0;
    do {
      const body = renderBucketList(listOf(...names), { ...ALL, maxBuckets: 10, continuationToken: token });
      seen.push(...namesIn(body));
      token = /<ContinuationToken>([^<]*)</.exec(body.toString())?.[1] ?? '';
      pages++;
    } while (token !== '');
    expect(pages).toBe(3);
    expect(seen).toEqual([...names].sort());
  });

  test('a page that ends with the list has no token', () => {
    expect(renderBucketList(listOf('a', 'b'), { ...ALL, maxBuckets: 2 }).toString()).not.toContain('Token');
  });
});
