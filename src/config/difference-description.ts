// A config as a flat list of settings in the words of its file, for people to compare: no secret has its value in it.
import { X509Certificate } from 'node:crypto';
import { Secret } from '../secret.ts';
import { DURATION_PATTERN } from './duration.ts';
import { branchesOf, nodeOf, type SchemaNode } from './node.ts';
import { splitCertificates } from './pem-leaf.ts';
import { type GatewayTree, gatewaySchema } from './schema.ts';
import { SIZE_PATTERN } from './size.ts';

/** What one setting says; a secret is there to be compared and never shown. */
export type Setting = string | Secret;

/**
 * Settings by their path, such as `credentials[VEEAMKEY].access`: an item of a list is called by what names it, else by its
 * position from 0. The path of such a list with `(order)` behind it has the names in their order.
 */
export type ConfigDescription = ReadonlyMap<string, Setting>;

/** What stands for a secret. */
export const HIDDEN = '(hidden)';

/** The keys that name the items of a list, the first that an item has. */
const NAMES = ['name', 'accessKeyId', 'match'] as const;

const DURATIONS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;
const SIZES = [
  ['PiB', 50n],
  ['TiB', 40n],
  ['GiB', 30n],
  ['MiB', 20n],
  ['KiB', 10n],
] as const;

export function describeConfig(tree: GatewayTree): ConfigDescription {
  const settings = new Map<string, Setting>();
  describe(nodeOf(gatewaySchema), tree, '', settings);
  return settings;
}

function describe(
  node: SchemaNode | undefined,
  value: unknown,
  path: string,
  into: Map<string, Setting>,
): void {
  if (value === undefined) return;
  const plain = plainOf(node, value);
  if (plain !== undefined) {
    into.set(path, typeof plain === 'string' && isHidden(node, path) ? new Secret(plain) : plain);
    return;
  }
  if (Array.isArray(value)) {
    describeList(node, value, path, into);
    return;
  }
  const own = branchOf(node, value as Item);
  for (const [key, inner] of Object.entries(value as Item)) {
    describe(own?.properties?.[key], inner, path === '' ? key : `${path}.${key}`, into);
  }
}

/** Of what is private an access key id alone is shown, which is the name of its credential. */
function isHidden(node: SchemaNode | undefined, path: string): boolean {
  return node?.['~leaf']?.isPrivate === true && !/(?:^|\.)accessKeyId$/.test(path);
}

type Item = Readonly<Record<string, unknown>>;

function describeList(
  node: SchemaNode | undefined,
  list: readonly unknown[],
  path: string,
  into: Map<string, Setting>,
): void {
  const plain = list.map((item) => plainOf(node?.items, item));
  if (plain.every((item) => typeof item === 'string')) {
    into.set(path, list.length === 0 ? 'none' : plain.join(', '));
    return;
  }
  const names = list.map(nameOf);
  const areNamed = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  for (const [index, item] of list.entries()) {
    describe(node?.items, item, `${path}[${areNamed ? names[index] : index}]`, into);
  }
  if (areNamed && list.length > 0) into.set(`${path} (order)`, names.join(', '));
}

function nameOf(item: unknown): string | undefined {
  const named = item as Item;
  const name = NAMES.map((key) => named[key]).find((found) => found !== undefined);
  return typeof name === 'string' ? name : undefined;
}

/** Undefined where there are settings below it. */
function plainOf(node: SchemaNode | undefined, value: unknown): Setting | undefined {
  if (value instanceof Secret) return value;
  switch (typeof value) {
    case 'string':
      return value.includes('-----BEGIN CERTIFICATE-----') ? certificatesText(value) : value;
    case 'number':
    case 'bigint':
      return numberText(node, value);
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'none' : knownObjectText(value as Item);
    default:
      return undefined;
  }
}

/** Endpoints, and certificate files: what was read is more than what was written. */
function knownObjectText(value: Item): string | undefined {
  const { protocol, authority, pem } = value;
  if (typeof protocol === 'string' && typeof authority === 'string') return `${protocol}://${authority}`;
  return typeof pem === 'string' ? certificatesText(pem) : undefined;
}

/** Not the PEM, which nobody can compare by eye. */
function certificatesText(pem: string): string {
  return splitCertificates(pem)
    .map((text) => {
      const { subject, validTo, fingerprint256 } = new X509Certificate(text);
      return `${oneLine(subject)}, valid until ${dayOf(validTo)}, SHA-256 ${fingerprint256.replaceAll(':', '').toLowerCase()}`;
    })
    .join('; ');
}

/** What OpenSSL cannot read as a time it calls a bad one. */
function dayOf(time: string): string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? oneLine(time) : new Date(ms).toISOString().slice(0, 10);
}

/** A subject is several lines, and whoever made the certificate wrote them. */
function oneLine(text: string): string {
  const line = (text ?? '').replaceAll(/\p{Cc}+/gu, ', ').trim();
  return line === '' ? 'no subject' : line;
}

function numberText(node: SchemaNode | undefined, value: number | bigint): string {
  const pattern = (node as { readonly pattern?: string } | undefined)?.pattern;
  if (pattern === DURATION_PATTERN) return durationText(Number(value));
  return pattern === SIZE_PATTERN ? sizeText(BigInt(value)) : String(value);
}

function durationText(ms: number): string {
  const [unit, of] = DURATIONS.find(([, each]) => ms >= each && ms % each === 0) ?? ['ms', 1];
  return `${ms / of}${unit}`;
}

function sizeText(bytes: bigint): string {
  const [unit, bits] = SIZES.find(([, each]) => bytes > 0n && bytes % (1n << each) === 0n) ?? ['B', 0n];
  return `${bytes >> bits}${unit}`;
}

/** Of a choice between maps the one that this is. */
function branchOf(node: SchemaNode | undefined, value: Item): SchemaNode | undefined {
  if (node?.['~orOne'] === true) return branchOf(node.items, value);
  if (node?.anyOf === undefined) return node;
  return branchesOf(node).get(value[node['~by'] ?? '']);
}
