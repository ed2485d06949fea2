// Checks bodies and queries against the schemas of their routes. Bodies are taken as they are; query strings become numbers and truth values.
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

interface Described {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
}

/** A value that does not fit its schema; the message says which field and why. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';
}

export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema);
  const isText = httpPart === 'querystring' || httpPart === 'params';
  return (data: unknown) => {
    const value = isText ? fromText(schema as Described, data) : data;
    if (compiled.Check(value)) return { value };
    const [first] = compiled.Errors(value);
    return {
      error: new ValidationError(sentence(httpPart, first?.instancePath ?? '', first?.message ?? '')),
    };
  };
};

function sentence(httpPart: string | undefined, path: string, message: string): string {
  const name = path.slice(1).replaceAll('/', '.');
  if (httpPart === 'querystring') return `The query parameter ${name} ${message}.`;
  if (httpPart === 'params') return `The path parameter ${name} ${message}.`;
  return name === '' ? `The request body ${message}.` : `The field ${name} of the request body ${message}.`;
}

function fromText(schema: Described, data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, converted(schema.properties?.[name], value)]),
  );
}

function converted(schema: Described | undefined, value: unknown): unknown {
  switch (schema?.type) {
    case 'array':
      return (Array.isArray(value) ? value : [value]).map((one) => converted(schema.items, one));
    case 'integer':
    case 'number':
      return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    case 'boolean':
      return value === 'true' || value === 'True'
        ? true
        : value === 'false' || value === 'False'
          ? false
          : value;
    default:
      return value;
  }
}
