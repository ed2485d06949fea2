// Bytes as they are, on a connection of their own.
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type BenchTarget, hostName, isAddress } from './bench-target.ts';

export interface RawOptions {
  /** Nothing came for so long: that was all. */
  readonly quietMs: number;
  /** In all, however much comes. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const MAX_BYTES = 16 * 1024 * 1024;

/** What came back until the store ended the connection or went quiet. Rejects where no connection came about. */
export function rawExchange(
  { endpoint, ca }: Pick<BenchTarget, 'endpoint' | 'ca'>,
  bytes: Buffer,
  { quietMs, timeoutMs, signal }: RawOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    const socket = open({ endpoint, ...(ca === undefined ? {} : { ca }) });
    const end = (): void => {
      clearTimeout(quiet);
      clearTimeout(deadline);
      signal.removeEventListener('abort', abort);
      socket.destroy();
    };
    const finish = (): void => {
      end();
      resolve(Buffer.concat(chunks));
    };
    const fail = (error: Error): void => {
      end();
      reject(error);
    };
    const abort = (): void =>
      fail(new Error('given up: the bench was told to end, or the case had its time'));
    let quiet: NodeJS.Timeout | undefined;
    const deadline = setTimeout(finish, timeoutMs);
    const restart = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(finish, quietMs);
    };
    signal.addEventListener('abort', abort, { once: true });
    let isOpen = false;
    socket.once(endpoint.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      isOpen = true;
      restart();
      socket.write(bytes);
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received > MAX_BYTES) finish();
      else restart();
    });
    socket.once('end', finish);
    // A connection that is reset after something malformed is an end like another.
    socket.once('error', (error) => (isOpen ? finish() : fail(error)));
    socket.once('close', () => (isOpen ? finish() : fail(new Error('the connection was closed at once'))));
    if (signal.aborted) abort();
  });
}

function open({ endpoint, ca }: Pick<BenchTarget, 'endpoint' | 'ca'>): Socket {
  const host = hostName(endpoint);
  if (endpoint.protocol !== 'https:') return connect({ host, port: Number(endpoint.port || 80) });
  return connectTls({
    host,
    port: Number(endpoint.port || 443),
    ...(isAddress(endpoint) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca }),
  });
}
