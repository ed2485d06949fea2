// An authority of a test's own: makes certificates for any names and any time, in memory.
// The library builds on decorators and wants this first.
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface IssueOptions {
  /** DNS names and IP addresses; none: no subject alternative name at all. */
  readonly names: readonly string[];
  /** Milliseconds since 1970; else yesterday. */
  readonly notBefore?: number;
  /** Else in a year. */
  readonly notAfter?: number;
  readonly commonName?: string;
}

/** PEM. */
export interface Issued {
  /** The certificate alone. */
  readonly cert: string;
  readonly key: string;
  /** The certificate and, where an intermediate signed it, that of the intermediate. */
  readonly chain: string;
}

export interface Authority {
  /** PEM of the root, which clients are to trust. */
  readonly ca: string;
  readonly issue: (options: IssueOptions) => Promise<Issued>;
  /** An intermediate authority, signed by this one. */
  readonly intermediate: () => Promise<Authority & { readonly cert: string }>;
}

interface Signer {
  readonly name: string;
  readonly keys: CryptoKeyPair;
  /** What certificates are followed by in a chain. */
  readonly above: string;
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

export async function createAuthority(name = 'a test authority'): Promise<Authority> {
  const keys = await newKeys();
  const ca = await sign({ name, keys, above: '' }, name, keys, true, { names: [] });
  return authority({ name, keys, above: '' }, ca);
}

function authority(signer: Signer, ca: string): Authority {
  return {
    ca,
    async issue(options) {
      const keys = await newKeys();
      const cert = await sign(signer, options.commonName ?? 'a server', keys, false, options);
      return { cert, key: await keyPem(keys), chain: cert + signer.above };
    },
    async intermediate() {
      const name = `${signer.name}, intermediate`;
      const keys = await newKeys();
      const cert = await sign(signer, name, keys, true, { names: [] });
      return { ...authority({ name, keys, above: cert + signer.above }, ca), cert };
    },
  };
}

function newKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function sign(
  signer: Signer,
  name: string,
  { publicKey }: CryptoKeyPair,
  isAuthority: boolean,
  { names, notBefore = Date.now() - DAY_MS, notAfter = Date.now() + 365 * DAY_MS }: IssueOptions,
): Promise<string> {
  const serial = randomBytes(16);
  // A serial number is positive: RFC 5280, 4.1.2.2.
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  const subjects = names.map((value) => ({ type: /^[0-9.]+$|:/.test(value) ? 'ip' : 'dns', value }) as const);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial.toString('hex'),
    subject: [{ CN: [name] }],
    issuer: [{ CN: [signer.name] }],
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    signingAlgorithm: ALGORITHM,
    signingKey: signer.keys.privateKey,
    publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(isAuthority, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(signer.keys.publicKey),
      ...(subjects.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(subjects)]),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

async function keyPem({ privateKey }: CryptoKeyPair): Promise<string> {
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}
