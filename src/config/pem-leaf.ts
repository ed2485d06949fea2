// Certificates and keys: the config names a PEM file, the gateway gets what is in it, checked before anything listens.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type Type from 'typebox';
import { Secret } from '../secret.ts';
import { leaf, WrongValue } from './leaf.ts';

const FILE = { type: 'string', minLength: 1 };
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export function certificateFile(description: string): Type.TUnsafe<string> {
  return leaf(
    { ...FILE, description },
    {
      expected: 'the path of a file with PEM certificates',
      read: (path: string, source) => {
        const { text } = source.readFile(path);
        const certificates = text.match(CERTIFICATE) ?? [];
        if (certificates.length === 0 || !certificates.every(isCertificate)) {
          throw new WrongValue(`expected PEM certificates in ${path}, found none or a broken one`);
        }
        return text;
      },
    },
  );
}

export function keyFile(description: string): Type.TUnsafe<Secret> {
  return leaf(
    { ...FILE, description },
    {
      expected: 'the path of a file with an unencrypted PEM private key',
      read: (path: string, source, warn) => {
        const { text, isWorldReadable } = source.readFile(path);
        if (!isPrivateKey(text)) {
          throw new WrongValue(`expected an unencrypted PEM private key in ${path}, found something else`);
        }
        if (isWorldReadable) warn(`everyone may read the private key in ${path}; chmod 600 it`);
        return new Secret(text);
      },
    },
  );
}

/** Whether the key is that of the first certificate, the one a server presents. */
export function belongTogether(cert: string, key: Secret): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key.reveal()));
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
