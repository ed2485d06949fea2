// Which host names a certificate is for, and which of several certificates a client gets that asks for a name.

import type { X509CheckOptions } from 'node:crypto';
import { X509Certificate } from 'node:crypto';

/** A certificate by which something is to be found out, in the order of the config: the first is for all other names. */
export interface Candidate {
  readonly pem: string;
  /** As config says them; absent: those of the certificate itself. */
  readonly names?: readonly string[] | undefined;
}

export interface NamesShared {
  /** Of each candidate, in order: lower-case, `*.` for one label. A name stands at one candidate only. */
  readonly names: readonly (readonly string[])[];
  /** A name that two candidates have with equal right; it stands at the earlier one. */
  readonly repeated: readonly { readonly name: string; readonly first: number; readonly again: number }[];
}

/** RFC 6125 section 6.4.3 in its strict form: one whole label, the leftmost. The common name counts for nothing. */
const STRICT: Readonly<X509CheckOptions> = {
  subject: 'never',
  partialWildcards: false,
  multiLabelWildcards: false,
};

const NAME = /^DNS:((?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)$/;

/** The host names in a PEM certificate, lower-case, without those of a form that no client asks for. */
export function namesIn(pem: string): readonly string[] {
  const certificate = new X509Certificate(pem);
  const entries = (certificate.subjectAltName ?? '').toLowerCase().replaceAll('dns:', 'DNS:').split(', ');
  const names = entries.flatMap((entry) => NAME.exec(entry)?.[1] ?? []);
  return [...new Set(names)].filter((name) => isCovered(certificate, name));
}

/** Whether clients that ask for the name, or for any that a `*.` stands for, accept the certificate. */
export function covers(pem: string, name: string): boolean {
  return isCovered(new X509Certificate(pem), name);
}

function isCovered(certificate: X509Certificate, name: string): boolean {
  if (!name.startsWith('*.')) return certificate.checkHost(name, STRICT) !== undefined;
  // Each name that it stands for, so one that no certificate names.
  const any = `any-name-that-it-stands-for${name.slice(1)}`;
  return certificate.checkHost(any, STRICT)?.toLowerCase() === name;
}

/** A name that config says beats the same one that a certificate merely has. */
export function shareNames(candidates: readonly Candidate[]): NamesShared {
  const owners = new Map<string, number>();
  const repeated: { name: string; first: number; again: number }[] = [];
  const give = (names: readonly string[], index: number): void => {
    for (const name of names) {
      const first = owners.get(name);
      if (first === undefined) owners.set(name, index);
      else repeated.push({ name, first, again: index });
    }
  };
  for (const [index, { names }] of candidates.entries()) give(names ?? [], index);
  const said = new Set(owners.keys());
  for (const [index, { pem, names }] of candidates.entries()) {
    if (names === undefined)
      give(
        namesIn(pem).filter((name) => !said.has(name)),
        index,
      );
  }
  const names = candidates.map((_, index) =>
    [...owners].flatMap(([name, owner]) => (owner === index ? [name] : [])),
  );
  return { names, repeated };
}
