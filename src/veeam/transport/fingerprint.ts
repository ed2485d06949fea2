// The SHA-256 fingerprint of a certificate: how it is written, and whether two are the same.
import { createHash, timingSafeEqual } from 'node:crypto';

const HEX = /^[0-9a-f]{64}$/i;

/** 32 bytes; undefined for what is no SHA-256 fingerprint. Takes hex digits with or without colons or spaces. */
export function readFingerprint(text: string): Buffer | undefined {
  const digits = text
    .trim()
    .replace(/^sha-?256(\s+fingerprint)?\s*[:=]\s*/i, '')
    .replaceAll(/[:\s]/g, '');
  return HEX.test(digits) ? Buffer.from(digits, 'hex') : undefined;
}

/** `raw` is the certificate's DER. */
export function fingerprintOf(raw: Buffer): Buffer {
  return createHash('sha256').update(raw).digest();
}

/** As openssl writes it: pairs of upper-case hex digits with colons. */
export function writeFingerprint(fingerprint: Buffer): string {
  return fingerprint
    .toString('hex')
    .toUpperCase()
    .replaceAll(/..(?!$)/g, '$&:');
}

export function sameFingerprint(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
