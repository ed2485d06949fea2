// The time of a signature: `x-amz-date` in ISO 8601 basic form, or the `Date` header (AWS, "Date handling in Signature Version 4").
import { parseHttpDate } from '../s3/http-date.ts';

/** A moment to the second. */
export interface AmzDate {
  /** `YYYYMMDDTHHMMSSZ`, as it stands in the string to sign. */
  readonly text: string;
  readonly ms: number;
}

const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

export function formatAmzDate(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
}

/** `formatAmzDate` that remembers its last answer: the requests of one second share it. */
export function createAmzClock(): (ms: number) => string {
  let second = Number.NaN;
  let text = '';
  return (ms) => {
    const now = Math.floor(ms / 1000);
    if (now !== second) {
      second = now;
      text = formatAmzDate(ms);
    }
    return text;
  };
}

/** The form in which S3 writes times into its errors. */
export function formatErrorTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Reads `YYYYMMDDTHHMMSSZ`; undefined for anything else and for dates that no calendar has. */
export function parseAmzDate(text: string): AmzDate | undefined {
  const match = AMZ_DATE.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC rolls 31 April over into May, so only what comes back unchanged is a real date.
  return formatAmzDate(ms) === text ? { text, ms } : undefined;
}

/** Reads the value of a `Date` header: RFC 1123, or ISO basic as some clients send it. */
export function parseDateHeader(text: string): AmzDate | undefined {
  const ms = parseHttpDate(text);
  return ms === undefined ? parseAmzDate(text) : { text: formatAmzDate(ms), ms };
}
