// A store's server on a loopback socket, with the handlers and parts that a test gives it, and a client that signs.
import { randomBytes } from 'node:crypto';
import { Secret } from '../../../../src/secret.ts';
import type { Handlers, StoreParts } from '../../../../src/store/server/call.ts';
import { createStoreServer } from '../../../../src/store/server/store-server.ts';
import { elementOf, type RawAnswer, RawConnection } from '../../../support/raw-http.ts';
import { requestBytes, type SigningInput, signed } from '../../../support/raw-sigv4.ts';

export const STORE_KEY = { accessKeyId: 'STOREKEY', secretAccessKey: 'store-secret' };
export const REGION = 'us-east-1';

export type StoreAsk = Partial<Omit<SigningInput, 'host'>> & {
  readonly target: string;
  /** Changes the bytes after signing. */
  readonly edit?: (bytes: Buffer) => Buffer | string;
};

export interface StoreAnswer extends RawAnswer {
  /** The `Code` of an error. */
  readonly code: string | undefined;
  readonly text: string;
}

export interface TestStore extends AsyncDisposable {
  readonly port: number;
  /** Faults of the store's own; what is not expected there is a failed test. */
  readonly internalErrors: unknown[];
  bytesOf(ask: StoreAsk): Buffer;
  connect(): Promise<RawConnection>;
  /** Signs and sends one request on a connection of its own. */
  ask(ask: StoreAsk): Promise<StoreAnswer>;
}

export async function startStoreServer(parts: StoreParts, handlers: Handlers): Promise<TestStore> {
  const internalErrors: unknown[] = [];
  const server = createStoreServer({
    parts,
    handlers,
    accessKeyId: STORE_KEY.accessKeyId,
    secret: new Secret(STORE_KEY.secretAccessKey),
    maxConnections: 100,
    now: () => performance.now(),
    newRequestId: () => randomBytes(8).toString('hex').toUpperCase(),
    onInternalError: (error) => internalErrors.push(error),
    onAcceptError: (error) => internalErrors.push(error),
  });
  const port = (await server.listen({ host: '127.0.0.1', port: 0 })) ?? 0;
  const connect = (): Promise<RawConnection> => RawConnection.open({ host: '127.0.0.1', port });
  const bytesOf = ({ edit = (bytes) => bytes, ...input }: StoreAsk): Buffer => {
    const bytes = requestBytes(
      signed({ method: 'GET', host: `127.0.0.1:${port}`, credentials: STORE_KEY, region: REGION, ...input }),
    );
    return Buffer.from(edit(bytes) as Buffer);
  };
  return {
    port,
    internalErrors,
    bytesOf,
    connect,
    async ask(ask) {
      await using connection = await connect();
      await connection.send(bytesOf(ask));
      const answer = await connection.answer(ask.method ?? 'GET');
      return { ...answer, code: elementOf(answer, 'Code'), text: answer.body.toString('utf8') };
    },
    [Symbol.asyncDispose]: () => server.close(0),
  };
}
