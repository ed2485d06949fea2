// Percent-encoding as Signature V4 has it: each byte of UTF-8 but the unreserved ones (AWS, "Create a signed request", read 2026-11).
const ENCODED_IN_QUERY = /[^A-Za-z0-9._~-]/g;
const ENCODED_IN_KEY = /[^A-Za-z0-9._~/-]/g;

/** A key as it stands on the request line: slashes stay, also leading and double ones; `{` and `}` do not. */
export function encodeKey(key: string): string {
  return encode(key, ENCODED_IN_KEY);
}

export function encodeParameter(text: string): string {
  return encode(text, ENCODED_IN_QUERY);
}

function encode(text: string, encoded: RegExp): string {
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(encoded, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
