// mc, MinIO's own command.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BIG, type ClientSetting, SECOND, SMALL } from '../../support/client-setting.ts';
import { run } from '../../support/owned-process.ts';
import { type Client, checkFiles, contains, programOf, same } from './client.ts';

const program = programOf('MC', 'mc');

/** Built from its module it prints no version; the module's own stands in the program (go help buildvcs, `go version -m`). */
async function moduleVersion(): Promise<string | undefined> {
  const path = await run('sh', ['-c', 'command -v "$0"', program]).catch(() => undefined);
  if (path === undefined) return undefined;
  const bytes = await readFile(path.trim());
  const at = bytes.indexOf('mod\tgithub.com/minio/mc\t');
  // Midnight Commander has the same name.
  if (at === -1) return undefined;
  return bytes.toString('latin1', at, at + 100).split(/[\t\n]/)[2];
}

export const MC: Client = {
  name: 'mc',
  id: 'mc',
  signer: 'minio-go',
  second: '--checksum CRC32C',
  find: moduleVersion,
  async use(setting: ClientSetting) {
    const { bucket, directory, source, tls, certificate, credentials } = setting;
    const environment = tls ? { SSL_CERT_FILE: certificate.certFile } : {};
    const mc = (...args: readonly string[]) =>
      setting.run(program, ['--config-dir', join(directory, 'mc'), '--quiet', ...args], environment);
    const { accessKeyId, secretAccessKey } = credentials;
    const path = setting.addressing === 'path' ? 'on' : 'off';

    await mc('alias', 'set', 'gateway', setting.endpoint, accessKeyId, secretAccessKey, '--path', path);
    await mc('mb', `gateway/${bucket}`);
    await mc('cp', '--recursive', `${source}/`, `gateway/${bucket}/data/`);
    await mc('cp', '--recursive', '--checksum', 'CRC32C', `${source}/`, `gateway/${bucket}/${SECOND}`);
    await mc('cp', '--recursive', `gateway/${bucket}/data/`, `gateway/${bucket}/copy/`);
    await mc('rm', `gateway/${bucket}/data/${SMALL}`);
    const listed = await mc('ls', '--recursive', `gateway/${bucket}`);
    contains(listed, `copy/${SMALL}`, `copy/${BIG}`, `data/${BIG}`);
    same(listed.includes(`data/${SMALL}`), false, 'still there after rm');
    await mc('cp', '--recursive', `gateway/${bucket}/copy/`, join(directory, 'back/'));
    await checkFiles(join(directory, 'back'));
    await mc('rb', '--force', `gateway/${bucket}`);
  },
};
