// A Prometheus server of a test's own that scrapes what it is told, every second.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { OwnedProcess, run } from './owned-process.ts';
import { waitFor } from './wait.ts';

export interface ScrapedPage {
  readonly url: string;
  /** A bearer token. */
  readonly token?: string;
}

/** Why there is no Prometheus here; undefined where there is one. Throws where REQUIRE_PROMETHEUS is set and there is none. */
export async function prometheusMissing(): Promise<string | undefined> {
  const found = await run('sh', ['-c', 'command -v prometheus']).catch(() => undefined);
  if (found !== undefined) return undefined;
  if (process.env['REQUIRE_PROMETHEUS'] === '1')
    throw new Error('REQUIRE_PROMETHEUS: no prometheus on the PATH');
  return 'no prometheus on the PATH';
}

export class PrometheusServer implements AsyncDisposable {
  readonly url: string;
  readonly #directory: string;
  readonly #process: OwnedProcess;

  private constructor(url: string, directory: string, process: OwnedProcess) {
    this.url = url;
    this.#directory = directory;
    this.#process = process;
  }

  static async start(pages: readonly ScrapedPage[]): Promise<PrometheusServer> {
    const directory = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const address = `127.0.0.1:${await freePort()}`;
    const file = join(directory, 'prometheus.yml');
    // JSON is YAML.
    await writeFile(
      file,
      JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: pages.map(job) }),
    );
    const args = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=${address}`,
    ];
    const owned = new OwnedProcess('prometheus', 'prometheus', args, { logFile: join(directory, 'log') });
    const server = new PrometheusServer(`http://${address}`, directory, owned);
    try {
      await waitFor(async () => (await fetch(`${server.url}/-/ready`)).ok, { what: 'Prometheus' });
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function job({ url, token }: ScrapedPage, index: number): Readonly<Record<string, unknown>> {
  const { protocol, host, pathname } = new URL(url);
  return {
    job_name: `page-${index}`,
    scheme: protocol.replace(':', ''),
    metrics_path: pathname,
    static_configs: [{ targets: [host] }],
    ...(token !== undefined && { authorization: { credentials: token } }),
  };
}
