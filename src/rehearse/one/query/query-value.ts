// A value in a Filter, brought to its property's kind: the documents write every value as a string.
import type { Property, Scalar } from './properties.ts';
import { OneQueryError } from './query-error.ts';

const INTEGER = /^-?\d{1,40}$/;
const DECIMAL = /^-?\d{1,40}\.\d{1,40}$/;

/** Null stays null. Throws OneQueryError where the value is none of the property's kind. */
export function valueOfKind(parameter: string, value: unknown, property: Property): Scalar {
  if (value === null) return null;
  const read = readers[property.kind](value);
  if (read === undefined) {
    throw new OneQueryError(parameter, `the value for ${property.name} must be ${WANTED[property.kind]}`);
  }
  return read;
}

const WANTED = {
  text: 'a string',
  number: 'a number',
  time: 'a date and time, for example 2025-11-15T12:32:02Z',
  flag: 'true or false',
  object: 'of a property of this subschema',
} as const;

const readers: Readonly<Record<Property['kind'], (value: unknown) => Scalar | undefined>> = {
  text: (value) => {
    if (typeof value === 'string') return value;
    return typeof value === 'object' || value === undefined ? undefined : String(value);
  },
  number: (value) => {
    if (typeof value === 'number' || typeof value === 'bigint') return value;
    if (typeof value !== 'string') return undefined;
    if (INTEGER.test(value)) return BigInt(value);
    return DECIMAL.test(value) ? Number(value) : undefined;
  },
  time: (value) => {
    if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) return undefined;
    return value;
  },
  flag: (value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') return undefined;
    const lower = value.toLowerCase();
    if (lower === 'true') return true;
    return lower === 'false' ? false : undefined;
  },
  object: () => undefined,
};
