// Heads as text, parsed or refused.
import type { RequestHead, ResponseHead } from '../../../src/http1/head.ts';
import { parseRequestHead, parseResponseHead } from '../../../src/http1/head-parser.ts';
import { HeadReader } from '../../../src/http1/head-reader.ts';
import { HttpError, type HttpErrorKind } from '../../../src/http1/http-error.ts';

export const LIMITS = { maxHeadBytes: 4096, maxHeaders: 20 };

/** The head's bytes as the reader cuts them out of what arrives. */
export function cutOut(text: string, maxBytes = LIMITS.maxHeadBytes): Buffer {
  const found = new HeadReader(maxBytes).push(Buffer.from(text, 'latin1'));
  if (found === undefined) throw new Error('the head has no end');
  return found.head;
}

export function requestOf(text: string, limits = LIMITS): RequestHead {
  return parseRequestHead(cutOut(text, limits.maxHeadBytes), limits);
}

export function responseOf(text: string, method = 'GET'): ResponseHead {
  return parseResponseHead(cutOut(text), LIMITS, method);
}

export function kindOf(action: () => unknown): HttpErrorKind | 'accepted' {
  try {
    action();
  } catch (error) {
    if (error instanceof HttpError) return error.kind;
    throw error;
  }
  return 'accepted';
}
