// Our readers of XML bodies by their root, and what each found there, as texts by path.
import { parseDeleteDocument } from '../../../src/s3/delete-objects.ts';
import { checkRestoresInPlace } from '../../../src/s3/restore-request.ts';
import { parseStrictXml } from '../../../src/s3/strict-xml.ts';
import { parseConfiguration, textOf } from '../../../src/store/buckets/configuration-xml.ts';
import { parseLegalHold, parseRetention } from '../../../src/store/locks/retention-document.ts';
import { parseCompleteDocument } from '../../../src/store/multipart/complete-document.ts';
import { parseTaggingDocument } from '../../../src/store/objects/tags.ts';
import type { TextsByPath } from './element-tree.ts';

const REPEATED: ReadonlySet<string> = new Set(['Object', 'Part', 'Tag']);

export function readStrictly(root: string, body: Buffer): unknown {
  return parseStrictXml(body, root, REPEATED);
}

/** Reads the whole document; gives what whoever reads it otherwise must have read too. */
export function readDocument(
  root: string,
  body: Buffer,
): (texts: TextsByPath) => readonly [ours: unknown, theirs: unknown] {
  switch (root) {
    case 'Delete': {
      const { objects } = parseDeleteDocument(body);
      return (texts) => [objects.map(({ key }) => key), texts.get('/Delete/Object/Key')];
    }
    case 'CompleteMultipartUpload': {
      const parts = parseCompleteDocument(body);
      return (texts) => [
        parts.map(({ number }) => number),
        texts.get('/CompleteMultipartUpload/Part/PartNumber')?.map(Number),
      ];
    }
    case 'Tagging': {
      const tags = parseTaggingDocument(body);
      return (texts) => [
        tags,
        (texts.get('/Tagging/TagSet/Tag/Key') ?? []).map((key, at) => [
          key,
          texts.get('/Tagging/TagSet/Tag/Value')?.[at],
        ]),
      ];
    }
    case 'Retention': {
      const retention = parseRetention(body);
      return (texts) => [
        [retention?.mode, retention?.untilMs],
        [
          texts.get('/Retention/Mode')?.join(),
          retention && Date.parse(texts.get('/Retention/RetainUntilDate')?.join().trim() ?? ''),
        ],
      ];
    }
    case 'LegalHold': {
      const isOn = parseLegalHold(body);
      return (texts) => [[isOn ? 'ON' : 'OFF'], texts.get('/LegalHold/Status')];
    }
    case 'RestoreRequest': {
      checkRestoresInPlace(body);
      return (texts) => [
        false,
        [...texts.keys()].some((path) => path.startsWith('/RestoreRequest/OutputLocation')),
      ];
    }
    default: {
      const status = textOf(parseConfiguration(body, root, ['Status']), 'Status');
      return (texts) => [[status ?? []].flat(), texts.get(`/${root}/Status`) ?? []];
    }
  }
}
