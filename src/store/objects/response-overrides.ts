// `response-…` parameters: headers that a caller, who has signed them, wants instead of the stored ones (GetObject).
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';
import type { AnswerHeaders } from '../server/call.ts';
import { SYSTEM_HEADERS } from './stored-headers.ts';

const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Throws InvalidArgument for a value that no header can have: a line break in it would be another header. */
export function withOverrides(headers: AnswerHeaders, { query }: S3Request): AnswerHeaders {
  const overrides = new Map<string, string>();
  for (const { name, value } of query) {
    const header = name.startsWith('response-') ? SYSTEM_HEADERS.get(name.slice(9)) : undefined;
    if (header === undefined || value === '') continue;
    if (!FIELD_VALUE.test(value)) {
      throw new S3Error('InvalidArgument', {
        message: `The query parameter ${name} holds characters that a header cannot have.`,
        details: { ArgumentName: name },
      });
    }
    overrides.set(header, value);
  }
  if (overrides.size === 0) return headers;
  return [...headers.filter(([name]) => !overrides.has(name)), ...overrides];
}
