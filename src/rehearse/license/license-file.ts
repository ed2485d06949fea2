// The license file of a rehearsal: plain lines that say themselves that they are no license of Veeam's. A real one is refused.

import { badRequest } from '../http/rest-error.ts';
import { EDITIONS, LICENSE_TYPES, type License, PACKAGES, type Promo } from './license-state.ts';

/** The first line of every such file. */
export const LICENSE_HEADING = 'Rehearsal license of sosapi-gateway. This is not a Veeam license.';

const MAX_BYTES = 64 * 1024;
const MAX_COUNT = 1_000_000;
const REQUIRED = ['licensed-to', 'expires'] as const;
const OPTIONAL = [
  'support-id',
  'type',
  'edition',
  'package',
  'instances',
  'promo-instances',
  'promo-expires',
  'sockets',
  'capacity-tb',
] as const;

type Field = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];

/**
 * Reads what the document calls "Base64-encoded string of the content of a license file": the heading, then `field: value` lines.
 * `now` is milliseconds since 1970. Throws RestError 400.
 */
export function readLicenseFile(base64: string, licenseId: string, now: number): License {
  const lines = decoded(base64)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines[0] !== LICENSE_HEADING) throw badRequest(notOurs(lines));
  const fields = readFields(lines.slice(1));
  const instances = count(fields, 'instances');
  const sockets = count(fields, 'sockets');
  const capacityTb = count(fields, 'capacity-tb');
  if (instances === undefined && sockets === undefined && capacityTb === undefined) {
    throw badRequest('The license file grants nothing: it needs instances, sockets or capacity-tb.');
  }
  const expiresAt = day(fields, 'expires');
  if (expiresAt === undefined || expiresAt <= now) throw badRequest('The license in the file has expired.');
  return {
    licenseId,
    licensedTo: fields.get('licensed-to') ?? '',
    supportId: fields.get('support-id') ?? '00000000',
    type: choice(fields, 'type', LICENSE_TYPES) ?? 'Subscription',
    edition: choice(fields, 'edition', EDITIONS) ?? 'EnterprisePlus',
    package: choice(fields, 'package', PACKAGES) ?? 'Suite',
    expiresAt,
    instances,
    promo: promoOf(fields, instances),
    sockets,
    capacityTb,
  };
}

function decoded(base64: string): string {
  const compact = base64.replace(/\s/g, '');
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) {
    throw badRequest('The property license is not Base64-encoded.');
  }
  const bytes = Buffer.from(compact, 'base64');
  if (bytes.length > MAX_BYTES) throw badRequest(`The license file is larger than ${MAX_BYTES} bytes.`);
  return bytes.toString('utf8');
}

function notOurs(lines: readonly string[]): string {
  const isReal = lines.some((line) => /<Licenses?>|^Signature=|^License ID=/.test(line));
  return isReal
    ? 'This is a rehearsal, which has no use for a real license: keep it for the backup server.'
    : `The license file is not one of a rehearsal: its first line must be "${LICENSE_HEADING}".`;
}

function readFields(lines: readonly string[]): ReadonlyMap<Field, string> {
  const fields = new Map<Field, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([a-z-]+):\s*(.+)$/.exec(line) ?? [];
    const field = [...REQUIRED, ...OPTIONAL].find((known) => known === name);
    if (field === undefined) {
      throw badRequest(
        `The license file has a line that is not understood: ${JSON.stringify(line.slice(0, 80))}.`,
      );
    }
    if (fields.has(field)) throw badRequest(`The license file has ${field} more than once.`);
    fields.set(field, value.trim());
  }
  const missing = REQUIRED.find((field) => !fields.has(field));
  if (missing !== undefined) throw badRequest(`The license file has no ${missing}.`);
  return fields;
}

function promoOf(fields: ReadonlyMap<Field, string>, instances: number | undefined): Promo | undefined {
  const promoInstances = count(fields, 'promo-instances');
  const expiresAt = day(fields, 'promo-expires');
  if (promoInstances === undefined && expiresAt === undefined) return undefined;
  if (promoInstances === undefined || expiresAt === undefined || instances === undefined) {
    throw badRequest('A promo needs instances, promo-instances and promo-expires in the license file.');
  }
  return { instances: promoInstances, expiresAt };
}

function count(fields: ReadonlyMap<Field, string>, field: Field): number | undefined {
  const text = fields.get(field);
  if (text === undefined) return undefined;
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= MAX_COUNT)) {
    throw badRequest(`In the license file, ${field} must be a whole number from 1 to ${MAX_COUNT}.`);
  }
  return value;
}

function day(fields: ReadonlyMap<Field, string>, field: Field): number | undefined {
  const text = fields.get(field);
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) {
    throw badRequest(`In the license file, ${field} must be a day, for example 2027-12-31.`);
  }
  return at;
}

function choice<T extends string>(
  fields: ReadonlyMap<Field, string>,
  field: Field,
  allowed: readonly T[],
): T | undefined {
  const text = fields.get(field);
  if (text === undefined) return undefined;
  const found = allowed.find((one) => one === text);
  if (found === undefined) {
    throw badRequest(`In the license file, ${field} must be one of ${allowed.join(', ')}.`);
  }
  return found;
}
