// Request ids: 16 upper-case hex digits, at random, as S3 gives them.
import { randomBytes } from 'node:crypto';

const ID_DIGITS = 16;
const IDS_AT_ONCE = 512;

/** Random bytes are drawn for many ids at once: a call for each costs more than all else that an id needs. */
export function createRequestIds(): () => string {
  let digits = '';
  let at = 0;
  return () => {
    if (at === digits.length) {
      digits = randomBytes((IDS_AT_ONCE * ID_DIGITS) / 2)
        .toString('hex')
        .toUpperCase();
      at = 0;
    }
    at += ID_DIGITS;
    return digits.slice(at - ID_DIGITS, at);
  };
}
