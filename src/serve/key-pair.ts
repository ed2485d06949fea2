// A key pair made from randomness: an access key id and a secret in the forms that S3 clients expect.
import { Secret } from '../secret.ts';

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
}

/** Gives so many random bytes. */
export type RandomBytes = (count: number) => Buffer;

const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ID_LENGTH = 20;
/** 40 characters of base64url, and 240 bits. */
const SECRET_BYTES = 30;

export function makeKeyPair(randomBytes: RandomBytes): KeyPair {
  const letters = [...randomBytes(ID_LENGTH)].map((byte) => ID_LETTERS[byte % ID_LETTERS.length]);
  return {
    accessKeyId: letters.join(''),
    secretAccessKey: new Secret(randomBytes(SECRET_BYTES).toString('base64url')),
  };
}
