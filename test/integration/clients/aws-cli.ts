// The AWS CLI, of today and Debian's 2.9, as `aws s3` uses it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../support/bodies.ts';
import { BIG, bodyOfFile, type ClientSetting, SECOND, SMALL } from '../../support/client-setting.ts';
import { awsEnvironment, WHEN_REQUIRED } from './aws-environment.ts';
import { type Client, checkFiles, contains, programOf, same, versionOf } from './client.ts';

function awsCli(of: Pick<Client, 'name' | 'id' | 'second'>, program: string, version: RegExp): Client {
  return {
    ...of,
    signer: 'botocore',
    find: () => versionOf(program, ['--version'], version),
    async use(setting: ClientSetting) {
      const { bucket, directory, source, addressing } = setting;
      const config = join(directory, 'aws.config');
      const style = addressing === 'path' ? 'path' : 'virtual';
      // Version 1 still presigns with Signature Version 2 for an endpoint that is not Amazon's.
      await writeFile(
        config,
        `[default]\ns3 =\n    addressing_style = ${style}\n    signature_version = s3v4\n`,
      );
      const environment = { ...awsEnvironment(setting), AWS_CONFIG_FILE: config };
      const aws = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
        setting.run(program, ['--endpoint-url', setting.endpoint, 's3', ...args], {
          ...environment,
          ...more,
        });
      const copy = (from: string, to: string) => ['cp', '--quiet', '--recursive', from, to];

      await aws(['mb', `s3://${bucket}`]);
      await aws(copy(source, `s3://${bucket}/data`));
      if (of.second !== undefined) await aws(copy(source, `s3://${bucket}/${SECOND}`), WHEN_REQUIRED);
      // Few commands: each start of the CLI takes a second or more.
      await aws(copy(`s3://${bucket}/data`, `s3://${bucket}/copy`));
      const listed = await aws(['ls', '--recursive', `s3://${bucket}`]);
      contains(listed, `1000 copy/${SMALL}`, `20971523 copy/${BIG}`, `20971523 data/${BIG}`);
      await aws(copy(`s3://${bucket}/copy`, join(directory, 'back')));
      await checkFiles(join(directory, 'back'));
      if (setting.addressing === 'path' && !setting.tls) {
        const url = (await aws(['presign', `s3://${bucket}/copy/${BIG}`])).trim();
        const body = Buffer.from(await (await fetch(url)).arrayBuffer());
        same(sha256(body), sha256(bodyOfFile(BIG)), 'presigned');
      }
      await aws(['rb', '--force', `s3://${bucket}`]);
    },
  };
}

export const AWS_CLI: Client = awsCli(
  { name: 'AWS CLI', id: 'aws', second: 'AWS_REQUEST_CHECKSUM_CALCULATION=when_required' },
  programOf('AWS_CLI', 'aws'),
  /^aws-cli\/(1\.(?:3[7-9]|[4-9]\d)\.\d+|2\.(?:2[3-9]|[3-9]\d)\.\d+)/m,
);

export const OLD_AWS_CLI: Client = awsCli(
  { name: 'AWS CLI 2.9 (Debian)', id: 'aws-2.9', second: undefined },
  programOf('OLD_AWS_CLI', '/usr/bin/aws'),
  /^aws-cli\/(2\.9\.\d+)/m,
);
