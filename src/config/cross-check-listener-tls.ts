// Rules between the certificates, keys and names of one listener: what here is right is what TLS takes.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { Secret } from '../secret.ts';
import { covers, namesIn, shareNames } from './certificate-names.ts';
import type { Notes, PartialTree } from './partial-tree.ts';
import { splitCertificates } from './pem-leaf.ts';
import { type ConfigPath, formatPath } from './problem.ts';

type PartialTls = NonNullable<
  NonNullable<NonNullable<NonNullable<PartialTree['listeners']>['s3']>[number]>['tls']
>;
type PartialNamed = NonNullable<NonNullable<PartialTls['certificates']>[number]>;
type PartialPair = Pick<PartialTls, 'cert' | 'key'>;

const HOW_TO_CHOOSE = 'write names: at the certificate that it is for, and without it at the other';

/** `path`: of the `tls`. */
export function checkListenerTls(tls: PartialTls, path: ConfigPath, notes: Notes): void {
  const named = tls.certificates ?? [];
  checkPair(tls, path, notes);
  for (const [index, each] of named.entries()) {
    const at = [...path, 'certificates', index];
    checkPair(each ?? {}, at, notes);
    checkNames(each ?? {}, at, notes);
  }
  checkShares(tls, path, notes);
}

function checkPair({ cert, key }: PartialPair, path: ConfigPath, { problem }: Notes): void {
  if (cert?.pem === undefined || cert.file === undefined || !(key instanceof Secret)) return;
  const wrong = wrongIn(cert.pem, cert.file, key);
  if (wrong !== undefined) problem([...path, wrong.at], wrong.message);
}

interface Wrong {
  readonly at: 'cert' | 'key';
  readonly message: string;
}

/** The key is that of the first certificate, and each that follows issued the one before it. */
function wrongIn(pem: string, file: string, key: Secret): Wrong | undefined {
  const chain = splitCertificates(pem).map((each) => new X509Certificate(each));
  const own = chain.findIndex((each) => each.checkPrivateKey(createPrivateKey(key.reveal())));
  if (own === -1) {
    const message = `expected the private key of the certificate in ${file}, found another key; name the one that it was made with`;
    return { at: 'key', message };
  }
  const stray = chain.findIndex((each, index) => index > 0 && !isIssuedBy(chain[index - 1], each));
  if (own > 0 || stray !== -1) {
    const found =
      own > 0
        ? `found it as number ${own + 1}`
        : `found that number ${stray + 1} did not issue the one before it`;
    const expected = `expected the certificate of the key first in ${file}, then the one that issued it, and so on`;
    return { at: 'cert', message: `${expected}, ${found}; put them in this order and take out others` };
  }
  const refusal = refusalOf(pem, key);
  if (refusal === undefined) return undefined;
  return {
    at: 'cert',
    message: `expected a certificate that TLS takes in ${file}, found one that it refuses: ${refusal}`,
  };
}

function isIssuedBy(issued: X509Certificate | undefined, issuer: X509Certificate): boolean {
  return issued?.checkIssued(issuer) === true && issued.verify(issuer.publicKey);
}

/** Such as a key that is too short for this OpenSSL. */
function refusalOf(cert: string, key: Secret): string | undefined {
  try {
    createSecureContext({ cert, key: key.reveal() });
    return undefined;
  } catch (error) {
    return error instanceof Error && 'reason' in error ? String(error.reason) : 'no reason given';
  }
}

function checkNames({ cert, names }: PartialNamed, path: ConfigPath, { problem }: Notes): void {
  if (cert?.pem === undefined || cert.file === undefined) return;
  for (const [index, name] of (names ?? []).entries()) {
    if (name === undefined || covers(cert.pem, name)) continue;
    const has = namesIn(cert.pem).join(', ') || 'no host name';
    const expected = `expected a name that the certificate in ${cert.file} covers (${has}), found ${name}`;
    problem([...path, 'names', index], `${expected}; clients would refuse it`);
  }
  if (names !== undefined || namesIn(cert.pem).length > 0) return;
  const found = `expected a certificate with a host name as subject alternative name, found none in ${cert.file}`;
  problem([...path, 'cert'], `${found}; no client would get it`);
}

/** Only where every certificate could be read: else nobody knows what is repeated. */
function checkShares({ cert, certificates }: PartialTls, path: ConfigPath, { problem }: Notes): void {
  const places = [
    { cert, names: undefined, at: path },
    ...(certificates ?? []).map((each, index) => ({ ...each, at: [...path, 'certificates', index] })),
  ];
  const candidates = places.flatMap(({ cert: { pem } = {}, names, at }) => {
    const said = names?.filter((name) => name !== undefined);
    return pem === undefined ? [] : [{ pem, names: said, at }];
  });
  if (candidates.length < places.length) return;
  for (const { name, first, again } of shareNames(candidates).repeated) {
    const at = candidates[again]?.at ?? path;
    const other = formatPath(candidates[first]?.at ?? path);
    const place = candidates[again]?.names === undefined ? [...at, 'cert'] : [...at, 'names'];
    problem(place, `expected one certificate for each name, found ${name} at ${other} too; ${HOW_TO_CHOOSE}`);
  }
}
