// Listings of versions: pages, order, and stores that do not list as they must.
import { describe, expect, test } from 'vitest';
import type { S3Answer, S3Call } from '../../../../src/bench/bench-context.ts';
import { listAllVersions } from '../../../../src/bench/runtime/version-listing.ts';
import { asObject, listAt, parseXml } from '../../../../src/bench/runtime/xml-tree.ts';

const answerOf = (body: string, status = 200): S3Answer => ({
  status,
  headers: new Map(),
  body: Buffer.from(body),
  code: undefined,
  tookMs: 0,
});

const page = (inner: string) => `<?xml version="1.0"?>
<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  ${inner}
</ListVersionsResult>`;

const version = (key: string, name = 'Version') =>
  `<${name}><Key>${key}</Key><VersionId>1</VersionId><IsLatest>true</IsLatest><Size>5</Size></${name}>`;

const asked = (calls: S3Call[], answers: readonly S3Answer[]) => (call: S3Call) => {
  calls.push(call);
  return Promise.resolve(answers[calls.length - 1] ?? answerOf('', 500));
};

describe('listAllVersions', () => {
  test('takes all pages, in their order', async () => {
    const calls: S3Call[] = [];
    const listing = await listAllVersions(
      asked(calls, [
        answerOf(
          page(
            `<IsTruncated>true</IsTruncated><NextKeyMarker>b</NextKeyMarker><NextVersionIdMarker>2</NextVersionIdMarker>${version('a &#38; &quot;')}${version('b', 'DeleteMarker')}${version('b')}`,
          ),
        ),
        answerOf(
          page('<IsTruncated>false</IsTruncated><CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes>'),
        ),
      ]),
      { prefix: '', delimiter: '/' },
    );
    expect(listing.pages).toBe(2);
    expect(listing.prefixes).toEqual(['c/']);
    expect(listing.versions.map(({ key, isMarker }) => [key, isMarker])).toEqual([
      ['a & "', false],
      ['b', true],
      ['b', false],
    ]);
    expect(calls[1]?.query).toEqual([
      ['versions', ''],
      ['prefix', ''],
      ['delimiter', '/'],
      ['key-marker', 'b'],
      ['version-id-marker', '2'],
    ]);
  });

  const more = page('<IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>');
  test.each([
    ['a page that goes nowhere', [answerOf(more), answerOf(more)], 'begins where this one began'],
    ['no marker', [answerOf(page('<IsTruncated>true</IsTruncated>'))], 'NextKeyMarker is not there'],
    ['a refusal', [answerOf('', 501)], 'was answered 501'],
    ['another document', [answerOf('<ListBucketResult/>')], 'the root is <ListBucketResult>'],
    ['no XML', [answerOf('hello')], 'not well-formed'],
  ])('%s is an error', async (_, answers, message) => {
    await expect(listAllVersions(asked([], answers), { prefix: 'p' })).rejects.toThrow(message);
  });
});

describe('XML as objects', () => {
  test('elements that repeat are lists, others are not, and text keeps its spaces', () => {
    const document = asObject(parseXml('<A>\n <B> x </B>\n <B>y</B><C/><D><E>&#34;1.0&#34;</E></D></A>'));
    expect(document).toEqual({ A: { B: [' x ', 'y'], C: '', D: { E: '"1.0"' } } });
    expect(listAt(document, ['A', 'B'])).toEqual([' x ', 'y']);
    expect(listAt(document, ['A', 'D', 'E'])).toEqual(['"1.0"']);
    expect(listAt(document, ['A', 'none', 'E'])).toEqual([]);
  });
});
