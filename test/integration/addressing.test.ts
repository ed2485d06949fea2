// The bucket in the host name, and TLS: the same gateway by other names.
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../support/bodies.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { elementOf } from '../support/raw-http.ts';
import { ask, rawTargetOf } from '../support/raw-target.ts';
import { bucketName } from '../support/s3-clients.ts';
import { outcomeOf } from '../support/same-answer.ts';
import { describeOnEachStore } from '../support/stores.ts';

const NAME = 's3.gateway.test';
// Every name is this machine.
const lookup = (
  _name: string,
  options: { all?: boolean },
  done: (error: null, address: string | { address: string; family: number }[], family?: number) => void,
) => (options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4));

describeOnEachStore('addressing', (store) => {
  let certificate: Certificate;
  const at = useGateway(store, async () => {
    certificate = await makeCertificate([NAME, `*.${NAME}`]);
    return { hostNames: [NAME], tls: certificate };
  });
  const Bucket = bucketName('addressing');
  const Key = 'a {key}/with + and ü';
  const body = bodyOf('addressing', 500_000);
  const client = (scheme: 'http' | 'https', forcePathStyle: boolean) =>
    new S3Client({
      endpoint: `${scheme}://${NAME}:${scheme === 'http' ? at.gateway.s3.port : at.gateway.s3Tls.port}`,
      region: 'us-east-1',
      credentials: { ...at.gateway.credentials },
      forcePathStyle,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        httpAgent: { lookup },
        httpsAgent: { lookup, ca: certificate.pem },
      } as never,
    });

  beforeAll(() => at.client.send(new CreateBucketCommand({ Bucket })));
  afterAll(() => certificate[Symbol.asyncDispose]());

  test.each([
    ['http', false],
    ['http', true],
    ['https', false],
    ['https', true],
  ] as const)('%s, path style %s', async (scheme, pathStyle) => {
    const s3 = client(scheme, pathStyle);
    expect(await outcomeOf(s3.send(new HeadBucketCommand({ Bucket })))).toMatchObject({ status: 200 });
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: body }));
    expect(await outcomeOf(s3.send(new GetObjectCommand({ Bucket, Key })))).toMatchObject({
      Body: sha256(body),
    });
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map((each) => each.Key)).toEqual([Key]);
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    expect(await outcomeOf(at.direct.send(new GetObjectCommand({ Bucket, Key })))).toMatchObject({
      Body: sha256(body),
    });
    s3.destroy();
  });

  test('an unknown host name is not taken for a bucket', async () => {
    const answer = await ask(rawTargetOf(at.gateway), {
      method: 'GET',
      target: `/${Bucket}?list-type=2`,
      host: 'elsewhere.test',
    });
    expect([answer.status, elementOf(answer, 'Name')]).toEqual([200, Bucket]);
  });

  test('the forwarded host of a stranger is not believed', async () => {
    const answer = await ask(rawTargetOf(at.gateway), {
      method: 'GET',
      target: '/',
      unsignedHeaders: { 'x-forwarded-host': `${Bucket}.${NAME}` },
    });
    expect([answer.status, answer.body.includes('ListAllMyBucketsResult')]).toEqual([200, true]);
  });

  test('TLS is 1.2 or newer, and plain HTTP on its port gets no answer of S3', async () => {
    const { port } = at.gateway.s3Tls;
    const version = await new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', ca: certificate.pem, servername: NAME }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.once('error', reject);
    });
    expect(version).toBe('TLSv1.3');
    const old = new Promise((resolve, reject) => {
      connect(
        {
          port,
          host: '127.0.0.1',
          ca: certificate.pem,
          servername: NAME,
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1.1',
        },
        () => resolve('connected'),
      ).once('error', reject);
    });
    await expect(old).rejects.toThrow();
  });

  test('a client that does not trust the certificate does not talk', async () => {
    const answer = new Promise((resolve, reject) => {
      httpsRequest({ port: at.gateway.s3Tls.port, host: '127.0.0.1' }, resolve).once('error', reject).end();
    });
    await expect(answer).rejects.toThrow(/self-signed/);
  });
});
