// s3cmd, which signs with code of its own.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BIG, type ClientSetting, SMALL } from '../../support/client-setting.ts';
import { type Client, checkFiles, contains, same, versionOf } from './client.ts';

export const S3CMD: Client = {
  name: 's3cmd',
  id: 's3cmd',
  signer: 'its own',
  second: undefined,
  find: () => versionOf('s3cmd', ['--version'], /version (\d\S*)/),
  async use(setting: ClientSetting) {
    const { bucket, directory, source, tls, certificate, credentials, hostName, port } = setting;
    const host = `${hostName}:${port}`;
    const config = join(directory, 's3cfg');
    const lines = {
      access_key: credentials.accessKeyId,
      secret_key: credentials.secretAccessKey,
      bucket_location: 'us-east-1',
      host_base: host,
      host_bucket: setting.addressing === 'path' ? host : `%(bucket)s.${host}`,
      use_https: tls ? 'True' : 'False',
      ca_certs_file: tls ? certificate.certFile : '',
      max_retries: 1,
    };
    const text = Object.entries(lines).map(([name, value]) => `${name} = ${value}\n`);
    await writeFile(config, `[default]\n${text.join('')}`);
    const s3cmd = (...args: readonly string[]) =>
      setting.run('s3cmd', ['--config', config, '--no-progress', ...args]);

    await s3cmd('mb', `s3://${bucket}`);
    await s3cmd('put', '--recursive', `${source}/`, `s3://${bucket}/data/`);
    await s3cmd('cp', '--recursive', `s3://${bucket}/data/`, `s3://${bucket}/copy/`);
    await s3cmd('del', `s3://${bucket}/data/${SMALL}`);
    const listed = await s3cmd('ls', '--recursive', `s3://${bucket}`);
    contains(
      listed,
      `s3://${bucket}/copy/${SMALL}`,
      `s3://${bucket}/copy/${BIG}`,
      `s3://${bucket}/data/${BIG}`,
    );
    same(listed.includes(`data/${SMALL}`), false, 'still there after del');
    await mkdir(join(directory, 'back'));
    await s3cmd('get', '--recursive', `s3://${bucket}/copy/`, join(directory, 'back/'));
    await checkFiles(join(directory, 'back'));
    await s3cmd('rb', '--recursive', '--force', `s3://${bucket}`);
  },
};
