// Whatever comes as XML: refused with an S3Error or read, and then as fast-xml-parser and expat read it.
import { deepStrictEqual } from 'node:assert';
import { XMLParser } from 'fast-xml-parser';
import { S3Error } from '../../../src/s3/error.ts';
import { run } from '../../support/owned-process.ts';
import { fuzzTarget, type Tally } from '../fuzz-target.ts';
import { PythonWorker } from '../python-worker.ts';
import { type TextsByPath, textsByPath, textsOfParsed, type XmlNode } from './element-tree.ts';
import { type XmlCase, xmlCase } from './xml-generator.ts';
import { readDocument, readStrictly } from './xml-readers.ts';

/** The root element as another parser reads it, or what it says of the document. */
type OtherReader = (body: Buffer) => XmlNode | Error | Promise<XmlNode | Error>;

async function check({ root, bytes }: XmlCase, other: OtherReader, tally: Tally): Promise<void> {
  const body = Buffer.from(bytes, 'latin1');
  const strict = accepted(() => readStrictly(root, body));
  const document = accepted(() => readDocument(root, body));
  tally.add(strict === undefined ? 'refused' : 'accepted');
  if (document !== undefined) tally.add('documents accepted');
  if (strict === undefined && document === undefined) return;

  const tree = await other(body);
  if (tree instanceof Error) throw new Error(`accepted here, refused there: ${tree.message}`);
  const texts = textsByPath(tree);
  if (strict !== undefined) deepStrictEqual(sorted(textsOfParsed(root, strict.value)), sorted(texts));
  if (document !== undefined) {
    const [ours, theirs] = document.value(texts);
    deepStrictEqual(ours, theirs);
  }
}

function accepted<T>(read: () => T): { readonly value: T } | undefined {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof S3Error) return undefined;
    throw error;
  }
}

function sorted(texts: TextsByPath): readonly unknown[] {
  return [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
}

type OrderedNode = Readonly<Record<string, readonly OrderedNode[] | string>>;

/** In document order and with few options: another way through the library than ours. */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
});

function readByFastXmlParser(body: Buffer): XmlNode | Error {
  try {
    const roots = (parser.parse(body.toString('utf8')) as readonly OrderedNode[]).map(nodeOf);
    const elements = roots.filter((node) => typeof node !== 'string');
    const [root] = elements;
    return elements.length === 1 && root !== undefined ? root : new Error(`${elements.length} roots`);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function nodeOf(node: OrderedNode): XmlNode {
  const [[name, content] = ['', []]] = Object.entries(node);
  return typeof content === 'string' ? content : [name, content.map(nodeOf)];
}

const PAST: Readonly<Record<string, XmlCase>> = {
  'a closed element before the root': {
    root: 'VersioningConfiguration',
    bytes: '<_/><VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  },
  'an end tag that is closed itself': {
    root: 'Delete',
    bytes: '<Delete><Object><Key>true</Key></Object/></Delete>',
  },
  'the end of CDATA in text': {
    root: 'Tagging',
    bytes: '<Tagging><TagSet><Tag><Key>]]></Key><Value>a</Value></Tag></TagSet></Tagging>',
  },
  'an empty root in another encoding': {
    root: 'Retention',
    bytes: '<?xml version="1.0" encoding="UTF-16"?><Retention></Retention>',
  },
};

export const xmlTarget = fuzzTarget<XmlCase>({
  name: 'xml',
  arbitrary: xmlCase,
  past: PAST,
  suiteRuns: 3000,
  atLeast: { accepted: 200, 'documents accepted': 100, refused: 500 },
  open: () => ({ check: (value, tally) => check(value, readByFastXmlParser, tally) }),
});

export const xmlExpatTarget = fuzzTarget<XmlCase>({
  name: 'xml-expat',
  arbitrary: xmlCase,
  past: PAST,
  suiteRuns: 3000,
  atLeast: { accepted: 200, 'documents accepted': 100, refused: 500 },
  available: () =>
    run('python3', ['--version']).then(
      () => true,
      () => false,
    ),
  open() {
    const worker = new PythonWorker(new URL('expat-reader.py', import.meta.url));
    const readByExpat: OtherReader = async (body) => {
      const answer = (await worker.ask(body.toString('base64'))) as { tree: XmlNode } | { error: string };
      return 'tree' in answer ? answer.tree : new Error(answer.error);
    };
    return {
      check: (value, tally) => check(value, readByExpat, tally),
      close: () => worker.close(),
    };
  },
});
