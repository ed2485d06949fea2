// restic, a backup program: backs up twice, forgets and prunes, checks all that is left, restores and compares.
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bodyOf } from '../../support/bodies.ts';
import { BIG, type ClientSetting } from '../../support/client-setting.ts';
import { awsEnvironment } from './aws-environment.ts';
import { type Client, contains, same, versionOf } from './client.ts';

export const RESTIC: Client = {
  name: 'restic (Debian)',
  id: 'restic',
  signer: 'minio-go',
  second: undefined,
  find: () => versionOf('restic', ['version'], /^restic (\d\S*)/m),
  async use(setting: ClientSetting) {
    const { bucket, directory, source, tls, certificate, addressing } = setting;
    const environment = {
      ...awsEnvironment(setting),
      RESTIC_REPOSITORY: `s3:${setting.endpoint}/${bucket}`,
      RESTIC_PASSWORD: 'of a test',
    };
    const options = [
      ...['--no-cache', '-o', `s3.bucket-lookup=${addressing === 'path' ? 'path' : 'dns'}`],
      ...(tls ? ['--cacert', certificate.certFile] : []),
    ];
    const restic = (...args: readonly string[]) => setting.run('restic', [...options, ...args], environment);

    await mkdir(join(source, 'many'));
    for (let index = 0; index < 30; index++) {
      await writeFile(join(source, 'many', `${index} ü`), bodyOf(`restic ${index}`, 1000 * index));
    }
    await restic('init');
    await restic('backup', source);
    await appendFile(join(source, 'many', '7 ü'), 'more');
    await rm(join(source, BIG));
    await writeFile(join(source, 'other.bin'), bodyOf('restic', 5 * 1024 * 1024));
    await restic('backup', source);
    same((JSON.parse(await restic('snapshots', '--json')) as unknown[]).length, 2, 'snapshots');
    contains(await restic('forget', '--keep-last', '1', '--prune'), 'remove 1 snapshots');
    contains(await restic('check', '--read-data'), 'no errors were found');
    await restic('restore', 'latest', '--target', join(directory, 'back'));
    await setting.run('diff', ['--recursive', source, join(directory, 'back', source)]);
  },
};
