// HAProxy that does nothing but proxying, with and without the kernel's splice.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOST } from './pinned-process.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from './proxy.ts';

export function startHaproxy(
  command: string,
  isSplicing: boolean,
  options: ProxyOptions,
): Promise<RunningProxy> {
  return startProxy(
    {
      name: isSplicing ? 'haproxy splice' : 'haproxy',
      command,
      prepare: async (directory, port) => {
        const file = join(directory, 'haproxy.cfg');
        await writeFile(file, configOf(isSplicing, options, port));
        // It wants the key in the same file.
        const { tls } = options;
        if (tls !== undefined) {
          const pems = [await readFile(tls.certFile, 'utf8'), await readFile(tls.keyFile, 'utf8')];
          await writeFile(join(directory, 'both.pem'), pems.join(''), { mode: 0o600 });
        }
        return ['-db', '-f', file];
      },
    },
    options,
  );
}

function configOf(isSplicing: boolean, { directory, storePort, tls }: ProxyOptions, port: number): string {
  const bind = tls === undefined ? '' : ` ssl crt ${join(directory, 'both.pem')} ssl-min-ver TLSv1.3`;
  return `# Written for one run of the bench.
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
${isSplicing ? '  option splice-response' : ''}
frontend clients
  bind ${HOST}:${port}${bind}
  default_backend store
backend store
  server sink ${HOST}:${storePort}
`;
}
