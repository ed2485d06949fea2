// An error as Veeam ONE shapes it: problem details (RFC 9457).
import { STATUS_CODES } from 'node:http';

/** Thrown anywhere below a route of Veeam ONE; rendered in one place. The message is a sentence for the client. */
export class OneError extends Error {
  override readonly name = 'OneError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

export function problemDetails({ status, message }: OneError): ProblemDetails {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: message };
}
