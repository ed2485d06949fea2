// A small real HTTPS server that answers as a test says, and remembers what it was asked.

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Certificate, makeCertificate } from '../../support/certificate.ts';

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The body as JSON. */
  json(): unknown;
  /** The body as a form. */
  form(): URLSearchParams;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | Buffer | object;
}

/** `silence`: no answer, ever. `cut`: the connection ends in the middle of the answer. */
export type Outcome = Answer | 'silence' | 'cut';
export type Script = (asked: Asked) => Outcome | Promise<Outcome>;

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly certificate: Certificate;
  /** Of its certificate, as openssl writes it. */
  readonly fingerprint: string;
  readonly asked: readonly Asked[];
  /** TLS connections so far. */
  readonly connections: number;
  /** TLS connections that are open. */
  readonly open: number;
  /** Bytes that came over the network, handshakes included. */
  readonly bytesRead: number;
}

export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const certificate = await makeCertificate();
  const [key, cert] = await Promise.all([readFile(certificate.keyFile), readFile(certificate.certFile)]);
  const asked: Asked[] = [];
  const all: Socket[] = [];
  let handshakes = 0;
  const open = new Set<Socket>();
  const server = createServer({ key, cert }, async (request, response) => {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const { method = '', url = '', headers } = request;
    const { pathname, searchParams } = new URL(url, 'https://server');
    const one: Asked = {
      ...{ method, url, headers, body, path: pathname, query: searchParams },
      json: () => JSON.parse(body),
      form: () => new URLSearchParams(body),
    };
    asked.push(one);
    const answer = await script(one);
    if (answer === 'silence') return;
    if (answer === 'cut') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{');
      setImmediate(() => request.socket.destroy());
      return;
    }
    const { status = 200, headers: own = {}, body: sent = '' } = answer;
    const plain = typeof sent === 'string' || Buffer.isBuffer(sent);
    response.writeHead(status, { ...(plain ? {} : { 'content-type': 'application/json' }), ...own });
    response.end(plain ? sent : JSON.stringify(sent));
  });
  server.on('secureConnection', () => {
    handshakes += 1;
  });
  server.on('connection', (socket: Socket) => {
    all.push(socket);
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, certificate, asked, url: `https://127.0.0.1:${port}` },
    fingerprint: new X509Certificate(cert).fingerprint256,
    get connections() {
      return handshakes;
    },
    get open() {
      return open.size;
    },
    get bytesRead() {
      return all.reduce((sum, socket) => sum + socket.bytesRead, 0);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await stopped(server);
      await certificate[Symbol.asyncDispose]();
    },
  };
}

async function stopped(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
