// rclone: Debian's is built on the AWS SDK for Go v1, today's on v2.
import { join } from 'node:path';
import { BIG, type ClientSetting, SECOND, SMALL } from '../../support/client-setting.ts';
import { awsCredentials } from './aws-environment.ts';
import { type Client, checkFiles, programOf, same, versionOf } from './client.ts';

/**
 * What the SDK does where nobody tells it otherwise. Over plain HTTP it refuses to: it would have to read an upload twice, and
 * rclone's cannot be rewound.
 */
const INTEGRITY = ['--s3-use-data-integrity-protections=true', '--s3-use-unsigned-payload=false'];

function rclone(of: Omit<Client, 'find' | 'use'>, program: string, version: RegExp): Client {
  return {
    ...of,
    find: () => versionOf(program, ['version'], version),
    async use(setting: ClientSetting) {
      const { bucket, directory, source, tls, certificate } = setting;
      const hasSecond = of.second !== undefined && tls;
      const environment = {
        ...awsCredentials(setting),
        RCLONE_CONFIG: join(directory, 'rclone.conf'),
        RCLONE_CONFIG_GATEWAY_TYPE: 's3',
        RCLONE_CONFIG_GATEWAY_PROVIDER: 'Other',
        RCLONE_CONFIG_GATEWAY_ENDPOINT: setting.endpoint,
        // So that the SDK has its own defaults; with keys in its config rclone leaves some of them unset.
        RCLONE_CONFIG_GATEWAY_ENV_AUTH: 'true',
        RCLONE_CONFIG_GATEWAY_REGION: 'us-east-1',
        RCLONE_CONFIG_GATEWAY_FORCE_PATH_STYLE: String(setting.addressing === 'path'),
        // Parts already at this size; else only from 200 MiB on.
        RCLONE_CONFIG_GATEWAY_UPLOAD_CUTOFF: '10M',
        RCLONE_CONFIG_GATEWAY_CHUNK_SIZE: '5M',
        RCLONE_RETRIES: '1',
        RCLONE_LOW_LEVEL_RETRIES: '1',
        ...(tls && { RCLONE_CA_CERT: certificate.certFile }),
      };
      const at = (path: string) => `gateway:${bucket}${path}`;
      const call = (...args: readonly string[]) => setting.run(program, args, environment);

      await call('mkdir', at(''));
      await call('copy', source, at('/data'));
      await call('check', '--download', source, at('/data'));
      if (hasSecond) await call('copy', ...INTEGRITY, source, at(`/${SECOND}`));
      await call('copy', at('/data'), at('/copy'));
      await call('deletefile', at(`/data/${SMALL}`));
      same(
        (await call('lsf', '--recursive', '--files-only', at('/'))).trimEnd().split('\n').sort(),
        [`copy/${BIG}`, `copy/${SMALL}`, `data/${BIG}`]
          .concat(hasSecond ? [`${SECOND}${BIG}`, `${SECOND}${SMALL}`] : [])
          .sort(),
        'lsf',
      );
      await call('copy', at('/copy'), join(directory, 'back'));
      await checkFiles(join(directory, 'back'));
      await call('purge', at(''));
    },
  };
}

export const RCLONE: Client = rclone(
  {
    name: 'rclone',
    id: 'rclone',
    signer: 'AWS SDK for Go v2',
    second: '--s3-use-data-integrity-protections=true --s3-use-unsigned-payload=false',
  },
  programOf('RCLONE', 'rclone'),
  /^rclone v(1\.(?:69|[7-9]\d)\.\d+)/m,
);

export const OLD_RCLONE: Client = rclone(
  { name: 'rclone 1.60 (Debian)', id: 'rclone-1.60', signer: 'AWS SDK for Go v1', second: undefined },
  programOf('OLD_RCLONE', '/usr/bin/rclone'),
  /^rclone v(1\.60\.\d+)/m,
);
