// Object tags: their rules, as a header and as a document (Amazon S3 User Guide, "Categorizing your objects using tags").
import { S3Error } from '../../s3/error.ts';
import { percentDecode } from '../../s3/percent-encoding.ts';
import type { XmlValue } from '../../s3/strict-xml.ts';
import { xmlElement } from '../../s3/xml-text.ts';
import type { Tags } from '../database/rows.ts';
import { childrenOf, parseDocument, textOf } from './document.ts';

const MAX_TAGS = 10;
const MAX_KEY_CHARACTERS = 128;
const MAX_VALUE_CHARACTERS = 256;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TAG: ReadonlySet<string> = new Set(['Tag']);

/** `x-amz-tagging`: `key=value&…` as in a query string. Throws InvalidArgument and InvalidTag. */
export function parseTaggingHeader(header: string): Tags {
  const tags = header
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece): readonly [string, string] => {
      const equals = piece.indexOf('=');
      return equals === -1
        ? [decoded(piece), '']
        : [decoded(piece.slice(0, equals)), decoded(piece.slice(equals + 1))];
    });
  checkTags(tags);
  return tags;
}

/** The body of PutObjectTagging. Throws MalformedXML and InvalidTag. */
export function parseTaggingDocument(body: Buffer): Tags {
  const tagSet = childrenOf(parseDocument(body, 'Tagging', TAG), ['TagSet']).get('TagSet');
  if (tagSet === undefined) throw new S3Error('MalformedXML', { reason: 'no <TagSet>' });
  const tags = typeof tagSet === 'string' && tagSet.trim() === '' ? [] : tagsOf(tagSet);
  checkTags(tags);
  return tags;
}

export function renderTagSet(tags: Tags): string {
  const elements = tags.map(
    ([key, value]) => `<Tag>${xmlElement('Key', key)}${xmlElement('Value', value)}</Tag>`,
  );
  return `<TagSet>${elements.join('')}</TagSet>`;
}

function tagsOf(tagSet: XmlValue | readonly XmlValue[]): Tags {
  const tags = childrenOf(tagSet, ['Tag']).get('Tag') ?? [];
  return (Array.isArray(tags) ? tags : [tags]).map((tag: XmlValue) => {
    const children = childrenOf(tag, ['Key', 'Value']);
    const key = textOf(children, 'Key');
    const value = textOf(children, 'Value');
    if (key === undefined || value === undefined) {
      throw new S3Error('MalformedXML', { reason: 'a <Tag> without <Key> and <Value>' });
    }
    return [key, value];
  });
}

function checkTags(tags: Tags): void {
  if (tags.length > MAX_TAGS) {
    throw new S3Error('InvalidTag', { message: `Object tags cannot be greater than ${MAX_TAGS}` });
  }
  const keys = new Set<string>();
  for (const [key, value] of tags) {
    if (key === '' || [...key].length > MAX_KEY_CHARACTERS || !CHARACTERS.test(key)) {
      throw new S3Error('InvalidTag', { message: 'The TagKey you have provided is invalid' });
    }
    if ([...value].length > MAX_VALUE_CHARACTERS || !CHARACTERS.test(value)) {
      throw new S3Error('InvalidTag', { message: 'The TagValue you have provided is invalid' });
    }
    if (/^aws:/i.test(key)) {
      throw new S3Error('InvalidTag', { message: 'System tags cannot be added/updated by requester' });
    }
    if (keys.has(key)) {
      throw new S3Error('InvalidTag', { message: 'Cannot provide multiple Tags with the same key' });
    }
    keys.add(key);
  }
}

function decoded(text: string): string {
  try {
    const bytes = Buffer.from(percentDecode(text.replaceAll('+', ' ')), 'latin1');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new S3Error('InvalidArgument', {
      message:
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      details: { ArgumentName: 'x-amz-tagging' },
      cause,
    });
  }
}
