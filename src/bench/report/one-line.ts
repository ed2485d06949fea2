// Text that somebody else wrote, fit for one line of a terminal.

/** What a store sent must not move the cursor, and must not break a table. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{C}]+/gu, ' ').trim();
}
