// The same bytes as Node's own HTTP server reads them (llhttp, strict).
import http from 'node:http';
import { duplexPair } from 'node:stream';
import type { SeenRequest } from './read-requests.ts';

/** So many requests as llhttp reads them; where it stops before, what it says stands in the place of the next. */
export function readByLlhttp(wire: string, count: number): Promise<readonly (SeenRequest | string)[]> {
  return new Promise((resolve) => {
    const [client, served] = duplexPair();
    const server = http.createServer({ insecureHTTPParser: false, maxHeaderSize: 65_536 });
    server.maxHeadersCount = 0;
    const all: (SeenRequest | string)[] = [];
    const add = (seen: SeenRequest | string): void => {
      all.push(seen);
      if (all.length >= count || typeof seen === 'string') resolve(all);
    };
    const onRequest = (request: http.IncomingMessage): void => {
      let body = '';
      request.on('data', (data: Buffer) => {
        body += data.toString('latin1');
      });
      request.on('end', () => {
        const { method = '', url = '', rawHeaders } = request;
        add({ method, target: url, headers: rawHeaders, body });
      });
      request.on('error', (error) => add(error.message));
    };
    server.on('request', onRequest);
    server.on('checkContinue', onRequest);
    server.on('clientError', (error) => add(error.message));
    server.emit('connection', served);
    client.on('error', () => {});
    served.on('error', () => {});
    served.on('close', () => add('closed without a word'));
    client.end(Buffer.from(wire, 'latin1'));
  });
}
