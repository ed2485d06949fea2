// A receiver of OpenTelemetry spans: OTLP over HTTP as JSON (opentelemetry.io/docs/specs/otlp, "OTLP/HTTP", read 2026-11).
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type SpanValue = string | number | boolean;

export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** 2: of a server, 3: of a client. */
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, SpanValue>>;
  readonly resource: Readonly<Record<string, SpanValue>>;
}

interface WrittenValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}
type WrittenAttributes = readonly { readonly key: string; readonly value: WrittenValue }[];
interface WrittenSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: WrittenAttributes;
  readonly status?: { readonly code?: number };
}
interface WrittenRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: WrittenAttributes };
    readonly scopeSpans: readonly { readonly spans: readonly WrittenSpan[] }[];
  }[];
}

export class SpanReceiver {
  readonly #server: Server;
  readonly spans: ReceivedSpan[] = [];
  /** Of each request. */
  readonly requests: { readonly path: string | undefined; readonly authorization: string | undefined }[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#take(request).then(() => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async listen(port = 0): Promise<SpanReceiver> {
    const receiver = new SpanReceiver();
    receiver.#server.listen(port, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    this.requests.push({ path: request.url, authorization: request.headers.authorization });
    const { resourceSpans } = JSON.parse(Buffer.concat(pieces).toString()) as WrittenRequest;
    for (const { resource, scopeSpans } of resourceSpans) {
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        this.spans.push(spanOf(span, valuesOf(resource.attributes)));
      }
    }
  }
}

function spanOf(span: WrittenSpan, resource: ReceivedSpan['resource']): ReceivedSpan {
  const { name, traceId, spanId, parentSpanId, kind } = span;
  return {
    name,
    traceId,
    spanId,
    parentSpanId,
    kind,
    startNs: BigInt(span.startTimeUnixNano),
    endNs: BigInt(span.endTimeUnixNano),
    isError: span.status?.code === 2,
    attributes: valuesOf(span.attributes),
    resource,
  };
}

function valuesOf(attributes: WrittenAttributes): Readonly<Record<string, SpanValue>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, textOrNumber(value)]));
}

function textOrNumber({ stringValue, intValue, doubleValue, boolValue }: WrittenValue): SpanValue {
  return stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue ?? '') : Number(intValue));
}
