// node:crypto in the shape that the signer wants.
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

type HashInput = string | ArrayBuffer | ArrayBufferView;

export class SignerHash {
  readonly #key: Buffer | undefined;
  #hash: Hash | Hmac;

  constructor(key?: HashInput) {
    this.#key = key === undefined ? undefined : toBuffer(key);
    this.#hash = this.#begin();
  }

  update(data: HashInput): void {
    this.#hash.update(toBuffer(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    this.#hash = this.#begin();
  }

  #begin(): Hash | Hmac {
    return this.#key ? createHmac('sha256', this.#key) : createHash('sha256');
  }
}

function toBuffer(data: HashInput): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
