// HTTP dates (RFC 9110 section 5.6.7), IMF-fixdate only: `Sun, 06 Nov 1994 08:49:37 GMT`.
// The two obsolete forms are not read: no S3 client sends them, and a condition whose date is not valid is ignored.

const IMF_FIXDATE = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The date of a moment in milliseconds since 1970, rounded down to the second. */
export function formatHttpDate(ms: number): string {
  return new Date(wholeSecond(ms)).toUTCString();
}

/** Milliseconds since 1970, or undefined where the text is not exactly one IMF-fixdate of a day that exists. */
export function parseHttpDate(text: string): number | undefined {
  const parts = IMF_FIXDATE.exec(text);
  if (parts === null) return undefined;
  const [, day, month, year, hour, minute, second] = parts;
  const ms = Date.UTC(
    Number(year),
    MONTHS.indexOf(month ?? ''),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  // Written back it must be the same text: that finds the wrong weekday, 31 February and hour 24.
  return formatHttpDate(ms) === text ? ms : undefined;
}

/** The start of the second that a moment lies in: HTTP dates know nothing finer. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
