// The self-signed certificate of both ports: made at the first start, kept in the data directory, renewed when it has expired.
// The library builds on decorators and wants this first.
import 'reflect-metadata';
import { createHash, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import type { RehearsalCertificate } from './rehearsal-context.ts';
import { StartRefusal } from './start-refusal.ts';

const CERTIFICATE_FILE = 'certificate.pem';
const KEY_FILE = 'key.pem';
const COMMON_NAME = 'sosapi-gateway rehearsal, not Veeam';
const DAY_MS = 24 * 60 * 60 * 1000;
// Browsers take no more than 398 days.
const VALID_DAYS = 397;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface CertificateOptions {
  readonly directory: string;
  readonly hostName: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Makes another one although the kept one is good. */
  readonly anew: boolean;
}

/** Rejects with StartRefusal where the files cannot be read or written. */
export async function keptCertificate(options: CertificateOptions): Promise<RehearsalCertificate> {
  const kept = options.anew ? undefined : read(options.directory);
  if (kept !== undefined && kept.validFrom <= options.now && options.now < kept.validUntil) return kept;
  const { certPem, keyPem } = await make(options);
  write(join(options.directory, KEY_FILE), keyPem, 0o600);
  write(join(options.directory, CERTIFICATE_FILE), certPem, 0o644);
  return described(certPem, keyPem);
}

async function make({ hostName, now }: CertificateOptions): Promise<{ certPem: string; keyPem: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const serial = randomBytes(16);
  // A serial number is positive: RFC 5280, 4.1.2.2.
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial.toString('hex'),
    name: [{ CN: [COMMON_NAME] }],
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + VALID_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(alternativeNames(hostName)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    certPem: `${certificate.toString('pem')}\n`,
    keyPem: `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

function alternativeNames(hostName: string): x509.JsonGeneralNames {
  const names = new Set(['localhost', ...(/^[A-Za-z0-9.-]+$/.test(hostName) ? [hostName] : [])]);
  return [
    ...[...names].map((value) => ({ type: 'dns', value }) as const),
    { type: 'ip', value: '127.0.0.1' },
    { type: 'ip', value: '::1' },
  ];
}

/** Undefined where there is none, or none that can be used. */
function read(directory: string): RehearsalCertificate | undefined {
  try {
    const certPem = readFileSync(join(directory, CERTIFICATE_FILE), 'utf8');
    return described(certPem, readFileSync(join(directory, KEY_FILE), 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EISDIR' && code !== 'EIO') return undefined;
    throw new StartRefusal(`The certificate in ${directory} cannot be read (${code}).`, { cause: error });
  }
}

function write(file: string, text: string, mode: number): void {
  try {
    writeFileSync(`${file}.new`, text, { mode });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new StartRefusal(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
}

function described(certPem: string, keyPem: string): RehearsalCertificate {
  const parsed = new X509Certificate(certPem);
  return {
    certPem,
    keyPem,
    fingerprint: parsed.fingerprint256,
    thumbprint: createHash('sha1').update(parsed.raw).digest('hex').toUpperCase(),
    serialNumber: parsed.serialNumber,
    subject: parsed.subject.replaceAll('\n', ', '),
    commonName: COMMON_NAME,
    validFrom: parsed.validFromDate.getTime(),
    validUntil: parsed.validToDate.getTime(),
  };
}
