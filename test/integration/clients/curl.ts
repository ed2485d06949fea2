// curl with --aws-sigv4. Debian's 7.88 never sends x-amz-content-sha256 by itself, and signs an upload as if it were empty:
// both its users and Amazon S3 need the header given by hand.
import { join } from 'node:path';
import { sha256 } from '../../support/bodies.ts';
import { BIG, bodyOfFile, type ClientSetting, SECOND, SMALL } from '../../support/client-setting.ts';
import { type Client, checkFile, contains, same, versionOf } from './client.ts';

const UNSIGNED = 'UNSIGNED-PAYLOAD';

export const CURL: Client = {
  name: 'curl --aws-sigv4',
  id: 'curl',
  signer: 'its own',
  second: 'x-amz-content-sha256: HASH',
  // The first with the option that speaks S3 (curl's release notes, 7.86).
  find: () => versionOf('curl', ['--version'], /^curl (7\.(?:8[6-9]|9\d)\.\d+|[89]\.\S+)/m),
  async use(setting: ClientSetting) {
    const { bucket, directory, source, tls, certificate, credentials, hostName, port, addressing } = setting;
    const root =
      addressing === 'path'
        ? `${setting.endpoint}/${bucket}`
        : `${setting.transport}://${bucket}.${hostName}:${port}`;
    const urlOf = (key: string) => `${root}/${key.split('/').map(encodeURIComponent).join('/')}`;
    const curl = (payload: string, ...args: readonly string[]) =>
      setting.run('curl', [
        ...[
          '--silent',
          '--show-error',
          '--fail-with-body',
          '--globoff',
          '--aws-sigv4',
          'aws:amz:us-east-1:s3',
        ],
        ...['--user', `${credentials.accessKeyId}:${credentials.secretAccessKey}`],
        ...['--header', `x-amz-content-sha256: ${payload}`],
        ...(tls ? ['--cacert', certificate.certFile] : []),
        ...args,
      ]);

    await curl(UNSIGNED, '--request', 'PUT', `${root}/`);
    for (const name of [SMALL, BIG]) {
      const hash = sha256(bodyOfFile(name));
      await curl(UNSIGNED, '--upload-file', join(source, name), urlOf(`data/${name}`));
      await curl(hash, '--upload-file', join(source, name), urlOf(`${SECOND}${name}`));
      const copySource = `x-amz-copy-source: /${bucket}/data/${encodeURIComponent(name)}`;
      await curl(UNSIGNED, '--request', 'PUT', '--header', copySource, urlOf(`copy/${name}`));
      const back = join(directory, 'back');
      await curl(UNSIGNED, '--output', back, urlOf(`copy/${name}`));
      await checkFile(back, name);
      await curl(UNSIGNED, '--request', 'DELETE', urlOf(`data/${name}`));
    }
    const listed = await curl(UNSIGNED, `${root}/?list-type=2`);
    contains(listed, `<Key>copy/${SMALL}</Key>`, `<Key>copy/${BIG}</Key>`);
    same(listed.includes('<Key>data/'), false, 'still there after DELETE');
    for (const name of [SMALL, BIG]) {
      for (const folder of ['copy/', SECOND]) {
        await curl(UNSIGNED, '--request', 'DELETE', urlOf(`${folder}${name}`));
      }
    }
    await curl(UNSIGNED, '--request', 'DELETE', `${root}/`);
  },
};
