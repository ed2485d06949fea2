// s3fs: a bucket as a file system. It makes no bucket, so the SDK does; the mount is in a namespace of its own.
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type ClientSetting, SECOND } from '../../support/client-setting.ts';
import { awsSdkOf } from './aws-sdk-js.ts';
import { type Client, versionOf } from './client.ts';

const SESSION = new URL('s3fs-session.sh', import.meta.url).pathname;

export const S3FS: Client = {
  name: 's3fs (Debian)',
  id: 's3fs',
  signer: 'its own',
  second: '-o enable_content_md5',
  async find() {
    const device = await access('/dev/fuse', constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    );
    // Its mount is in a namespace that only root may make.
    return device && process.getuid?.() === 0 ? versionOf('s3fs', ['--version'], / V(\d\S*)/) : undefined;
  },
  async use(setting: ClientSetting) {
    const { bucket, directory, source, tls, certificate, credentials, addressing } = setting;
    const sdk = awsSdkOf(setting);
    await sdk.send(new CreateBucketCommand({ Bucket: bucket }));
    sdk.destroy();
    const style = addressing === 'path' ? ['-o', 'use_path_request_style'] : [];
    const mountPoint = join(directory, 'mount');
    await setting.run(
      'unshare',
      ['--mount', 'sh', SESSION, source, mountPoint, SECOND, bucket, setting.endpoint, ...style],
      {
        AWSACCESSKEYID: credentials.accessKeyId,
        AWSSECRETACCESSKEY: credentials.secretAccessKey,
        ...(tls && { CURL_CA_BUNDLE: certificate.certFile }),
      },
    );
  },
};
