// boto3, of today and of the time before default checksums: the whole round trip is a Python script.
import { type ClientSetting, SECOND } from '../../support/client-setting.ts';
import { awsEnvironment } from './aws-environment.ts';
import { type Client, programOf, same, versionOf } from './client.ts';

const ROUND_TRIP = new URL('boto3-round-trip.py', import.meta.url).pathname;

function boto3(of: Pick<Client, 'name' | 'id' | 'second'>, python: string, version: RegExp): Client {
  return {
    ...of,
    signer: 'botocore',
    find: () => versionOf(python, ['-c', 'import boto3; print(boto3.__version__)'], version),
    async use(setting: ClientSetting) {
      const { endpoint, bucket, addressing } = setting;
      const style = addressing === 'path' ? 'path' : 'virtual';
      const second = of.second === undefined ? '-' : SECOND;
      const args = [ROUND_TRIP, endpoint, bucket, style, second];
      same(await setting.run(python, args, awsEnvironment(setting)), 'done\n', 'the script');
    },
  };
}

export const BOTO3: Client = boto3(
  { name: 'boto3', id: 'boto3', second: "request_checksum_calculation='when_required'" },
  programOf('BOTO3_PYTHON', 'python3'),
  /^(1\.(?:3[6-9]|[4-9]\d)\.\d+)$/m,
);

export const OLD_BOTO3: Client = boto3(
  { name: 'boto3 1.26', id: 'boto3-1.26', second: undefined },
  programOf('OLD_BOTO3_PYTHON', 'python3'),
  /^(1\.26\.\d+)$/m,
);
