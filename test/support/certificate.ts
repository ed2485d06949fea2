// A self-signed certificate for localhost and 127.0.0.1.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './owned-process.ts';

export interface Certificate extends AsyncDisposable {
  readonly certFile: string;
  readonly keyFile: string;
  readonly pem: string;
}

export async function makeCertificate(names: readonly string[] = []): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), 'certificate-'));
  const certFile = join(directory, 'cert.pem');
  const keyFile = join(directory, 'key.pem');
  const subjects = ['DNS:localhost', 'IP:127.0.0.1', ...names.map((name) => `DNS:${name}`)].join(',');
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '60'],
    ...[
      '-subj',
      '/CN=localhost',
      '-addext',
      `subjectAltName=${subjects}`,
      '-keyout',
      keyFile,
      '-out',
      certFile,
    ],
  ]);
  return {
    certFile,
    keyFile,
    pem: await readFile(certFile, 'utf8'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
