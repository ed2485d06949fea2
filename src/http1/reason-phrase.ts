// The text behind a status code on the status line (RFC 9110 section 15).
import { STATUS_CODES } from 'node:http';

/** Empty for a status that has none. */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? '';
}
