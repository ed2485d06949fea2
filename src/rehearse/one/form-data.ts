// Reads a multipart/form-data body of short text fields, the other of the two forms that a token call may have.
import { OneError } from './one-error.ts';

const MAX_FIELDS = 20;
const MAX_HEAD = 1024;

/** Of a whole body. */
export const FORM_DATA_LIMIT_BYTES = 64 * 1024;

/** The fields by name; a file or a field without a name is refused with OneError 400. */
export function parseFormData(contentType: string, body: Buffer): Readonly<Record<string, string>> {
  const [, quoted, plain] = /boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined)
    throw new OneError(400, 'The multipart body has no boundary in its content type.');
  const sections = `\r\n${body.toString('latin1')}`.split(`\r\n--${boundary}`);
  const parts = sections.slice(1, -1);
  if (!(sections.at(-1) ?? '').startsWith('--') || sections.length < 2) {
    throw new OneError(400, 'The multipart body does not end with its boundary.');
  }
  if (parts.length > MAX_FIELDS)
    throw new OneError(400, `The multipart body has more than ${MAX_FIELDS} fields.`);
  return Object.fromEntries(parts.map(readPart));
}

function readPart(part: string): readonly [string, string] {
  const end = part.indexOf('\r\n\r\n');
  if (end > MAX_HEAD) throw new OneError(400, 'A field of the multipart body has too long a head.');
  const head = part.slice(0, end);
  const [, name] = /^content-disposition:[^\r\n]*;\s*name="([^"\r\n]*)"/im.exec(head) ?? [];
  if (end < 0 || name === undefined || /;\s*filename\*?=/i.test(head)) {
    throw new OneError(400, 'The multipart body must consist of named text fields.');
  }
  return [text(name), text(part.slice(end + 4))];
}

function text(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
