// Keys in a store's answer are read as XML means them, whichever way the store wrote them.
import { expect, test } from 'vitest';
import { deletedByAnswer } from '../../../src/s3/done-documents.ts';
import { parseStoreXml } from '../../../src/s3/store-xml.ts';

const read = (text: string) => parseStoreXml(Buffer.from(`<A>${text}</A>`));

test.each([
  ['character references, as MinIO writes a quotation mark', '&#34;a&#34; &#xE9;&#x1F600;', '"a" é😀'],
  ['named references', '&lt;&gt;&amp;&quot;&apos;', '<>&"\''],
  ['a reference to a reference, decoded once', '&amp;#34; &amp;lt;', '&#34; &lt;'],
  ['blanks at both ends', '  a  ', '  a  '],
  ['line breaks and tabs that are written as references', 'a&#10;b&#9;', 'a\nb\t'],
  ['digits, which are no number here', '0012', '0012'],
])('%s', (_, written, meant) => {
  expect(read(written)).toEqual({ A: meant });
});

test('the deletion of such a key is seen', () => {
  const answer = '<DeleteResult><Deleted><Key>block &#34;1&#34;.blk </Key></Deleted></DeleteResult>';
  expect(deletedByAnswer(Buffer.from(answer), undefined)).toEqual([{ key: 'block "1".blk ' }]);
});
