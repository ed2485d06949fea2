// Many transfers over HTTPS by clients that verify: what went wrong of each is kept, and nothing is tried again.
import { createHash, randomBytes } from 'node:crypto';
import https from 'node:https';
import { signed } from '../../support/raw-sigv4.ts';
import { ASKED, BUCKET, type CertifiedGateway } from './certified-gateway.ts';

const CLIENTS = 12;
const OBJECTS = 16;
const OBJECT_BYTES = 16 * 1024;

export interface Transfers {
  readonly done: number;
  readonly failures: readonly string[];
  /** Handshakes, those that resumed a session, and the certificates that were seen in them. */
  readonly handshakes: number;
  readonly resumed: number;
  readonly fingerprints: ReadonlySet<string>;
}

interface Call {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly body?: Buffer;
}

/**
 * Seven of eight over connections that are kept, every eighth over one of its own, half of those with a whole handshake; every
 * tenth is an upload that is then read back. `onDone` is told how many are over.
 */
export async function transfer(
  at: CertifiedGateway,
  count: number,
  onDone: (done: number) => void,
): Promise<Transfers> {
  const failures: string[] = [];
  const fingerprints = new Set<string>();
  let [begun, done, handshakes, resumed] = [0, 0, 0, 0];
  const objects = Array.from({ length: OBJECTS }, () => randomBytes(OBJECT_BYTES));

  const clients = Array.from({ length: CLIENTS }, (_, client) => {
    const [servername] = ASKED[client % ASKED.length] ?? [''];
    const ca = at.authority.ca;
    return {
      servername,
      kept: new https.Agent({ keepAlive: true, maxSockets: 1, ca }),
      single: new https.Agent({ keepAlive: false, ca }),
      whole: new https.Agent({ keepAlive: false, maxCachedSessions: 0, ca }),
    };
  });
  type Client = (typeof clients)[number];

  function ask({ servername }: Client, agent: https.Agent, { method, key, body }: Call): Promise<Buffer> {
    const host = `${servername || '127.0.0.1'}:${at.port}`;
    const { target, headers } = signed({
      method,
      target: `/${BUCKET}/${key}`,
      host,
      credentials: at.gateway.credentials,
      ...(body && { body, headers: { 'content-length': String(body.length) } }),
    });
    return new Promise((resolve, reject) => {
      const request = https.request(
        {
          host: '127.0.0.1',
          port: at.port,
          servername,
          agent,
          method,
          path: target,
          headers: Object.fromEntries(headers),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            if (response.statusCode === 200) resolve(Buffer.concat(chunks));
            else reject(new Error(`${response.statusCode} ${Buffer.concat(chunks)}`));
          });
        },
      );
      request.once('socket', (socket) => {
        if (!socket.connecting) return;
        socket.once('secureConnect', () => {
          const secured = socket as import('node:tls').TLSSocket;
          handshakes++;
          if (secured.isSessionReused()) resumed++;
          else fingerprints.add(secured.getPeerCertificate().fingerprint256);
        });
      });
      request.once('error', reject);
      request.end(body);
    });
  }

  async function one(client: Client, number: number): Promise<void> {
    const agent = number % 8 !== 7 ? client.kept : number % 16 === 7 ? client.single : client.whole;
    const index = number % OBJECTS;
    let [key, expected] = [`object-${index}`, objects[index] ?? Buffer.alloc(0)];
    if (number % 10 === 0) {
      key = `upload-${number}`;
      expected = randomBytes(OBJECT_BYTES / 4);
      await ask(client, agent, { method: 'PUT', key, body: expected });
    }
    const got = await ask(client, agent, { method: 'GET', key });
    if (hashOf(got) !== hashOf(expected)) throw new Error(`${got.length} other bytes`);
  }

  async function run(client: Client): Promise<void> {
    while (begun < count) {
      const number = begun++;
      await one(client, number).catch((error: unknown) => {
        failures.push(`${number} at ${client.servername}: ${error instanceof Error ? error.message : error}`);
      });
      onDone(++done);
    }
  }

  try {
    const [first] = clients;
    for (const [index, body] of objects.entries()) {
      if (first) await ask(first, first.kept, { method: 'PUT', key: `object-${index}`, body });
    }
    await Promise.all(clients.map(run));
  } finally {
    for (const { kept, single, whole } of clients) for (const agent of [kept, single, whole]) agent.destroy();
  }
  return { done, failures, handshakes, resumed, fingerprints };
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
