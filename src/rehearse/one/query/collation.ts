// How strings are compared in a query: the three collations that Veeam ONE documents.

/** `ignorecase` is the default where a query names none. */
export const COLLATIONS = ['ordinal', 'ignorecase', 'lexicographic'] as const;

export type Collation = (typeof COLLATIONS)[number];

export const DEFAULT_COLLATION: Collation = 'ignorecase';

// "Words with words and numbers with numbers": a run of digits is one number. Case is ignored, accents are not.
const WORDS_AND_NUMBERS = new Intl.Collator('en', { numeric: true, sensitivity: 'accent' });

/** Negative, zero or positive, as a sort wants it. */
export function compareText(left: string, right: string, collation: Collation): number {
  if (collation === 'lexicographic') return WORDS_AND_NUMBERS.compare(left, right);
  const [a, b] = [folded(left, collation), folded(right, collation)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Whether `part` occurs in `text`; in `lexicographic` as in `ignorecase`, for a part has no numbers of its own. */
export function containsText(text: string, part: string, collation: Collation): boolean {
  return folded(text, collation).includes(folded(part, collation));
}

function folded(text: string, collation: Collation): string {
  return collation === 'ordinal' ? text : text.toUpperCase().toLowerCase();
}
