// Moves the handle of an accepted socket into a socket that reads in another way. Node.js has no public way to say how a
// server's connections are read; the handle is an undocumented property of it (Node 24.21).
import net from 'node:net';
import type { TLSSocket } from 'node:tls';

/** What is used of a handle. Node.js calls the two where a TLS handshake begins and is over. */
interface Handle {
  onhandshakestart?: () => void;
  onhandshakedone?: () => void;
}

interface HandleHolder {
  _handle?: Handle | null;
  /** What Node.js frees once the socket is closed. */
  ssl?: Handle | null;
}

/** Of a socket that a server with `pauseOnConnect` accepted. Undefined, and nothing changed, where it has no handle. */
export function takenSocket(accepted: net.Socket, onread: net.OnReadOpts): net.Socket | undefined {
  const holder = accepted as unknown as HandleHolder;
  const handle = holder._handle;
  if (handle === undefined || handle === null) return undefined;
  holder._handle = null;
  const options = { handle, onread, allowHalfOpen: true, readable: true, writable: true };
  return new net.Socket(options as unknown as net.SocketConstructorOpts);
}

/**
 * The same of a TLS socket, as it is given to the listener of a `tls.Server`: nothing of its data has been decrypted then.
 * The old socket stays the one that knows of the connection below, so each of the two ends the other.
 */
export function takenSecuredSocket(accepted: TLSSocket, onread: net.OnReadOpts): net.Socket | undefined {
  const { ssl } = accepted as unknown as HandleHolder;
  if (ssl === undefined || ssl === null || accepted.readableLength > 0) return undefined;
  const socket = takenSocket(accepted, onread);
  if (socket === undefined) return undefined;
  (socket as unknown as HandleHolder).ssl = ssl;
  // Node's own ask the socket of the handle for what only a TLS socket has. A second handshake (TLS 1.2) is not for us.
  ssl.onhandshakestart = () => socket.destroy();
  ssl.onhandshakedone = () => {};
  accepted.on('error', (error) => socket.destroy(error));
  accepted.once('close', () => socket.destroy());
  socket.once('close', () => accepted.destroy());
  return socket;
}
