// What carries a request to a Veeam server and brings back the answer.

/** Why the server is believed to be the right one. There is no "do not verify". */
export type Trust =
  /** The certificate authorities that Node.js knows. */
  | { readonly kind: 'system' }
  /** Only the authorities (or the one self-signed certificate) in this PEM text. */
  | { readonly kind: 'ca'; readonly pem: string }
  /** Exactly the certificate with this SHA-256 fingerprint: 64 hex digits, with or without colons. */
  | { readonly kind: 'fingerprint'; readonly sha256: string };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface TransportRequest {
  readonly method: Method;
  /** With its query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Of this request, in place of the transport's own. */
  readonly timeoutMs?: number;
}

export interface TransportAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most 16 MiB, read as UTF-8. */
  readonly body: string;
  /** The same body before it was read as text: a licence report may be a PDF. */
  readonly bytes: Buffer;
}

export interface VeeamTransport {
  /** `https://HOST:PORT`, without a slash at the end. */
  readonly url: string;
  /** Aborted once nothing can be sent any longer: closed, or told to stop. */
  readonly ended: AbortSignal;
  /**
   * Gives every answer, whatever its status. Rejects with a VeeamConnectionError when there is no whole answer and with
   * a VeeamCertificateError when the server is not the one that is trusted.
   */
  send(request: TransportRequest): Promise<TransportAnswer>;
  /** Ends every connection; whatever is under way is rejected. */
  close(): void;
}
