// The same store that keeps nothing as in sink.c, for machines without a C compiler, and with HTTPS where a certificate and
// its key are named: `node sink.ts [CERT KEY]`. Prints `PORT n` when it listens on 127.0.0.1.
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import tls from 'node:tls';

const BLOCK = Buffer.alloc(1024 * 1024, 'x');
const HEAD_END = Buffer.from('\r\n\r\n');
const BUCKETS =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult><Owner><ID>sink</ID></Owner><Buckets><Bucket><Name>bench</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>';

function headOf(status: string, type: string, length: number): string {
  return [
    `HTTP/1.1 ${status}`,
    'Server: sink',
    `Date: ${new Date().toUTCString()}`,
    'x-amz-request-id: 17A2B3C4D5E6F708',
    'ETag: "9e107d9d372bb6826bd81d3542a419d6"',
    'Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT',
    `Content-Type: ${type}`,
    `Content-Length: ${length}`,
    'Connection: keep-alive\r\n\r\n',
  ].join('\r\n');
}

class Connection {
  readonly #socket: Socket;
  #kept: Buffer = Buffer.alloc(0);
  #drain = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => socket.destroy());
  }

  #take(chunk: Buffer): void {
    if (chunk.length < this.#drain) {
      this.#drain -= chunk.length;
      return;
    }
    if (this.#drain > 0) {
      this.#kept = chunk.subarray(this.#drain);
      this.#drain = 0;
      this.#write(headOf('200 OK', 'application/xml', 0));
    } else {
      this.#kept = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    }
    for (;;) {
      const end = this.#kept.indexOf(HEAD_END);
      if (end < 0) return;
      const head = this.#kept.toString('latin1', 0, end);
      const rest = this.#kept.subarray(end + HEAD_END.length);
      this.#kept = Buffer.alloc(0);
      if (this.#understand(head)) {
        // The body of an upload has come in part, or not at all.
        if (rest.length > 0) this.#take(rest);
        return;
      }
      this.#kept = rest;
    }
  }

  /** True where a body follows. */
  #understand(head: string): boolean {
    const [method = '', target = ''] = head.split(' ', 2);
    if (method === 'PUT' || method === 'POST' || method === 'DELETE') {
      if (/\r\nexpect: 100-continue/i.test(head)) this.#write('HTTP/1.1 100 Continue\r\n\r\n');
      this.#drain = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (this.#drain === 0) this.#write(headOf('200 OK', 'application/xml', 0));
      return this.#drain > 0;
    }
    const withBody = method === 'GET';
    const [path = ''] = target.split('?');
    const size = /^\/[^/]+\/.*-(\d+)$/.exec(path)?.[1];
    if (size !== undefined) this.#object(Number(size), withBody);
    else if (path === '/') {
      this.#write(headOf('200 OK', 'application/xml', BUCKETS.length) + (withBody ? BUCKETS : ''));
    } else {
      const isBucket = /^\/[^/]+\/?$/.test(path);
      this.#write(headOf(isBucket ? '200 OK' : '404 Not Found', 'application/xml', 0));
    }
    return false;
  }

  #object(size: number, withBody: boolean): void {
    this.#socket.cork();
    this.#write(headOf('200 OK', 'application/octet-stream', size));
    // Only references to one block: what waits for a slow reader costs no memory.
    for (let left = withBody ? size : 0; left > 0; left -= BLOCK.length) {
      this.#socket.write(left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK);
    }
    this.#socket.uncork();
  }

  #write(text: string): void {
    this.#socket.write(text, 'latin1');
  }
}

const [cert, key] = process.argv.slice(2);
const onConnection = (socket: Socket): void => void new Connection(socket);
const server: Server =
  cert === undefined || key === undefined
    ? createServer(onConnection)
    : tls.createServer(
        { cert: readFileSync(cert), key: readFileSync(key), minVersion: 'TLSv1.3' },
        onConnection,
      );
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.stdout.write(`PORT ${(server.address() as AddressInfo).port}\n`);
});
