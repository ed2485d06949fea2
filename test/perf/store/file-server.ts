// The plain server that GET is compared with: node:http and a file stream, no signature, no checks, nothing.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';

process.once('message', (directory: string) => {
  const server = createServer((request, response) => {
    const path = join(directory, (request.url ?? '').slice(1).replaceAll('/', '_'));
    void stat(path).then(
      ({ size }) => {
        response.writeHead(200, { 'content-length': size });
        pipeline(createReadStream(path), response, () => {});
      },
      () => response.writeHead(404, { 'content-length': 0 }).end(),
    );
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
process.once('disconnect', () => process.exit());
