// A store that answers only when a request is whole, and tells which were: what an aborted upload must never become.
// It reads HTTP with Node's own parser, so that it cannot share a mistake with the gateway.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Arrived {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** What came of its body, without HTTP's framing. */
  body(): Buffer;
  /** Its last byte came. */
  readonly whole: boolean;
  /** Resolves when it is whole or its connection is gone. */
  readonly over: Promise<void>;
}

export interface PatientStore extends AsyncDisposable {
  readonly port: number;
  readonly arrived: readonly Arrived[];
  /** Bytes that were no HTTP request. */
  readonly garbage: number;
}

export async function patientStore(): Promise<PatientStore> {
  const arrived: Arrived[] = [];
  let garbage = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    const over = Promise.withResolvers<void>();
    arrived.push({
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers,
      body: () => Buffer.concat(parts),
      get whole() {
        return request.complete;
      },
      over: over.promise,
    });
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => {});
    request.on('close', () => over.resolve());
    request.on('end', () => {
      response.end('ok');
      over.resolve();
    });
  });
  server.on('clientError', (error: Error & { readonly code?: string }, socket) => {
    // An upload that is cut off ends early, which is no fault of its bytes.
    if (/^HPE_(?!INVALID_EOF_STATE)/.test(error.code ?? '')) garbage++;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    arrived,
    get garbage() {
      return garbage;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
