// The documents that S3 takes, right and nearly right, and markup to attack whoever reads them.
import fc from 'fast-check';
import { byteChange, changedBy } from '../byte-changes.ts';

export interface XmlCase {
  /** Which reader gets it. */
  readonly root: string;
  /** One character a byte (latin1) of UTF-8. */
  readonly bytes: string;
}

const KEYS = [
  'a',
  'a b',
  ' a ',
  '',
  '&amp;',
  '&lt;Key&gt;',
  '&#65;',
  '&#x1F600;',
  '&#13;',
  '&#10;',
  '&amp;lt;',
  '&#38;lt;',
  '\u00e9',
  '\u{1f600}',
  '\u0085',
  '\u2028',
  '\u00a0',
  'a\r\nb',
  'a\rb',
  '\n',
  '\t',
  ']]>',
  '../x',
  '__proto__',
  'a:b',
  '"',
  "'",
  '1e3',
  '007',
  'true',
];

/** Put anywhere between the tokens of a document. */
const ATTACKS = [
  '<!-- -->',
  '<!-->',
  '<!-- <Key>b</Key> -->',
  '<![CDATA[b]]>',
  '<![CDATA[',
  ']]>',
  '<?x y?>',
  '<?xml version="1.0"?>',
  '<!DOCTYPE Delete>',
  '<!DOCTYPE d [<!ENTITY e "b">]>',
  '<!DOCTYPE d [<!ENTITY % e SYSTEM "file:///etc/passwd"> %e;]>',
  '<!ENTITY e "b">',
  '&e;',
  '&nbsp;',
  '&',
  '&#0;',
  '&#xD800;',
  '&#xFFFF;',
  '&#x110000;',
  '&#9999999;',
  '<Key>',
  '</Key>',
  '<Key/>',
  '<Key />',
  '</Object><Object>',
  '<Object>',
  '</Delete>',
  '<x:Key>b</x:Key>',
  '<Key xmlns="u">b</Key>',
  '<Key\u00a0a="1">b</Key>',
  '<Key\u2003>b</Key>',
  '<Key a="</Key>">b</Key>',
  "<Key a='\"'>b</Key>",
  '<Key a=b>c</Key>',
  '<Key a>c</Key>',
  '<Key a="1" a="2">c</Key>',
  '<Key a="&amp;">c</Key>',
  '<Key a="&x;">c</Key>',
  '<key>b</key>',
  '<-a/>',
  '<1/>',
  '<a.b/>',
  '<_/>',
  '< Key>b</Key>',
  '<Key>b</ Key>',
  '<Key>b</Key >',
  '<Key\n>b</Key\n>',
  '<>',
  '</>',
  '<',
  '>',
  '"',
  "'",
  '=',
  '/',
  'x',
  ' ',
  '\n',
  '\r\n',
  '\ufeff',
  '\u0085',
  '\u2028',
  '\u00a0',
  '\x00',
  '\x01',
  '\x0b',
  '\x0c',
  '\x7f',
  '\ufffe',
  '\uffff',
  '<__proto__>b</__proto__>',
  '<constructor>b</constructor>',
  '<toString/>',
  '<#text>b</#text>',
];

interface Shape {
  readonly root: string;
  /** Names and texts of the leaves inside each of `wrappers`, or in the root. */
  readonly wrappers: readonly string[];
  readonly leaves: readonly (readonly [name: string, texts: readonly string[]])[];
}

const SHAPES: readonly Shape[] = [
  {
    root: 'Delete',
    wrappers: ['Object'],
    leaves: [
      ['Key', KEYS],
      ['VersionId', ['v', '', 'null', '&amp;']],
      ['ETag', ['e', '"e"', '']],
      ['Size', ['1']],
    ],
  },
  {
    root: 'Delete',
    wrappers: ['Object'],
    leaves: [['Key', KEYS]],
  },
  {
    root: 'CompleteMultipartUpload',
    wrappers: ['Part'],
    leaves: [
      ['PartNumber', ['1', '2', '10000', '10001', '0', '-1', ' 3 ', '1e1', '99999999999']],
      ['ETag', ['"e"', 'E', '', '&quot;e&quot;']],
      ['ChecksumCRC32', ['AAAAAA==', '']],
    ],
  },
  {
    root: 'Tagging',
    wrappers: ['TagSet', 'Tag'],
    leaves: [
      ['Key', KEYS],
      ['Value', KEYS],
    ],
  },
  {
    root: 'Retention',
    wrappers: [],
    leaves: [
      ['Mode', ['GOVERNANCE', 'COMPLIANCE', 'governance', '']],
      [
        'RetainUntilDate',
        [
          '2030-01-01T00:00:00Z',
          '2030-01-01T00:00:00.000Z',
          '2030-02-30T00:00:00Z',
          '',
          ' 2030-01-01T00:00:00Z\n',
        ],
      ],
    ],
  },
  { root: 'LegalHold', wrappers: [], leaves: [['Status', ['ON', 'OFF', 'on', ' ON', '']]] },
  {
    root: 'RestoreRequest',
    wrappers: [],
    leaves: [
      ['Days', ['1', '']],
      ['OutputLocation', ['x', '<S3><BucketName>b</BucketName></S3>']],
      ['Tier', ['Bulk']],
    ],
  },
  { root: 'VersioningConfiguration', wrappers: [], leaves: [['Status', ['Enabled', 'Suspended', '']]] },
];

const DECLARATIONS = [
  '',
  '',
  '',
  '<?xml version="1.0" encoding="UTF-8"?>',
  "<?xml version='1.0'?>\n",
  '<?xml version="1.0" encoding="utf-8" standalone="yes" ?>',
  '<?xml version="1.1"?>',
  '<?xml version="1.0" encoding="UTF-16"?>',
  '\ufeff',
  '\ufeff<?xml version="1.0"?>',
  ' ',
];
const ROOT_ATTRIBUTES = [
  '',
  '',
  '',
  ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"',
  " xmlns:xsi='u' xsi:type='t'",
  ' a="1" a="2"',
  ' a="<"',
  ' a=">"',
  ' a="&amp;"',
  ' a',
  '\u00a0a="1"',
  ' =""',
  ' 1="a"',
];

function leavesOf({ leaves }: Shape): fc.Arbitrary<readonly string[]> {
  const leaf = fc
    .constantFrom(...leaves)
    .chain(([name, texts]) => fc.constantFrom(...texts).map((text) => [`<${name}>`, text, `</${name}>`]));
  const each = fc.tuple(
    ...leaves.map(([name, texts]) =>
      fc.constantFrom(...texts).map((text) => [`<${name}>`, text, `</${name}>`]),
    ),
  );
  return fc
    .oneof({ weight: 6, arbitrary: each }, { weight: 1, arbitrary: fc.array(leaf, { maxLength: 4 }) })
    .map((all) => all.flat());
}

function documentOf(shape: Shape): fc.Arbitrary<readonly string[]> {
  const { root, wrappers } = shape;
  const outer = wrappers.length > 1 ? wrappers.slice(0, -1) : [];
  const inner = wrappers.at(-1);
  const filled = leavesOf(shape).map((leaves) =>
    inner === undefined ? leaves : [`<${inner}>`, ...leaves, `</${inner}>`],
  );
  return fc
    .record({
      declaration: fc.constantFrom(...DECLARATIONS),
      attributes: fc.constantFrom(...ROOT_ATTRIBUTES),
      content: fc.array(filled, { maxLength: inner === undefined ? 1 : 3 }),
      space: fc.constantFrom('', '', '\n  ', ' '),
    })
    .map(({ declaration, attributes, content, space }) => [
      declaration,
      `<${root}${attributes}>`,
      ...outer.map((name) => `<${name}>`),
      ...content.flatMap((tokens) => [space, ...tokens]),
      space,
      ...outer.toReversed().map((name) => `</${name}>`),
      `</${root}>`,
    ]);
}

interface Attack {
  readonly at: number;
  readonly text: string;
  readonly times: number;
}

/** One, or very many: the many are what costs time and memory. */
const attack: fc.Arbitrary<Attack> = fc.record({
  at: fc.nat({ max: 100 }),
  text: fc.constantFrom(...ATTACKS),
  times: fc.oneof(
    { weight: 30, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.constantFrom(9, 1001, 20_000) },
  ),
});

function attacked(tokens: readonly string[], { at, text, times }: Attack): readonly string[] {
  return tokens.toSpliced(at % (tokens.length + 1), 0, text.repeat(times));
}

const few = <T>(arbitrary: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<readonly T[]> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(arbitrary, { maxLength }) },
  );

export const xmlCase: fc.Arbitrary<XmlCase> = fc
  .record({
    shape: fc.constantFrom(...SHAPES),
    attacks: few(attack, 3),
    changes: few(byteChange('<>&/="\'!?[]-;:#x \r\n\0aK\xc3\xa9\xff'), 2),
  })
  .chain(({ shape, attacks, changes }) =>
    documentOf(shape).map((tokens) => {
      const text = attacks.reduce(attacked, tokens).join('');
      const bytes = Buffer.from(text, 'utf8').toString('latin1');
      return { root: shape.root, bytes: changedBy(bytes, changes) };
    }),
  );
