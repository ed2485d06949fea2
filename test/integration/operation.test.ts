// What an operator sees: health, metrics, the access log.
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { useGateway } from '../support/gateway-fixture.ts';
import { bucketName, sdk, VEEAM_USER_AGENT } from '../support/s3-clients.ts';
import { errorOf } from '../support/same-answer.ts';
import { describeOnEachStore } from '../support/stores.ts';
import { waitFor } from '../support/wait.ts';

describeOnEachStore('operation', (store) => {
  const at = useGateway(store);
  const Bucket = bucketName('operation');
  const admin = (path: string) => fetch(`${at.gateway.adminUrl}${path}`);

  beforeAll(async () => {
    const veeam = sdk(at.gateway, { userAgent: VEEAM_USER_AGENT });
    await veeam.send(new CreateBucketCommand({ Bucket }));
    await veeam.send(new PutObjectCommand({ Bucket, Key: 'a {key}', Body: '0123456789' }));
    const { Body } = await veeam.send(new GetObjectCommand({ Bucket, Key: 'a {key}', Range: 'bytes=0-3' }));
    await Body?.transformToString();
    const stranger = { accessKeyId: 'STRANGER', secretAccessKey: 'x' };
    await errorOf(
      sdk({ endpoint: at.gateway.endpoint, credentials: stranger }).send(
        new GetObjectCommand({ Bucket, Key: 'x' }),
      ),
    );
    veeam.destroy();
  });

  test('alive and ready', async () => {
    expect((await admin('/healthz')).status).toBe(200);
    expect((await admin('/readyz')).status).toBe(200);
  });

  test('metrics in the Prometheus format count what was done', async () => {
    const answer = await admin('/metrics');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await answer.text();
    expect(text).toMatch(/PutObject/);
    expect(text).toMatch(/GetObject/);
    expect(text).not.toContain('a {key}');
  });

  test('the access log has a line for each request', async () => {
    const line = await waitFor(
      () =>
        at.gateway
          .logs()
          .find(
            (each) =>
              each['operation'] === 'GetObject' && each['bucket'] === Bucket && each['key'] === 'a {key}',
          ),
      {
        what: 'the line of the GetObject',
        timeoutMs: 3000,
      },
    );
    expect(line).toMatchObject({
      status: 206,
      responseBytes: 4,
      accessKeyId: at.gateway.credentials.accessKeyId,
      userAgent: VEEAM_USER_AGENT,
    });
    expect(line['durationMs']).toEqual(expect.any(Number));
    expect(line['ttfbMs']).toEqual(expect.any(Number));
    const refused = at.gateway.logs().find((each) => each['errorCode'] === 'InvalidAccessKeyId');
    expect(refused).toMatchObject({ status: 403, outcome: 'refused', bucket: Bucket });
  });

  test('no secret is in any of it', async () => {
    const everything = [
      at.gateway.output(),
      await (await admin('/metrics')).text(),
      await (await admin('/readyz')).text(),
    ].join('\n');
    expect(everything).not.toContain(at.gateway.credentials.secretAccessKey);
    expect(everything).not.toContain(store.secretAccessKey);
    expect(everything).not.toMatch(/Signature=[0-9a-f]{64}/);
  });

  test('the S3 listener serves no operator, the operator’s serves no S3', async () => {
    for (const path of ['/healthz', '/metrics', '/readyz']) {
      expect((await fetch(`${at.gateway.endpoint}${path}`)).status).toBe(403);
    }
    expect((await admin(`/${Bucket}/x`)).status).toBe(404);
  });
});
