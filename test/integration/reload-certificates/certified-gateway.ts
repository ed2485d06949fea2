// A gateway with a store of its own that is HTTPS for several names, and whose certificates are replaced on disk.
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { type Authority, createAuthority, type IssueOptions } from '../../support/certificate-authority.ts';
import { NOT_ASKED } from '../../support/embedded-store-fixture.ts';
import { GatewayProcess, type LogLine } from '../../support/gateway-process.ts';
import { waitFor } from '../../support/wait.ts';

export const BUCKET = 'veeam-certified';

/** Which names each certificate is for; the first is for the address too. */
export const CERTIFICATES = {
  first: ['one.example', '127.0.0.1'],
  second: ['two.example'],
  wildcard: ['*.wild.example'],
} as const;
type CertificateName = keyof typeof CERTIFICATES;
const NAMES = Object.keys(CERTIFICATES) as CertificateName[];

/** What a client asks for, and which certificate is for it. */
export const ASKED: readonly (readonly [servername: string, CertificateName])[] = [
  ['', 'first'],
  ['one.example', 'first'],
  ['two.example', 'second'],
  ['x.wild.example', 'wildcard'],
];

export class CertifiedGateway implements AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly authority: Authority;
  readonly directory: string;

  private constructor(gateway: GatewayProcess, authority: Authority, directory: string) {
    this.gateway = gateway;
    this.authority = authority;
    this.directory = directory;
  }

  static async start(workers: number): Promise<CertifiedGateway> {
    const directory = await mkdtemp(join(tmpdir(), 'certified-'));
    try {
      const authority = await createAuthority();
      for (const name of NAMES) await replaceFiles(directory, name, authority, {});
      const at = (name: CertificateName) => filesOf(directory, name);
      const gateway = await GatewayProcess.start({
        store: NOT_ASKED,
        tls: { certFile: at('first').cert, keyFile: at('first').key },
        config: {
          workers,
          listeners: {
            s3: [
              { host: '127.0.0.1', port: 0 },
              {
                host: '127.0.0.1',
                port: 0,
                tls: { ...at('first'), certificates: [at('second'), at('wildcard')] },
              },
            ],
            admin: { host: '127.0.0.1', port: 0 },
          },
          backends: [
            {
              name: 'embedded',
              kind: 'embedded',
              dataDirectory: join(directory, 'data'),
              createBuckets: [BUCKET],
            },
          ],
          buckets: [{ match: '*', backend: 'embedded' }],
          log: { access: false },
        },
      });
      return new CertifiedGateway(gateway, authority, directory);
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  get port(): number {
    return this.gateway.s3Tls.port;
  }

  /** New certificate and key, each renamed into place, as tools do it. Gives the SHA-256 of the certificate. */
  replace(name: CertificateName, options: Partial<IssueOptions> = {}): Promise<string> {
    return replaceFiles(this.directory, name, this.authority, options);
  }

  async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.directory, file), text);
  }

  /** SIGHUP; resolves with the line of the log that says what became of it. */
  async reload(): Promise<LogLine> {
    const heard = this.gateway.logs().length;
    this.gateway.signal('SIGHUP');
    const isMeant = (line: LogLine) => line['component'] === 'config' && line['cause'] === 'signal';
    return await waitFor(() => this.gateway.logs().slice(heard).find(isMeant), {
      what: 'the reload',
      everyMs: 10,
      timeoutMs: 20_000,
    });
  }

  /** The SHA-256 of what a client gets that verifies it; rejects where it does not take it. */
  async presented(servername: string): Promise<string> {
    const socket = tls.connect({ host: '127.0.0.1', port: this.port, servername, ca: this.authority.ca });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('secureConnect', resolve).once('error', reject);
      });
      return socket.getPeerCertificate().fingerprint256;
    } finally {
      socket.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }
}

function filesOf(directory: string, name: CertificateName) {
  return { cert: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
}

async function replaceFiles(
  directory: string,
  name: CertificateName,
  authority: Authority,
  options: Partial<IssueOptions>,
): Promise<string> {
  const { chain, cert, key } = await authority.issue({ names: CERTIFICATES[name], ...options });
  const files = filesOf(directory, name);
  for (const [file, text] of [
    [files.key, key],
    [files.cert, chain],
  ] as const) {
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  return new X509Certificate(cert).fingerprint256;
}
