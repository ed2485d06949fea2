// What can be wrong with a message on the wire, before anybody knows what it asks for.

/**
 * `malformed`: not HTTP/1.1 as we accept it. `too-large`: a head beyond the limits. `unsupported`: HTTP that we do not
 * speak. `timeout`: it did not arrive in time.
 */
export type HttpErrorKind = 'malformed' | 'too-large' | 'unsupported' | 'timeout';

/** The peer broke the protocol; the connection cannot be used any further. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly kind: HttpErrorKind;

  constructor(kind: HttpErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
