// The heads of HTTP/1.1 messages (RFC 9112) as immutable data.
import type { HeaderList } from './header-list.ts';

/** How the end of a body is found. `until-close` exists in responses only. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

/** The head of one request, byte for byte as it came. Strings hold one character a byte (latin1). */
export interface RequestHead {
  readonly method: string;
  /** The request target exactly as on the request line; always origin-form, so it starts with `/`. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly headers: HeaderList;
  readonly framing: BodyFraming;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
  /** The client allows another request on this connection. */
  readonly keepAlive: boolean;
}

/** The head of one response. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
  readonly framing: BodyFraming;
  /** The sender allows another request on this connection. */
  readonly keepAlive: boolean;
}

/** Whether a message with that framing has at least one byte of body, or may have. */
export function announcesBody(framing: BodyFraming): boolean {
  switch (framing.kind) {
    case 'none':
      return false;
    case 'length':
      return framing.length > 0;
    case 'chunked':
    case 'until-close':
      return true;
  }
}
