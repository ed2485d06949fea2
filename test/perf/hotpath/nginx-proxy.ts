// nginx that does nothing but proxying: with its own defaults, and tuned for large bodies.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HOST } from './pinned-process.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from './proxy.ts';

export type NginxSettings = 'defaults' | 'tuned';

/** One worker process, as the gateway of the same case has. */
export function startNginx(
  command: string,
  settings: NginxSettings,
  options: ProxyOptions,
  workers = 1,
): Promise<RunningProxy> {
  return startProxy(
    {
      name: settings === 'tuned' ? 'nginx tuned' : 'nginx',
      command,
      prepare: async (directory, port) => {
        const file = join(directory, 'nginx.conf');
        await writeFile(file, nginxConfig(settings, options, port, workers));
        if (options.document !== undefined) {
          const document = join(directory, 'www', options.document.target);
          await mkdir(dirname(document), { recursive: true });
          await writeFile(document, options.document.body);
        }
        return ['-p', directory, '-e', 'stderr', '-c', file];
      },
    },
    options,
  );
}

const TUNED = `
    proxy_buffering off;
    proxy_request_buffering off;
    proxy_buffer_size 64k;
    proxy_buffers 16 64k;
    proxy_busy_buffers_size 128k;
    client_body_buffer_size 1m;
    keepalive_requests 100000000;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=16;
    ssl_buffer_size 64k;`;

/** Beside what its settings ask for: what any proxy for S3 needs, and connections to the store that are kept. */
export function nginxConfig(
  settings: NginxSettings,
  { directory, storePort, storeCertFile, tls, accessLog, document }: ProxyOptions,
  port: number,
  workers: number,
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${join(directory, `${name}-temp`)};`)
    .join('\n');
  const isTuned = settings === 'tuned';
  return `# Written for one run of the bench.
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes ${workers};
pid ${join(directory, 'nginx.pid')};
error_log stderr;
events {
  worker_connections 4096;
}
http {
  access_log ${accessLog === true ? '/dev/null' : 'off'};
${temporary}
  client_max_body_size 0;
  upstream store {
    server ${HOST}:${storePort};
    keepalive 512;${isTuned ? '\n    keepalive_requests 100000000;' : ''}
  }
  server {
    listen ${HOST}:${port}${tls === undefined ? '' : ' ssl'} backlog=4096;
${tls === undefined ? '' : `    ssl_certificate ${tls.certFile};\n    ssl_certificate_key ${tls.keyFile};\n    ssl_protocols TLSv1.3;`}
${isTuned ? TUNED : ''}
    location / {
      proxy_pass ${storeCertFile === undefined ? 'http' : 'https'}://store;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
${storeCertFile === undefined ? '' : '      proxy_ssl_protocols TLSv1.3;'}
    }
${document === undefined ? '' : `    location = ${document.target} {\n      root ${join(directory, 'www')};\n      default_type application/xml;\n    }`}
  }
}
`;
}
