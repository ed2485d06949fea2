// Percent-decoding without a second opinion: one pass over the bytes as they came, `+` stays a plus.
import { S3Error } from './error.ts';

const BROKEN_ESCAPE = /%(?![0-9a-fA-F]{2})/;
const ESCAPES = /%([0-9a-fA-F]{2})/g;

/** Decodes to one character a byte (latin1). Throws InvalidURI where a `%` is not followed by two hex digits. */
export function percentDecode(raw: string): string {
  if (!raw.includes('%')) return raw;
  if (BROKEN_ESCAPE.test(raw)) {
    throw new S3Error('InvalidURI', {
      message: 'A "%" in the request target is not followed by two hexadecimal digits.',
    });
  }
  return raw.replace(ESCAPES, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The text that such bytes spell in UTF-8; bytes that are not UTF-8 become U+FFFD. */
export function utf8Text(bytes: string): string {
  return /^[\0-\x7f]*$/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}
