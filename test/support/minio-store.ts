// A MinIO server of this run's own: the program where there is one, else its container where Docker runs.
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { access, constants, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { OwnedProcess, run } from './owned-process.ts';
import type { StartedStore } from './running-store.ts';
import { waitFor } from './wait.ts';

const IMAGE = 'minio/minio:RELEASE.2025-09-07T16-13-09Z';
const ACCESS_KEY_ID = 'MINIOSTOREKEY';
const SECRET_ACCESS_KEY = 'minio-store-secret-0123456789';

export type Program = { readonly kind: 'binary'; readonly path: string } | { readonly kind: 'container' };

/** Where MinIO comes from here; undefined where there is none. */
export async function findMinio(): Promise<Program | undefined> {
  const named = process.env['MINIO_BIN'];
  const onPath = (await run('sh', ['-c', 'command -v minio']).catch(() => '')).trim();
  for (const path of [named, onPath, join(homedir(), 'go/bin/minio')]) {
    if (path === undefined || path === '') continue;
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return { kind: 'binary', path };
    if (path === named) throw new Error(`MINIO_BIN=${path} is no program`);
  }
  const docker = await run('docker', ['info', '--format', '{{.ServerVersion}}']).catch(() => undefined);
  return docker === undefined ? undefined : { kind: 'container' };
}

/** Takes MinIO's audit webhook and keeps one line a request. */
async function recordAudit(file: string): Promise<Server> {
  await writeFile(file, '');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      if (body !== '') {
        const { api, requestPath } = JSON.parse(body) as {
          api?: Record<string, unknown>;
          requestPath?: string;
        };
        appendFileSync(file, `${api?.['name']} ${requestPath} ${api?.['statusCode']}\n`);
      }
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

export interface MinioOptions {
  /** `fastest` looks at everything each 3 s, `slowest` each 30 min and not at the start: seen 2026-11. */
  readonly scannerSpeed?: 'fastest' | 'slowest';
  /** One that is kept; unless given, one that goes with the server. */
  readonly dataDirectory?: string;
  readonly port?: number;
}

export async function startMinio(program: Program, options: MinioOptions = {}): Promise<StartedStore> {
  const { scannerSpeed = 'fastest', dataDirectory } = options;
  const directory = await mkdtemp(join(tmpdir(), 'minio-'));
  const data = dataDirectory ?? join(directory, 'data');
  const requestLog = join(directory, 'audit.log');
  const port = options.port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  await mkdir(data, { recursive: true });
  const audit = await recordAudit(requestLog);
  const settings = {
    MINIO_ROOT_USER: ACCESS_KEY_ID,
    MINIO_ROOT_PASSWORD: SECRET_ACCESS_KEY,
    MINIO_BROWSER: 'off',
    MINIO_UPDATE: 'off',
    // Usage is what the scanner found last: the tests cannot wait a minute for it.
    MINIO_SCANNER_SPEED: scannerSpeed,
    ...(scannerSpeed === 'fastest' && { MINIO_SCANNER_CYCLE: '1s' }),
    MINIO_AUDIT_WEBHOOK_ENABLE_recorder: 'on',
    MINIO_AUDIT_WEBHOOK_ENDPOINT_recorder: `http://127.0.0.1:${(audit.address() as AddressInfo).port}`,
  };
  const spawned = { env: { ...process.env, ...settings }, logFile: join(directory, 'stderr.log') };
  const address = `127.0.0.1:${port}`;
  const container = `sosapi-gateway-test-${randomUUID()}`;
  const server =
    program.kind === 'binary'
      ? new OwnedProcess('minio', program.path, ['server', data, '--address', address], spawned)
      : new OwnedProcess(
          'docker',
          'docker',
          // Names without values: docker takes those from its own environment.
          [
            ...['run', '--rm', '--network', 'host', '--name', container],
            ...Object.keys(settings).flatMap((name) => ['-e', name]),
            ...(dataDirectory === undefined ? [] : ['-v', `${dataDirectory}:/data`]),
            ...[IMAGE, 'server', '/data', '--address', address],
          ],
          spawned,
        );
  const stop = async () => {
    if (program.kind === 'container') await run('docker', ['rm', '-f', container]).catch(() => '');
    server.signal('SIGKILL');
    await server.exited;
    audit.closeAllConnections();
    audit.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await waitFor(async () => (await fetch(`${endpoint}/minio/health/ready`)).ok, {
      what: 'MinIO',
      timeoutMs: program.kind === 'binary' ? 30_000 : 180_000,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    store: {
      name: 'minio',
      kind: 'minio',
      host: '127.0.0.1',
      port,
      endpoint,
      region: 'us-east-1',
      accessKeyId: ACCESS_KEY_ID,
      secretAccessKey: SECRET_ACCESS_KEY,
      requestLog,
      metricsUrl: undefined,
    },
    stop,
  };
}
