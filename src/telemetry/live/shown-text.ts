// Text that a client wrote, so that it can be shown: not long, and nothing in it that a terminal or a reader's eye obeys.

export const LONGEST_SHOWN = 256;

/** Control and format characters (with them what turns the direction of writing), line separators, halves of pairs. */
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

export function shownText(text: string): string {
  const short = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text;
  return short.replace(UNSHOWABLE, '\ufffd');
}
