// Query parameters as handlers want them. `understand` has refused repeated and unknown ones.
import { S3Error } from '../../s3/error.ts';
import type { S3Request } from '../../s3/request.ts';

const MAX_INTEGER = 2_147_483_647;

/** The decoded value; empty where no `=` stood, undefined where the parameter is not there. Throws InvalidArgument unless it is UTF-8. */
export function parameter(request: S3Request, name: string): string | undefined {
  const found = request.query.find((each) => each.name === name);
  return found && decodeUtf8(found.value, name);
}

/** A whole number; undefined where the parameter is absent or empty. Throws InvalidArgument outside `min` to `max`. */
export function integerParameter(
  request: S3Request,
  name: string,
  { min = 0, max = MAX_INTEGER }: { readonly min?: number; readonly max?: number } = {},
): number | undefined {
  const text = parameter(request, name);
  if (text === undefined || text === '') return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new S3Error('InvalidArgument', {
    message: `${name} must be a whole number between ${min} and ${max}.`,
    details: { ArgumentName: name, ArgumentValue: text.slice(0, 64) },
  });
}

function decodeUtf8(bytes: string, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    throw new S3Error('InvalidArgument', {
      message: `The query parameter ${name} is not UTF-8.`,
      details: { ArgumentName: name },
    });
  }
}
