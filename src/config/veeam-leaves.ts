// Values that only a Veeam server's section has: its address, a user of Windows, the fingerprint of a certificate.
import type Type from 'typebox';
import { leaf, WrongValue } from './leaf.ts';
import { text } from './leaves.ts';

/** A password goes there, so plain HTTP is none; nothing after the port, read without a slash at the end. */
export function httpsUrl(description: string, example: string): Type.TUnsafe<string> {
  return leaf(
    { type: 'string', pattern: '^https://[^\\s/@?#]+/?$', description },
    {
      expected: `an https URL without path, query or credentials, such as ${example}`,
      read: (written: string) => {
        if (!URL.canParse(written)) throw new WrongValue();
        return new URL(written).origin;
      },
    },
  );
}

export function userName(description: string): Type.TUnsafe<string> {
  return text({
    description,
    pattern: '^[^\\x00-\\x1f]{1,256}$',
    expected: 'a user name of up to 256 characters, such as DOMAIN\\user',
  });
}

const FINGERPRINT = '^(?:[0-9a-fA-F]{2}:){31}[0-9a-fA-F]{2}$|^[0-9a-fA-F]{64}$';

/** Read into 64 lower-case hexadecimal digits. */
export function fingerprint(description: string): Type.TUnsafe<string> {
  return leaf(
    { type: 'string', pattern: FINGERPRINT, description },
    {
      expected: 'a SHA-256 fingerprint of 64 hexadecimal digits, with or without ":" between two of them',
      read: readFingerprint,
    },
  );
}

/** 64 lower-case hexadecimal digits. Throws WrongValue. */
export function readFingerprint(written: string): string {
  if (!new RegExp(FINGERPRINT).test(written)) throw new WrongValue();
  return written.replaceAll(':', '').toLowerCase();
}
