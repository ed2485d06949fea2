// `node bare-relay-server.ts PORT STOREPORT [CERT KEY]`: hands on what comes, both ways, over the gateway's own wires, and looks
// at none of it: one connection to the store for each client. What this takes is what Node.js takes to move the bytes alone.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { TurnEnd } from '../../../src/http1/turn-end.ts';
import { Wire } from '../../../src/http1/wire.ts';
import { sharedReadBuffers } from '../../../src/serve/read-buffers.ts';

const HOST = '127.0.0.1';
const [port, storePort, certFile, keyFile] = process.argv.slice(2);
const clientSizes = sharedReadBuffers(1);
const storeSizes = sharedReadBuffers(1);
const turnEnd = new TurnEnd();

/** In lockstep, as a body is relayed. */
function handOn(from: Wire, to: Wire): void {
  from.listen({
    onBytes(bytes) {
      to.write(bytes);
      if (to.idle) return;
      from.pause();
      to.whenIdle(() => from.resume());
    },
    onEnd: () => to.end(),
    onClose: () => to.destroy(),
  });
}

function serve(client: Wire): void {
  const store = Wire.connecting(
    (onread) => {
      const socket = net.connect({ host: HOST, port: Number(storePort), onread, allowHalfOpen: true });
      return socket.setNoDelay(true);
    },
    storeSizes,
    turnEnd,
  );
  handOn(client, store);
  handOn(store, client);
}

const server =
  certFile === undefined || keyFile === undefined
    ? net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
        serve(Wire.accepted(socket, clientSizes, turnEnd));
      })
    : tls.createServer(
        {
          cert: readFileSync(certFile),
          key: readFileSync(keyFile),
          minVersion: 'TLSv1.3',
          allowHalfOpen: true,
        },
        (socket) => {
          serve(Wire.secured(socket, clientSizes, turnEnd));
        },
      );
server.listen({ host: HOST, port: Number(port), backlog: 4096 });
