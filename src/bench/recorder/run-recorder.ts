// The recorder: sits between a backup server and a store, passes every byte on, and writes down the shape of requests.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { BenchRefusal, hostName, isAddress } from '../runtime/bench-target.ts';
import { createNameWriter } from './hashed-names.ts';
import { createRecordingFile } from './recording-file.ts';
import { RECORDING_VERSION } from './recording-format.ts';
import { tapConnection } from './tapped-connection.ts';

export interface RecorderOptions {
  readonly listen: {
    readonly host: string;
    /** 0 for any that is free. */
    readonly port: number;
    /** PEM. */
    readonly tls?: { readonly cert: string; readonly key: string };
  };
  /** `http` or `https`, without a path: the Host header goes on unchanged, and so does what is signed. */
  readonly target: URL;
  /** PEM: trusted instead of the authorities that Node.js knows. */
  readonly ca?: string;
  /** Made new. */
  readonly out: string;
  readonly hashNames: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** One sentence each; the recorder goes on. */
  readonly onProblem: (text: string) => void;
}

export interface Recorder {
  readonly host: string;
  readonly port: number;
  /** How many requests were written down. */
  requests(): number;
  /** Ends all connections and finishes the file. */
  close(): Promise<void>;
}

/** Rejects with BenchRefusal where it cannot listen, the file is there already, or the target has a path. */
export async function runRecorder(options: RecorderOptions): Promise<Recorder> {
  const { listen, target, now, onProblem } = options;
  refuseBadTarget(target);
  const sockets = new Set<Socket>();
  const server = createListener(options);
  const file = await createRecordingFile(options.out, onProblem);
  const began = performance.now();
  file.write({
    kind: 'recording',
    version: RECORDING_VERSION,
    startedAt: new Date(now()).toISOString(),
    settings: {
      tls: listen.tls !== undefined,
      targetTls: target.protocol === 'https:',
      hashNames: options.hashNames,
    },
  });
  const setting = {
    // Of this recording alone, and kept nowhere: nobody can try names against the hashes.
    names: createNameWriter(randomBytes(32), options.hashNames),
    ownNames: [hostName(target), listen.host].filter((name) => /[a-z]/i.test(name)),
    now,
    elapsed: () => performance.now() - began,
  };
  let connections = 0;
  let requests = 0;
  server.on(listen.tls === undefined ? 'connection' : 'secureConnection', (client: Socket) => {
    const store = connectTo(options);
    sockets.add(client).add(store);
    connections++;
    tapConnection({
      number: connections,
      client,
      store,
      readyEvent: target.protocol === 'https:' ? 'secureConnect' : 'connect',
      setting,
      onProblem,
      onLine: (line) => {
        requests++;
        file.write(line);
      },
      onClose: () => {
        sockets.delete(client);
        sockets.delete(store);
      },
    });
  });
  // Also those that never get through the handshake must be ended.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', (error) => onProblem(`a client did not agree on TLS: ${error.message}`));
  try {
    await listening(server, listen);
  } catch (error) {
    await file.discard();
    throw error;
  }
  server.on('error', (error) => onProblem(`the listener: ${error.message}`));
  const address = server.address();
  return {
    host: listen.host,
    port: typeof address === 'object' && address !== null ? address.port : listen.port,
    requests: () => requests,
    async close() {
      const closed = once(server, 'close');
      server.close();
      const gone = [...sockets].map((socket) => (socket.closed ? undefined : once(socket, 'close')));
      for (const socket of sockets) socket.destroy();
      await Promise.allSettled([closed, ...gone]);
      await file.close();
    },
  };
}

function refuseBadTarget(target: URL): void {
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new BenchRefusal(
      `--target "${target.href}" is no address of a store: begin with http:// or https://.`,
    );
  }
  if (target.pathname !== '/' || target.search !== '' || target.username !== '') {
    throw new BenchRefusal(
      '--target has more than scheme, host and port: paths are signed and go on unchanged, so leave the rest out.',
    );
  }
}

function createListener({ listen }: RecorderOptions): Server {
  if (listen.tls === undefined) return createServer({ allowHalfOpen: true, noDelay: true });
  try {
    return createTlsServer({ ...listen.tls, allowHalfOpen: true, noDelay: true });
  } catch (error) {
    throw new BenchRefusal(`--cert and --key cannot be used: ${(error as Error).message}.`, { cause: error });
  }
}

async function listening(server: Server, { host, port }: RecorderOptions['listen']): Promise<void> {
  const ready = once(server, 'listening');
  server.listen(port, host);
  await ready.catch((error: Error) => {
    throw new BenchRefusal(`--listen ${host}:${port} is not possible: ${error.message}.`, { cause: error });
  });
}

function connectTo({ target, ca }: RecorderOptions): Socket {
  const host = hostName(target);
  if (target.protocol !== 'https:') {
    return connect({ host, port: Number(target.port || 80), allowHalfOpen: true, noDelay: true });
  }
  return connectTls({
    host,
    port: Number(target.port || 443),
    ...(isAddress(target) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca }),
  });
}
