// Numbers and texts for people. Pure: the same in, the same out.

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const COUNT = new Intl.NumberFormat('en');
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Binary units and two decimals, cut off and never rounded up: what is left must not look like more than it is.
 * @param {bigint | string} bytes decimal digits where it is a text
 * @returns {string}
 */
export function formatBytes(bytes) {
  const whole = BigInt(bytes);
  if (whole < 0n) return `−${formatBytes(-whole)}`;
  let unit = 0;
  let scale = 1n;
  while (unit < BYTE_UNITS.length - 1 && whole >= scale * 1024n) {
    scale *= 1024n;
    unit++;
  }
  if (unit === 0) return `${whole} B`;
  const hundredths = (whole * 100n) / scale;
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')} ${BYTE_UNITS[unit]}`;
}

/**
 * Three digits that matter.
 * @param {number} bytesPerSecond
 */
export function formatRate(bytesPerSecond) {
  let unit = 0;
  let value = bytesPerSecond;
  while (unit < BYTE_UNITS.length - 1 && value >= 999.5) {
    value /= 1024;
    unit++;
  }
  return `${threeDigits(value)} ${BYTE_UNITS[unit]}/s`;
}

/** @param {number} value */
export function formatCount(value) {
  return COUNT.format(Number.isInteger(value) ? value : Number(threeDigits(value)));
}

/**
 * `0.8 ms`, `12 ms`, `1.24 s`.
 * @param {number} ms
 */
export function formatLatency(ms) {
  return ms < 1000 ? `${threeDigits(ms)} ms` : `${threeDigits(ms / 1000)} s`;
}

/**
 * At most two units: `14 s`, `3 min`, `2 h 5 min`, `3 d 4 h`.
 * @param {number} seconds
 */
export function formatAge(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < DAY) return twoUnits(whole, HOUR, 'h', MINUTE, 'min');
  return twoUnits(whole, DAY, 'd', HOUR, 'h');
}

/** @param {number} days */
export function formatDays(days) {
  if (days < 1) return 'less than a day';
  const whole = Math.floor(days);
  if (whole === 1) return '1 day';
  return whole < 730 ? `${COUNT.format(whole)} days` : `${Math.floor(days / 365.25)} years`;
}

/**
 * Of a share between 0 and 1. What is more than nothing is never shown as 0.
 * @param {number} share
 */
export function formatPercent(share) {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/**
 * Time alone where it is of the last half day, with the date where it is not.
 * @param {string | number} moment ISO 8601 or milliseconds since 1970
 * @param {number} nowMs
 */
export function formatMoment(moment, nowMs) {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return 'unknown';
  const time = formatTime(date);
  return Math.abs(nowMs - date.getTime()) < DAY * 500 ? time : `${formatDate(date)}, ${time}`;
}

/** @param {Date} date */
export function formatTime(date) {
  return date.toLocaleTimeString('en-GB');
}

/** @param {Date} date */
export function formatDate(date) {
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/**
 * `1 bucket`, `12 buckets`.
 * @param {number} count
 * @param {string} one
 */
export function plural(count, one, many = `${one}s`) {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/**
 * A text of a client or a store, with what cannot be seen or turns the direction of reading shown by its number.
 * @param {string} text
 */
export function visible(text) {
  return text.replace(
    /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu,
    (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}

/** @param {number} value */
function threeDigits(value) {
  if (value >= 100 || value === 0) return String(Math.round(value));
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/**
 * @param {number} seconds
 * @param {number} large
 * @param {string} largeName
 * @param {number} small
 * @param {string} smallName
 */
function twoUnits(seconds, large, largeName, small, smallName) {
  const rest = Math.floor((seconds % large) / small);
  const first = `${Math.floor(seconds / large)} ${largeName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}
