// boto3 and the AWS CLI through the gateway.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../support/bodies.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { run } from '../support/owned-process.ts';
import { hasPythonClient, pythonEnvironment } from '../support/python.ts';
import { bucketName } from '../support/s3-clients.ts';
import { describeOnEachStore } from '../support/stores.ts';

const ROUND_TRIP = new URL('clients/boto3-round-trip.py', import.meta.url).pathname;
const boto3 = await hasPythonClient('boto3');
const awsCli = await hasPythonClient('aws');

describeOnEachStore('Python clients', (store) => {
  const at = useGateway(store);
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'python-clients-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test.skipIf(!boto3)('boto3', async () => {
    const environment = pythonEnvironment(at.gateway.credentials);
    const out = await run('python3', [ROUND_TRIP, at.gateway.endpoint, bucketName('boto3')], environment);
    expect(out).toBe('done\n');
  });

  test.skipIf(!awsCli)('the AWS CLI', { timeout: 120_000 }, async () => {
    // Version 1 of the CLI still presigns with Signature Version 2 for an endpoint that is not Amazon's.
    const config = join(directory, 'aws.config');
    await writeFile(config, '[default]\ns3 =\n    signature_version = s3v4\n');
    const environment = { ...pythonEnvironment(at.gateway.credentials), AWS_CONFIG_FILE: config };
    const aws = (...args: string[]) =>
      run('aws', ['--endpoint-url', at.gateway.endpoint, ...args], environment);
    const bucket = bucketName('cli');
    const file = join(directory, 'a file {with} +.bin');
    const body = bodyOf('cli', 20 * 1024 * 1024 + 3);
    await writeFile(file, body);

    await aws('s3', 'mb', `s3://${bucket}`);
    await aws('s3', 'cp', '--quiet', file, `s3://${bucket}/folder/`);
    await aws('s3', 'cp', '--quiet', `s3://${bucket}/folder/a file {with} +.bin`, join(directory, 'back'));
    expect(sha256(await readFile(join(directory, 'back')))).toBe(sha256(body));
    await aws('s3', 'cp', '--quiet', `s3://${bucket}/folder/a file {with} +.bin`, `s3://${bucket}/copy`);
    expect(await aws('s3', 'ls', '--recursive', `s3://${bucket}`)).toMatch(
      /20971523 copy\n.*20971523 folder\/a file \{with\} \+\.bin\n/,
    );
    const head = JSON.parse(await aws('s3api', 'head-object', '--bucket', bucket, '--key', 'copy')) as Record<
      string,
      unknown
    >;
    expect(head['ContentLength']).toBe(body.length);
    const url = (await aws('s3', 'presign', `s3://${bucket}/copy`)).trim();
    expect(sha256(Buffer.from(await (await fetch(url)).arrayBuffer()))).toBe(sha256(body));
    await aws('s3', 'rb', '--force', `s3://${bucket}`);
    expect(await aws('s3', 'ls')).not.toContain(bucket);
  });
});
