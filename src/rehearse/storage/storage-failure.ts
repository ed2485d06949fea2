// What a store did not do, as a sentence for the log of a session.

export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
}

/** `where` is the origin of the store. */
export function connectionFailure(where: string, error: unknown): StorageFailure {
  const { code = '', message, name } = error as NodeJS.ErrnoException;
  const text = sentence(where, name === 'TimeoutError' ? name : code, message);
  return new StorageFailure(text, { cause: error });
}

const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_.*)$/;

function sentence(where: string, code: string, message: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The certificate of ${where} is for another name: ${message}.`;
  if (UNTRUSTED.test(code)) {
    return `The certificate of ${where} is not trusted (${code}): give its CA to the rehearsal with --storage-ca.`;
  }
  if (code === 'TimeoutError') return `${where} did not answer in time.`;
  if (code === 'EPROTO') return `${where} does not speak HTTPS.`;
  if (code === 'ENOTFOUND') return `The host of ${where} has no address (${code}).`;
  if (code === 'ECONNRESET' || message === 'socket hang up') {
    return `${where} closed the connection without an answer.`;
  }
  return `${where} cannot be reached (${code || message}).`;
}
