// A server of a test's own in the place of a store, which answers as the test says and keeps what it was sent.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BenchTarget } from '../../../../src/bench/runtime/bench-target.ts';
import { EvidenceLog } from '../../../../src/bench/runtime/evidence-log.ts';
import { createHttpClient } from '../../../../src/bench/runtime/http-client.ts';
import { createRedactor } from '../../../../src/bench/runtime/redact.ts';
import { S3Client } from '../../../../src/bench/runtime/s3-client.ts';
import { createSigner } from '../../../../src/bench/runtime/signer.ts';

export const CREDENTIALS = {
  accessKeyId: 'STANDINACCESSKEY',
  secretAccessKey: 'stand-in/secret+0123456789',
} as const;

export interface Taken {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface StandIn extends AsyncDisposable {
  readonly endpoint: string;
  readonly taken: readonly Taken[];
}

export async function standIn(
  answer: (taken: Taken, response: ServerResponse, count: number) => void,
): Promise<StandIn> {
  const taken: Taken[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const one = { method, target: url, headers, body: Buffer.concat(chunks) };
    taken.push(one);
    answer(one, response, taken.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    taken,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function targetAt(endpoint: string, given: Partial<BenchTarget> = {}): BenchTarget {
  return {
    endpoint: new URL(endpoint),
    bucket: 'bucket',
    region: 'us-east-1',
    credentials: CREDENTIALS,
    addressing: 'path',
    ...given,
  };
}

export interface TestClient extends Disposable {
  readonly client: S3Client;
  readonly evidence: EvidenceLog;
}

export function clientAt(
  target: BenchTarget,
  signal: AbortSignal = new AbortController().signal,
): TestClient {
  const http = createHttpClient(target);
  const evidence = new EvidenceLog(createRedactor(target.credentials));
  const client = new S3Client({
    target,
    signer: createSigner(target),
    http,
    evidence,
    signal,
    now: Date.now,
  });
  return { client, evidence, [Symbol.dispose]: () => http.close() };
}
