// A TCP relay that writes down each request line on its way to a store that keeps no log of requests of its own.
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, Socket } from 'node:net';

// The gateway and the clients of the tests do not pipeline: a head begins where a piece of the stream begins.
const REQUEST_LINE = /^[A-Z]+ [^\r\n]+ HTTP\/1\.[01]\r\n/;
const LONGEST_LINE = 16 * 1024;

export interface RecordingRelay {
  readonly port: number;
  close(): Promise<void>;
}

/** A line is in the file before its bytes are sent on. */
export async function startRecordingRelay(
  to: { readonly host: string; readonly port: number },
  file: string,
): Promise<RecordingRelay> {
  writeFileSync(file, '');
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const store = new Socket({ allowHalfOpen: true });
    store.setNoDelay(true);
    store.connect(to.port, to.host);
    client.on('data', (chunk: Buffer) => {
      const [line] = REQUEST_LINE.exec(chunk.subarray(0, LONGEST_LINE).toString('latin1')) ?? [];
      if (line !== undefined) appendFileSync(file, `${line.trimEnd()}\n`);
    });
    client.pipe(store);
    store.pipe(client);
    for (const [socket, other] of [
      [client, store],
      [store, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
