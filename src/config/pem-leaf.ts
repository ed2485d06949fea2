// Certificates and keys: the config names a PEM file, the gateway gets what is in it, checked before anything listens.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type Type from 'typebox';
import { Secret } from '../secret.ts';
import { type LeafSource, leaf, WrongValue } from './leaf.ts';

const FILE = { type: 'string', minLength: 1 };
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** PKCS #8, and the older form of OpenSSL with its own header. */
const ENCRYPTED_KEY = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** A file with certificates, and what it is called in messages. */
export interface CertificateFile {
  /** Absolute. */
  readonly file: string;
  /** Its certificates only, whatever else is in it: a private key, say. */
  readonly pem: string;
}

/** What a server presents: its own certificate and those of its issuers. */
export function listenerCertificateFile(description: string): Type.TUnsafe<CertificateFile> {
  return leaf(
    { ...FILE, description },
    {
      expected: 'the path of a file with PEM certificates',
      read: (path: string, source) => {
        const certificates = readCertificates(path, source);
        return { file: source.resolvePath(path), pem: `${certificates.join('\n')}\n` };
      },
    },
  );
}

export function certificateFile(description: string): Type.TUnsafe<string> {
  return leaf(
    { ...FILE, description },
    {
      expected: 'the path of a file with PEM certificates',
      read: (path: string, source) => {
        readCertificates(path, source);
        return source.readFile(path).text;
      },
    },
  );
}

function readCertificates(path: string, source: LeafSource): readonly string[] {
  const certificates = splitCertificates(source.readFile(path).text);
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    throw new WrongValue(`expected PEM certificates in ${path}, found none or a broken one`);
  }
  return certificates;
}

/** Each certificate of a PEM text by itself, in order. */
export function splitCertificates(pem: string): readonly string[] {
  return pem.match(CERTIFICATE) ?? [];
}

export function keyFile(description: string): Type.TUnsafe<Secret> {
  return leaf(
    { ...FILE, description },
    {
      expected: 'the path of a file with an unencrypted PEM private key',
      read: (path: string, source, warn) => {
        const { text, isWorldReadable } = source.readFile(path);
        if (ENCRYPTED_KEY.test(text)) {
          throw new WrongValue(
            `expected an unencrypted PEM private key in ${path}, found an encrypted one; write it without passphrase: openssl pkey -in ${path} -out NEWFILE`,
          );
        }
        if (!isPrivateKey(text)) {
          throw new WrongValue(`expected an unencrypted PEM private key in ${path}, found something else`);
        }
        if (isWorldReadable) warn(`everyone may read the private key in ${path}; chmod 600 it`);
        return new Secret(text);
      },
    },
  );
}

function isCertificate(pem: string): boolean {
  return succeeds(() => new X509Certificate(pem));
}

function isPrivateKey(pem: string): boolean {
  return succeeds(() => createPrivateKey(pem));
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
