import { describe, expect, test } from 'vitest';
import { parseStrictXml } from '../../../src/s3/strict-xml.ts';
import { codeOf } from './s3-fixture.ts';

const read = (text: string) => parseStrictXml(Buffer.from(text), 'Root', new Set(['Item']));
const LEAF = '<Root><A>a</A></Root>';

describe('parseStrictXml', () => {
  test.each([
    ['children and text', '<Root>\n <A>a</A><Item>b</Item></Root>', { '#text': '\n ', A: 'a', Item: ['b'] }],
    ['a root without children', '<Root></Root>', {}],
    ['a root closed at once', '<Root/>', {}],
    ['a root of white space', ' <Root xmlns="u" >\r\n\t</Root > ', {}],
    ['white space round a root', `\n${LEAF}\n`, { A: 'a' }],
    ['every kind of attribute', `<Root a="1" b = '2'\n\tx:c.d-e_f="'&amp;"><A\t>a</A\n></Root>`, { A: 'a' }],
    ['names with all characters', '<Root><_a.b-c9>x</_a.b-c9></Root>', { '_a.b-c9': 'x' }],
    ['a byte order mark', `\ufeff${LEAF}`, { A: 'a' }],
    ['a byte order mark before the declaration', `\ufeff<?xml version="1.0"?>${LEAF}`, { A: 'a' }],
    ['> in text', '<Root><A>]>]</A></Root>', { A: ']>]' }],
  ])('%s', (_name, text, parsed) => {
    expect(read(text)).toEqual(parsed);
  });
});

describe('what fast-xml-parser alone would let pass is refused', () => {
  test.each([
    ['a closed element before the root', `<B/>${LEAF}`],
    ['a closed root before the root', `<Root/>${LEAF}`],
    ['a closed element before an empty root', '<B/><Root/>'],
    ['a closed element before another root', '<Root/><B></B>'],
    ['an end tag that is closed itself', '<Root><A>a</A/></Root>'],
    ['an end tag with an attribute', '<Root><A>a</A b="c"></Root>'],
    ['the end of CDATA in text', '<Root><A>]]></A></Root>'],
    ['the end of CDATA outside', `${LEAF}]]>`],
    ['the end of CDATA in an attribute', '<Root a="]]>"/>'],
    ['a no-break space in a tag', '<Root\u00a0a="1"><A>a</A></Root>'],
    ['a no-break space behind a name', '<Root><A\u00a0>a</A></Root>'],
    ['a no-break space round the root', `\u00a0${LEAF}`],
    ["a no-break space as the root's content", '<Root>\u00a0</Root>'],
    ['a name beyond ASCII', '<Root><\u00c5>a</\u00c5></Root>'],
    ['a name that starts with a digit', '<Root><1>a</1></Root>'],
    ['an attribute without a value', '<Root a><A>a</A></Root>'],
    ['an attribute without quotes', '<Root a=b><A>a</A></Root>'],
    ['an attribute twice', '<Root a="1" a="2"><A>a</A></Root>'],
    ['attributes without a space between', '<Root a="1"b="2"><A>a</A></Root>'],
    ['an empty root in another encoding', '<?xml version="1.0" encoding="UTF-16"?><Root/>'],
    ['a no-break space in the declaration', `<?xml version="1.0"\u00a0?>${LEAF}`],
    ['a byte order mark behind the declaration', `<?xml version="1.0"?>\ufeff${LEAF}`],
    ['a byte order mark behind the declaration of an empty root', '<?xml version="1.0"?>\ufeff<Root></Root>'],
    ['two byte order marks', `\ufeff\ufeff${LEAF}`],
    ['two byte order marks before an empty root', '\ufeff\ufeff<Root></Root>'],
    ['byte order marks before and behind the declaration', `\ufeff<?xml version="1.0"?>\ufeff<Root></Root>`],
    ['a character reference behind the root', '<Root></Root>&#xDD8a0;'],
    ['a character reference before the root', '&#65;<Root></Root>'],
    ['a reference to a space behind the root', '<Root></Root>&#32;'],
    ['a byte order mark behind the root', '<Root></Root>\ufeff'],
    ['a text instead of a root', 'a'],
    ['an array of roots', '<Root></Root><Root></Root>'],
  ])('%s', (_name, text) => {
    expect(codeOf(() => read(text))).toBe('MalformedXML');
  });
});
