import { describe, expect, test } from 'vitest';
import { parseDeleteDocument, parseDeleteObjects } from '../../../src/s3/delete-objects.ts';
import { codeOf } from './s3-fixture.ts';

const keysOf = (text: string | Buffer) => parseDeleteObjects(Buffer.from(text as string));
const object = (key: string): string => `<Object><Key>${key}</Key></Object>`;
const document = (content: string): string => `<Delete>${content}</Delete>`;
const MIB = 1024 * 1024;

describe('parseDeleteObjects', () => {
  test.each([
    ['one key', document(object('a')), ['a']],
    ['several, in order', document(object('b') + object('a') + object('b')), ['b', 'a', 'b']],
    [
      'with everything that an object may have',
      '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet><Object><Key>a</Key><VersionId>v</VersionId><ETag>e</ETag><Size>1</Size><LastModifiedTime>t</LastModifiedTime></Object></Delete>',
      ['a'],
    ],
    ['with a declaration', `<?xml version="1.0" encoding="UTF-8"?>\n${document(object('a'))}`, ['a']],
    [
      'with a declaration in single quotes',
      `<?xml version='1.0' encoding='utf-8' standalone='yes'?>${document(object('a'))}`,
      ['a'],
    ],
    ['laid out in lines', `<Delete>\n  <Object>\n    <Key>a</Key>\n  </Object>\n</Delete>\n`, ['a']],
    ['entities', document(object('&amp;&lt;&gt;&quot;&apos;')), ['&<>"\'']],
    ['character references', document(object('&#65;&#x42;&#x1F600;&#xe9;')), ['AB😀é']],
    ['a reference to an ampersand, decoded once', document(object('&amp;#65;&#38;lt;')), ['&#65;&lt;']],
    ["white space in a key is the key's", document(object(' a b ')), [' a b ']],
    [
      'a key of digits stays text',
      document(object('007') + object('1e3') + object('true')),
      ['007', '1e3', 'true'],
    ],
    ['UTF-8', document(object('é/日本')), ['é/日本']],
    ['a colon in a key', document(object('a:b')), ['a:b']],
    [
      'names of prototypes as keys',
      document(object('__proto__') + object('constructor')),
      ['__proto__', 'constructor'],
    ],
  ])('%s', (_name, text, keys) => {
    expect(keysOf(text)).toEqual(keys);
  });

  test('1000 objects, every key full of entities', () => {
    const key = '&amp;&lt;&#65;'.repeat(20);
    expect(keysOf(document(object(key).repeat(1000)))).toEqual(Array(1000).fill('&<A'.repeat(20)));
  });

  test('a body of 2 MiB', () => {
    const keys = Array.from({ length: 1000 }, (_, index) => `${index}`.padEnd(2000, 'k'));
    const text = document(keys.map(object).join(''));
    expect(text.length).toBeGreaterThan(1.9 * MIB);
    expect(keysOf(text)).toEqual(keys);
  });
});

describe('parseDeleteDocument', () => {
  const read = (content: string) => parseDeleteDocument(Buffer.from(document(content)));

  test('what stands beside a key', () => {
    const version = '<Object><Key>a</Key><VersionId>v</VersionId><ETag>e</ETag></Object>';
    const conditions = '<Object><Key>b</Key><VersionId></VersionId><Size>1</Size></Object>';
    expect(read(version + conditions)).toEqual({
      quiet: false,
      objects: [
        { key: 'a', versionId: 'v', etag: 'e', otherConditions: false },
        { key: 'b', versionId: undefined, etag: undefined, otherConditions: true },
      ],
    });
  });

  test.each([
    ['true', true],
    [' TRUE ', true],
    ['false', false],
    ['', false],
  ])('Quiet: "%s"', (text, quiet) => {
    expect(read(`${object('a')}<Quiet>${text}</Quiet>`).quiet).toBe(quiet);
  });
});

describe('what two parsers could read in two ways is refused', () => {
  test.each([
    ['nothing', ''],
    ['white space', ' \n '],
    ['no XML', 'keys: a'],
    ['JSON', '{"Delete":{}}'],
    ['another root', '<Remove><Object><Key>a</Key></Object></Remove>'],
    ['no object', '<Delete></Delete>'],
    ['no object, closed at once', '<Delete/>'],
    ['only Quiet', document('<Quiet>true</Quiet>')],
    ['an object without a key', document('<Object><VersionId>v</VersionId></Object>')],
    ['an empty object', document('<Object/>')],
    ['an empty key', document(object(''))],
    ['a key closed at once', document('<Object><Key/></Object>')],
    ['two keys in one object', document('<Object><Key>a</Key><Key>b</Key></Object>')],
    ['an element in a key', document(object('<b>a</b>'))],
    [
      'two version ids in one object',
      document('<Object><Key>a</Key><VersionId>v</VersionId><VersionId>w</VersionId></Object>'),
    ],
    ['an element in a version id', document('<Object><Key>a</Key><VersionId><b/></VersionId></Object>')],
    ['text beside an element in a key', document(object('x<b>a</b>'))],
    ['a key in the root', document('<Key>a</Key>')],
    ['an unknown element in the root', document(`${object('a')}<Force>true</Force>`)],
    ['an unknown element in an object', document('<Object><Key>a</Key><Owner>b</Owner></Object>')],
    ['an element of another case', document('<object><key>a</key></object>')],
    ['__proto__ as an element', document(`${object('a')}<__proto__><Key>b</Key></__proto__>`)],
    ['text between objects', document(`${object('a')}text${object('b')}`)],
    ['text in an object', document('<Object>x<Key>a</Key></Object>')],
    ['text before the root', `x${document(object('a'))}`],
    ['text behind the root', `${document(object('a'))}x`],
    ['two roots', document(object('a')).repeat(2)],
    ['a wrapper round the root', `<X>${document(object('a'))}</X>`],
    ['DOCTYPE', `<!DOCTYPE Delete>${document(object('a'))}`],
    ['DOCTYPE in lower case', `<!doctype Delete>${document(object('a'))}`],
    ['an entity of its own', `<!DOCTYPE Delete [<!ENTITY e "a">]>${document(object('&e;'))}`],
    [
      'an external entity',
      `<!DOCTYPE Delete [<!ENTITY e SYSTEM "file:///etc/passwd">]>${document(object('&e;'))}`,
    ],
    [
      'an entity bomb',
      `<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(100)}"><!ENTITY c "${'&b;'.repeat(100)}">]>${document(object('&c;'))}`,
    ],
    ['an unknown entity', document(object('&nbsp;'))],
    ['an entity in capitals', document(object('&AMP;'))],
    ['an ampersand alone', document(object('a & b'))],
    ['an entity without its end', document(object('&amp'))],
    ['CDATA', document(object('<![CDATA[a]]>'))],
    ['CDATA beside text', document(object('a<![CDATA[b]]>'))],
    ['a comment', document(`<!-- -->${object('a')}`)],
    ['a comment within a key', document(object('a<!-- -->b'))],
    ['a processing instruction', document(`<?x y?>${object('a')}`)],
    ['a second declaration', `<?xml version="1.0"?><?xml version="1.0"?>${document(object('a'))}`],
    ['a declaration that is not at the start', ` <?xml version="1.0"?>${document(object('a'))}`],
    ['XML 1.1', `<?xml version="1.1"?>${document(object('a'))}`],
    ['another encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${document(object('a'))}`],
    ['UTF-7', `<?xml version="1.0" encoding="UTF-7"?>${document(object('a'))}`],
    ['prefixed names', '<s3:Delete xmlns:s3="x"><s3:Object><s3:Key>a</s3:Key></s3:Object></s3:Delete>'],
    ['one prefixed name', document('<Object><x:Key>b</x:Key><Key>a</Key></Object>')],
    ['an element that is not closed', '<Delete><Object><Key>a</Key></Object>'],
    ['elements that cross', '<Delete><Object><Key>a</Object></Key></Delete>'],
    ['a reference to NUL', document(object('a&#0;'))],
    ['a reference to a surrogate', document(object('&#xD800;'))],
    ['a reference beyond Unicode', document(object('&#x110000;'))],
    ['a large reference', document(object('&#9999999;'))],
    ['an attribute that holds a tag', document('<Object><Key a="</Key><Key>b">a</Key></Object>')],
    ['an attribute that holds a >', document('<Object><Key a=">">a</Key></Object>')],
  ])('%s', (_name, text) => {
    expect(codeOf(() => keysOf(text))).toBe('MalformedXML');
  });

  test.each([
    ['UTF-16', Buffer.from(`\ufeff${document(object('a'))}`, 'utf16le')],
    ['UTF-16, the other way', Buffer.from(`\ufeff${document(object('a'))}`, 'utf16le').swap16()],
    ['latin1', Buffer.from(document(object('\xe9')), 'latin1')],
    ['overlong UTF-8', Buffer.from(document(object('\xc0\xaf')), 'latin1')],
    ['a surrogate in UTF-8', Buffer.from(document(object('\xed\xa0\x80')), 'latin1')],
    ['NUL bytes', Buffer.from(document(object('a\0b')))],
  ])('%s', (_name, body) => {
    expect(codeOf(() => parseDeleteObjects(body))).toBe('MalformedXML');
  });

  test('1001 objects', () => {
    expect(codeOf(() => keysOf(document(object('a').repeat(1001))))).toBe('MalformedXML');
  });

  // Each of these took a parser minutes somewhere: here the test's own timeout is the limit.
  test.each([
    ['open brackets', '<'.repeat(2 * MIB)],
    ['ampersands', document(object('&'.repeat(2 * MIB)))],
    ['depth', `${'<Delete>'.repeat(MIB / 8)}`],
    ['depth, closed', `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`],
    ['a tag without an end', `<Delete ${'a '.repeat(MIB)}`],
    ['attributes', `<Delete ${"a='b' ".repeat(MIB / 3)}>${object('a')}</Delete>`],
    ['spaces', `<Delete${' '.repeat(2 * MIB)}`],
    ['slashes', `</${'/'.repeat(2 * MIB)}`],
    ['an equals sign without an end', `<Delete a='${'='.repeat(2 * MIB)}`],
    ['objects', document('<Object/>'.repeat((2 * MIB) / 9))],
    ['a declaration of spaces', `<?xml version="1.0"${' '.repeat(2 * MIB)}`],
  ])('2 MiB of %s', (_name, text) => {
    expect(codeOf(() => keysOf(text))).toBe('MalformedXML');
  });
});
