// Signed calls to the store, each written down.
import type { ClientVariant, S3Answer, S3Call } from '../bench-context.ts';
import type { BenchTarget } from './bench-target.ts';
import type { EvidenceLog } from './evidence-log.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { rawExchange } from './raw-exchange.ts';
import { readAnswer, readRequest } from './raw-exchange-text.ts';
import { signedRequest } from './signed-request.ts';
import type { createSigner } from './signer.ts';
import { parseXml, textOf } from './xml-tree.ts';

export interface S3ClientParts {
  readonly target: BenchTarget;
  readonly signer: ReturnType<typeof createSigner>;
  readonly http: HttpClient;
  readonly evidence: EvidenceLog;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const TIMEOUT_MS = 30_000;
const QUIET_MS = 2000;

export class S3Client {
  readonly target: BenchTarget;
  readonly #parts: S3ClientParts;
  readonly #variant: ClientVariant;

  constructor(parts: S3ClientParts) {
    this.target = parts.target;
    this.#parts = parts;
    this.#variant = { payload: 'sha256', addressing: parts.target.addressing, veeamUserAgent: true };
  }

  /** Whatever the status. Rejects where no whole answer comes. */
  async call(call: S3Call): Promise<S3Answer> {
    const { target, signer, http, evidence, signal, now } = this.#parts;
    const atMs = now();
    const request = await signedRequest(call, { target, signer, variant: this.#variant, nowMs: atMs });
    const started = performance.now();
    try {
      const answer = await http.send(request, { timeoutMs: call.timeoutMs ?? TIMEOUT_MS, signal });
      const tookMs = performance.now() - started;
      evidence.add({ ...request, answer, atMs, tookMs });
      return asAnswer(answer, tookMs);
    } catch (error) {
      const { message } = error as Error;
      evidence.add({ ...request, error: message, atMs, tookMs: performance.now() - started });
      throw new Error(`${call.method} ${request.target}: ${message}`, { cause: error });
    }
  }

  async raw(bytes: Buffer, quietMs = QUIET_MS): Promise<Buffer> {
    const { target, evidence, signal, now } = this.#parts;
    const atMs = now();
    const started = performance.now();
    const request = readRequest(bytes);
    try {
      const received = await rawExchange(target, bytes, { quietMs, timeoutMs: TIMEOUT_MS, signal });
      const answer = readAnswer(received);
      const tookMs = performance.now() - started;
      const error = received.length === 0 ? 'nothing came back' : 'what came back is not HTTP';
      evidence.add({ ...request, ...(answer === undefined ? { error } : { answer }), atMs, tookMs });
      return received;
    } catch (error) {
      const { message } = error as Error;
      evidence.add({ ...request, error: message, atMs, tookMs: performance.now() - started });
      throw new Error(`a connection of its own: ${message}`, { cause: error });
    }
  }
}

function asAnswer({ status, headers, body }: HttpAnswer, tookMs: number): S3Answer {
  const byName = new Map<string, string>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const before = byName.get(lower);
    byName.set(lower, before === undefined ? value : `${before}, ${value}`);
  }
  return { status, headers: byName, rawHeaders: headers, body, code: codeOf(status, body), tookMs };
}

/** A multi-delete or a copy may also answer 200 with an error document. */
function codeOf(status: number, body: Buffer): string | undefined {
  if (body.length === 0 || body.length > 65_536) return undefined;
  const text = body.toString('utf8');
  if (status < 300 && !text.includes('<Error>')) return undefined;
  try {
    const root = parseXml(text);
    return root.name === 'Error' ? textOf(root, 'Code') : undefined;
  } catch {
    return undefined;
  }
}
