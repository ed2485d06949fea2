// Version ids as clients see them: `null`, or made of the row's number. Never all digits, so that no client takes one for a number.

export const NULL_VERSION_ID = 'null';

const VERSION_ID = /^v[0-9a-f]{16}$/;

/** 17 characters; one text for each row. */
export function formatVersionId(rowId: number): string {
  return `v${rowId.toString(16).padStart(16, '0')}`;
}

/** The row's number; undefined for everything that `formatVersionId` never gives. */
export function parseVersionId(text: string): number | undefined {
  if (!VERSION_ID.test(text)) return undefined;
  const rowId = Number.parseInt(text.slice(1), 16);
  return Number.isSafeInteger(rowId) && rowId > 0 ? rowId : undefined;
}
