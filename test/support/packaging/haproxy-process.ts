// HAProxy with the config of docker/haproxy, its addresses replaced by those of a test.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../certificate.ts';
import { freePort } from '../free-port.ts';
import { OwnedProcess } from '../owned-process.ts';
import { waitFor } from '../wait.ts';

export const HAPROXY_CONFIG = new URL('../../../docker/haproxy/haproxy.cfg', import.meta.url).pathname;

export interface GatewayAddress {
  readonly s3Port: number;
  readonly adminPort: number;
}

export interface PlacedConfig extends AsyncDisposable {
  readonly file: string;
  readonly directory: string;
  readonly port: number;
  readonly tlsPort: number;
  /** Of the certificate that it shows. */
  readonly ca: string;
}

/** The config with free ports, a certificate and a socket of the test's own. */
export async function placeConfig(gateways: readonly GatewayAddress[]): Promise<PlacedConfig> {
  const directory = await mkdtemp(join(tmpdir(), 'haproxy-'));
  const certificate = await makeCertificate();
  const pem = join(directory, 's3.pem');
  await writeFile(pem, certificate.pem + (await readFile(certificate.keyFile, 'utf8')), { mode: 0o600 });
  const [port, tlsPort] = [await freePort(), await freePort()];
  const text = gateways.reduce(
    (config, { s3Port, adminPort }, index) =>
      config.replaceAll(`192.0.2.${11 + index}:8080 port 8082`, `127.0.0.1:${s3Port} port ${adminPort}`),
    (await readFile(HAPROXY_CONFIG, 'utf8'))
      .replace('bind :8080', `bind 127.0.0.1:${port}`)
      .replace('bind :8443', `bind 127.0.0.1:${tlsPort}`)
      .replace('/etc/haproxy/s3.pem', pem)
      .replace('/run/haproxy/admin.sock', join(directory, 'admin.sock')),
  );
  const file = join(directory, 'haproxy.cfg');
  await writeFile(file, text);
  return {
    file,
    directory,
    port,
    tlsPort,
    ca: certificate.pem,
    async [Symbol.asyncDispose]() {
      await certificate[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export class HaproxyProcess implements AsyncDisposable {
  readonly #config: PlacedConfig;
  readonly #process: OwnedProcess;

  private constructor(config: PlacedConfig, process: OwnedProcess) {
    this.#config = config;
    this.#process = process;
  }

  /** Resolves when it takes connections. */
  static async start(program: string, config: PlacedConfig): Promise<HaproxyProcess> {
    const args = ['-db', '-f', config.file];
    const log = join(config.directory, 'log');
    const haproxy = new HaproxyProcess(config, new OwnedProcess('haproxy', program, args, { logFile: log }));
    try {
      await waitFor(async () => (await haproxy.#ask('show info')).includes('Uptime'), { what: 'HAProxy' });
      return haproxy;
    } catch (cause) {
      await haproxy[Symbol.asyncDispose]();
      throw cause;
    }
  }

  /** What HAProxy makes of each server of a backend: `UP`, `DOWN`, `DOWN 1/2` and the like, by name. */
  async states(backend: string): Promise<Readonly<Record<string, string>>> {
    const rows = (await this.#ask('show stat')).split('\n').map((line) => line.split(','));
    const column = rows[0]?.indexOf('status') ?? -1;
    const servers = rows.filter(([proxy, name]) => proxy === backend && name !== 'BACKEND');
    return Object.fromEntries(servers.map((row) => [row[1], row[column] ?? '']));
  }

  log(): Promise<string> {
    return readFile(join(this.#config.directory, 'log'), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop(2_000);
  }

  #ask(command: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const socket = connect(join(this.#config.directory, 'admin.sock'), () => socket.end(`${command}\n`));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
    return promise;
  }
}
