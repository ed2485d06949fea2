// What stands in an XML answer: one element's text, and whether an element is there at all.
import type { BenchContext, S3Answer } from '../../bench-context.ts';

/** The text of an element as the parser gave it; undefined where there is none. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value === 'object' && value !== null && '#text' in value) {
    return String(value['#text']);
  }
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

/** The text of the first element at a path; undefined where the element is absent or has elements in it. */
export function textAt(
  context: BenchContext,
  document: unknown,
  ...path: readonly string[]
): string | undefined {
  return textOf(context.list(document, ...path)[0]);
}

/** Whether an element is there, empty or not. */
export function hasElement(context: BenchContext, document: unknown, ...path: readonly string[]): boolean {
  return context.list(document, ...path).length > 0;
}

/** A status, with the S3 code where there is one, for a message. */
export function said(answer: S3Answer): string {
  return answer.code === undefined ? `${answer.status}` : `${answer.status} ${answer.code}`;
}

export function succeeded(answer: S3Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}
