// An error as the VBR documents shape it: their schema Error, with the codes that it lists.

export type RestErrorCode =
  | 'AccessDenied'
  | 'ExpiredToken'
  | 'InvalidToken'
  | 'InvalidURI'
  | 'MethodNotAllowed'
  | 'NotFound'
  | 'NotImplemented'
  | 'ServiceUnavailable'
  | 'UnexpectedContent'
  | 'UnknownError';

/** Thrown anywhere below a route; rendered in one place. The message is a sentence for the client. */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly status: number;
  readonly errorCode: RestErrorCode;
  readonly resourceId: string | undefined;

  constructor(status: number, errorCode: RestErrorCode, message: string, resourceId?: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.resourceId = resourceId;
  }
}

export function badRequest(message: string, resourceId?: string): RestError {
  return new RestError(400, 'UnexpectedContent', message, resourceId);
}

/** `what` as in "repository". */
export function notFound(what: string, id: string): RestError {
  return new RestError(404, 'NotFound', `There is no ${what} with the ID ${id}.`, id);
}
