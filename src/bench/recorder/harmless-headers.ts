// What a recording tells of headers: every name, and values of a closed list in closed forms. All else stays out.
import type { NameWriter } from './hashed-names.ts';
import type { RecordedHeader } from './recording-format.ts';

type Tell = (value: string, nowMs: number) => string | number | true;

const OTHER = 'other';
const NUMBER = /^\d{1,15}$/;
const CONTENT_TYPES = [
  'application/xml',
  'text/xml',
  'application/octet-stream',
  'binary/octet-stream',
  'application/x-www-form-urlencoded',
  'text/plain',
];
const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
  'EXPRESS_ONEZONE',
];
const STREAMING = /^STREAMING-(AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256|UNSIGNED)-PAYLOAD(-TRAILER)?$/;
const MAX_USER_AGENT = 200;
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;

const TOLD: Readonly<Record<string, Tell>> = {
  'content-length': (value) => (NUMBER.test(value) ? Number(value) : OTHER),
  'x-amz-decoded-content-length': (value) => (NUMBER.test(value) ? Number(value) : OTHER),
  'content-type': (value) => oneOf(CONTENT_TYPES, (value.split(';')[0] ?? '').trim().toLowerCase()),
  'x-amz-content-sha256': payloadOf,
  'x-amz-object-lock-mode': (value) => oneOf(['COMPLIANCE', 'GOVERNANCE'], value),
  'x-amz-object-lock-retain-until-date': (value, nowMs) => {
    const untilMs = Date.parse(value);
    return Number.isNaN(untilMs) ? OTHER : Math.round((untilMs - nowMs) / 1000);
  },
  range: (value) => (/^bytes=(\d{1,15}-\d{0,15}|-\d{1,15})$/.test(value) ? value : OTHER),
  'if-none-match': () => true,
  'content-md5': () => true,
  'user-agent': (value) => value.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_USER_AGENT),
  expect: (value) => oneOf(['100-continue'], value.toLowerCase()),
  'x-amz-storage-class': (value) => oneOf(STORAGE_CLASSES, value),
};

/** `nowMs`: since 1970, for how long a lock is to last. */
export function tellHeaders(
  headers: readonly (readonly [name: string, value: string])[],
  nowMs: number,
  names: NameWriter,
): readonly RecordedHeader[] {
  return headers.map(([name, value]) => {
    const lower = name.toLowerCase();
    const told = tellName(name, names);
    if (lower.startsWith('x-amz-checksum-')) return [told, true];
    const tell = Object.hasOwn(TOLD, lower) ? TOLD[lower] : undefined;
    return tell === undefined ? [told] : [told, tell(value, nowMs)];
  });
}

/** As spelled. What is no name of a header may be anything. */
export function tellName(name: string, names: NameWriter): string {
  if (!TOKEN.test(name)) return '(malformed)';
  const [, start, rest] = /^(x-amz-meta-)(.+)$/i.exec(name) ?? [];
  return start === undefined || rest === undefined ? name : `${start}${names.metadataName(rest)}`;
}

/** What x-amz-content-sha256 says, without the hash. */
export function payloadOf(value: string): string {
  if (/^[0-9a-f]{64}$/i.test(value)) return 'SHA256';
  return value === 'UNSIGNED-PAYLOAD' || STREAMING.test(value) ? value : OTHER;
}

function oneOf(closed: readonly string[], value: string): string {
  return closed.includes(value) ? value : OTHER;
}
