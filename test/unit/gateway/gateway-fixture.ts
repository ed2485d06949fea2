// A gateway on a loopback socket over the backends that a test gives it, and a client that signs.
import { createCredentialStore } from '../../../src/access/credential-store.ts';
import { createFailedSignatures } from '../../../src/access/failed-signatures.ts';
import type { Backend } from '../../../src/backend/backend.ts';
import type { SosapiDocuments } from '../../../src/gateway/answer-sosapi.ts';
import type { BucketRule } from '../../../src/gateway/bucket-rules.ts';
import type { GatewayEvent, RequestEvent } from '../../../src/gateway/events.ts';
import { createSignatureExplainer } from '../../../src/gateway/explain-signatures.ts';
import { createGateway } from '../../../src/gateway/pipeline.ts';
import { type FullGuard, NEVER_FULL } from '../../../src/gateway/refuse-when-full.ts';
import { Secret } from '../../../src/secret.ts';
import { createVerifier } from '../../../src/sigv4/verify.ts';
import { elementOf, type RawAnswer, RawConnection } from '../../support/raw-http.ts';
import { requestBytes, type SigningInput, signed } from '../../support/raw-sigv4.ts';
import { eventually, startServer } from '../http1/wire-fixture.ts';

export const WRITER = { accessKeyId: 'WRITER', secretAccessKey: 'writer-secret' };
export const READER = { accessKeyId: 'READER', secretAccessKey: 'reader-secret' };
const NOW = Date.UTC(2026, 2, 4, 5, 6, 7);
export const LAST_MODIFIED_MS = Date.UTC(2026, 2, 4, 5, 0, 0);

export type Ask = Partial<SigningInput> & {
  readonly target: string;
  readonly edit?: (bytes: Buffer) => Buffer;
};

export interface TestGateway extends AsyncDisposable {
  readonly port: number;
  readonly events: GatewayEvent[];
  readonly internalErrors: unknown[];
  /** Sends one request on a connection of its own; the answer and the event that it made. */
  ask(ask: Ask): Promise<{ answer: RawAnswer; code: string | undefined; event: RequestEvent }>;
  connect(): Promise<RawConnection>;
  bytesOf(ask: Ask): Buffer;
  requests(): RequestEvent[];
}

export interface GatewayParts {
  readonly backend: Backend;
  readonly rules?: readonly BucketRule[];
  readonly guard?: FullGuard;
  readonly capacity?: SosapiDocuments['capacity'];
}

export async function startGateway(parts: GatewayParts): Promise<TestGateway> {
  const { backend, rules, guard = NEVER_FULL, capacity } = parts;
  const credentials = createCredentialStore([
    {
      accessKeyId: WRITER.accessKeyId,
      secret: new Secret(WRITER.secretAccessKey),
      buckets: ['*'],
      access: 'read-write',
      bypassGovernance: false,
    },
    {
      accessKeyId: READER.accessKeyId,
      secret: new Secret(READER.secretAccessKey),
      buckets: ['read-*'],
      access: 'read-only',
      bypassGovernance: false,
    },
  ]);
  const events: GatewayEvent[] = [];
  const internalErrors: unknown[] = [];
  let ids = 0;
  const gateway = createGateway({
    hostNames: ['s3.lan'],
    region: 'us-east-1',
    verifier: createVerifier({
      secretOf: credentials.secretOf,
      regions: new Set(['us-east-1']),
      maxSkewMs: 900_000,
    }),
    credentials,
    failedSignatures: createFailedSignatures({ limit: 0, windowMs: 1, groupOf: () => undefined }),
    explain: createSignatureExplainer({
      credentials,
      hostNames: ['s3.lan'],
      ports: [],
      emit: (event) => events.push(event),
    }),
    rules: rules ?? [{ matches: (bucket) => bucket !== 'nowhere', backend, sosapi: true }],
    guard,
    sosapi: {
      system: { body: Buffer.from('<SystemInfo/>'), lastModifiedMs: LAST_MODIFIED_MS },
      capacity:
        capacity ??
        (async () => ({ body: Buffer.from('<CapacityInfo/>'), lastModifiedMs: LAST_MODIFIED_MS })),
    },
    maxDeleteObjectsBytes: 10_000,
    emit: (event) => events.push(event),
    wallClock: () => NOW,
    now: () => performance.now(),
    newRequestId: () => `ID${++ids}`,
    onInternalError: (error) => internalErrors.push(error),
  });
  const running = await startServer(gateway.onExchange, {
    onBadHead: gateway.onBadHead,
    limits: { maxHeadBytes: 16_384, maxHeaders: 50 },
  });
  const requests = (): RequestEvent[] => events.filter((event) => event.kind === 'request');
  const connect = (): Promise<RawConnection> => RawConnection.open({ host: '127.0.0.1', port: running.port });
  const bytesOf = ({ edit = (bytes) => bytes, ...input }: Ask): Buffer =>
    edit(
      requestBytes(
        signed({
          method: 'GET',
          host: `127.0.0.1:${running.port}`,
          credentials: WRITER,
          date: new Date(NOW),
          ...input,
        }),
      ),
    );
  return {
    port: running.port,
    events,
    internalErrors,
    connect,
    bytesOf,
    requests,
    async ask(ask) {
      const before = requests().length;
      await using connection = await connect();
      await connection.send(bytesOf(ask));
      const answer = await connection.answer(ask.method ?? 'GET');
      await eventually(() => requests().length > before);
      const event = requests()[before];
      if (event === undefined) throw new Error('no event');
      return { answer, code: elementOf(answer, 'Code'), event };
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** Changes the head's text. */
export const replacing =
  (from: string | RegExp, to: string) =>
  (bytes: Buffer): Buffer =>
    Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
