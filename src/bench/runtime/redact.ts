// Takes secrets out of what a report will hold.
import type { BenchCredentials } from './bench-target.ts';

const REMOVED = '(removed)';
const SECRET_HEADERS =
  /^(x-amz-security-token|cookie|set-cookie|proxy-authorization|x-amz-(copy-source-)?server-side-encryption-customer-key)$/;
const SECRET_PARAMETERS = /((?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token)=)[^&\s"'<]*/gi;
const SIGNATURES = /(signature(?:Provided)?["'\s:=>]{1,4})[0-9a-f]{64}/gi;
const CREDENTIALS = /(Credential=)[^,\s]+/g;
/** A shorter key id is a word like another: replaced, it would garble what it does not stand for. */
const SHORTEST_KEY_ID = 8;

export interface Redactor {
  text(text: string): string;
  header(name: string, value: string): string;
}

export function createRedactor({ accessKeyId, secretAccessKey, sessionToken }: BenchCredentials): Redactor {
  const secrets = [
    secretAccessKey,
    sessionToken ?? '',
    accessKeyId.length < SHORTEST_KEY_ID ? '' : accessKeyId,
  ]
    .filter((secret) => secret !== '')
    .flatMap(spellings);
  const text = (given: string): string =>
    secrets
      .reduce((left, secret) => left.replaceAll(secret, REMOVED), given)
      .replace(SECRET_PARAMETERS, `$1${REMOVED}`)
      .replace(SIGNATURES, `$1${REMOVED}`);
  return {
    text,
    header(name, value) {
      const lower = name.toLowerCase();
      if (SECRET_HEADERS.test(lower)) return REMOVED;
      if (lower !== 'authorization') return text(value);
      // Which headers are signed is worth knowing; of any other scheme nothing is.
      return value.startsWith('AWS4-') ? text(value.replace(CREDENTIALS, `$1${REMOVED}`)) : REMOVED;
    },
  };
}

/** A store that gives a secret back may have encoded it. */
function spellings(secret: string): readonly string[] {
  const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [...new Set([secret, encodeURIComponent(secret), xml, Buffer.from(secret).toString('base64')])];
}
