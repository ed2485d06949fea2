// The gateway as users start it: its command and a config file, with authentication on.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { HOST, NODE } from './pinned-process.ts';
import { CREDENTIALS, type ProxyOptions, type RunningProxy, startProxy } from './proxy.ts';

export interface GatewayProxyOptions extends ProxyOptions {
  readonly name?: string;
  readonly workers: number;
  /** The directory of the gateway's sources, with `src` in it. */
  readonly checkout: string;
  /** Arguments for Node.js itself, such as `--cpu-prof`. */
  readonly nodeArguments: readonly string[];
}

export async function startGateway(options: GatewayProxyOptions): Promise<RunningProxy> {
  const config = configOf(options, await hasWorkers(options.checkout), await freePort());
  return startProxy(
    {
      name: options.name ?? 'gateway',
      command: NODE,
      // Its log goes to where it prints, and so do the lines of the access log.
      ...(options.accessLog === true && { logFile: '/dev/null' }),
      prepare: async (directory, port) => {
        const file = join(directory, 'gateway.yaml');
        // JSON is YAML.
        await writeFile(file, JSON.stringify(config(port), undefined, 2), { mode: 0o600 });
        return [
          ...options.nodeArguments,
          join(options.checkout, 'src/cli/main.ts'),
          'serve',
          '--config',
          file,
        ];
      },
    },
    options,
  );
}

/** Whether this gateway can have several processes. */
export async function hasWorkers(checkout: string): Promise<boolean> {
  const schema = JSON.parse(await readFile(join(checkout, 'config/gateway.schema.json'), 'utf8')) as {
    readonly properties?: Readonly<Record<string, unknown>>;
  };
  return schema.properties?.['workers'] !== undefined;
}

function configOf(
  { storePort, storeCertFile, tls, accessLog = false, workers }: GatewayProxyOptions,
  knowsWorkers: boolean,
  adminPort: number,
) {
  return (port: number): Readonly<Record<string, unknown>> => ({
    region: 'us-east-1',
    ...(knowsWorkers && { workers }),
    listeners: {
      s3: [{ host: HOST, port, ...(tls && { tls: tlsOf(tls) }) }],
      admin: { host: HOST, port: adminPort },
    },
    backends: [
      {
        name: 'sink',
        kind: 's3',
        endpoints: [`${storeCertFile === undefined ? 'http' : 'https'}://${HOST}:${storePort}`],
        accessKeyId: 'BENCHSTOREKEY',
        secretAccessKey: 'bench-store-secret-0123456789',
        capacity: { source: 'static', capacity: '10TiB', used: '1TiB' },
        // The sink would not understand the question whether it takes them.
        awsChunked: 'decode',
        ...(storeCertFile !== undefined && { tls: { ca: storeCertFile } }),
      },
    ],
    credentials: [{ ...CREDENTIALS, buckets: ['*'], access: 'read-write' }],
    log: { level: 'info', access: accessLog },
  });
}

const tlsOf = ({ certFile, keyFile }: NonNullable<ProxyOptions['tls']>) => ({
  cert: certFile,
  key: keyFile,
  minVersion: 'TLSv1.3',
});
