// A relay in front of a store that spoils some of what passes: it answers 503, breaks lines, or changes a byte.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passing {
  readonly method: string;
  readonly target: string;
}

/** What is done with a request instead of passing it on; `corrupt` passes it on and changes the answer's last byte. */
export type Fault = 'slow-down' | 'break' | 'corrupt' | undefined;

export interface FaultyRelay extends AsyncDisposable {
  readonly endpoint: string;
  /** Of those that were spoiled, in order. */
  readonly spoiled: readonly Passing[];
}

const SLOW_DOWN =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>.</Message></Error>';

export async function faultyRelay(to: string, faultOf: (passing: Passing) => Fault): Promise<FaultyRelay> {
  const spoiled: Passing[] = [];
  const server = createServer((incoming, response) => {
    const passing = { method: incoming.method ?? '', target: incoming.url ?? '' };
    const fault = faultOf(passing);
    if (fault !== undefined) spoiled.push(passing);
    if (fault === 'break') {
      incoming.socket.destroy();
    } else if (fault === 'slow-down') {
      incoming.resume().once('end', () => {
        response.writeHead(503, { 'content-type': 'application/xml' }).end(SLOW_DOWN);
      });
    } else {
      relay(new URL(to), incoming, response, fault === 'corrupt');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spoiled,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Heads go on as they came, the Host header too: it is signed. */
function relay(to: URL, incoming: IncomingMessage, response: ServerResponse, isCorrupt: boolean): void {
  const { method, url, rawHeaders } = incoming;
  const onwards = request({
    host: to.hostname,
    port: to.port,
    method,
    path: url,
    headers: rawHeaders,
    setHost: false,
  });
  onwards.on('error', () => response.destroy());
  onwards.on('response', async (answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (isCorrupt && body.length > 0) body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders).end(body);
  });
  incoming.pipe(onwards);
}
