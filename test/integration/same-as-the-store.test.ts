// Raw requests to the gateway and to the store side by side: status, headers and body, less what differs by nature.
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { useGateway } from '../support/gateway-fixture.ts';
import type { RawAnswer } from '../support/raw-http.ts';
import { ask, rawTargetOf } from '../support/raw-target.ts';
import { bucketName, targetOf } from '../support/s3-clients.ts';
import { describeOnEachStore } from '../support/stores.ts';

// Hop by hop (RFC 9110, 7.6.1), or new for each answer.
const NOT_COMPARED = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'date',
  'x-amz-request-id',
  'x-amz-id-2',
];
// New for each answer; RGW also names the host it was asked by.
const ELEMENTS_NOT_COMPARED = /<(RequestId|HostId|Resource)>.*?<\/\1>/g;

function comparable({ status, reason, headers, body }: RawAnswer) {
  const told = headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !NOT_COMPARED.includes(name))
    // Ids of errors differ in length between two answers of one store.
    .filter(([name]) => status < 400 || name !== 'content-length')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { status, reason, headers: told, body: body.toString('latin1').replace(ELEMENTS_NOT_COMPARED, '') };
}

describeOnEachStore('an answer is the store’s own', (store) => {
  const at = useGateway(store);
  const bucket = bucketName('same');

  beforeAll(async () => {
    await at.client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
    const put = {
      Bucket: bucket,
      Key: 'a/{k} +',
      Body: '0123456789',
      Metadata: { Case: 'Kept?' },
      ContentType: 'x/y',
    };
    await at.client.send(new PutObjectCommand(put));
  });

  const key = 'a/%7Bk%7D%20%2B';
  test.each<[string, string, Readonly<Record<string, string>>?]>([
    ['GET', `/@/${key}`],
    ['HEAD', `/@/${key}`],
    ['GET', `/@/${key}`, { range: 'bytes=2-5' }],
    ['GET', `/@/${key}`, { range: 'bytes=20-' }],
    ['GET', `/@/${key}`, { range: 'bytes=a-b' }],
    ['GET', `/@/${key}`, { range: 'bytes=0-1,3-4' }],
    ['GET', `/@/${key}`, { 'if-none-match': '*' }],
    ['GET', `/@/${key}?response-content-type=text%2Fplain&response-cache-control=no-store`],
    ['GET', `/@/${key}?versionId=none`],
    ['GET', `/@/${key}?tagging`],
    ['GET', `/@/${key}?retention`],
    ['GET', `/@/${key}?legal-hold`],
    ['GET', `/@/${key}?acl`],
    ['GET', `/@/${key}?uploadId=none`],
    ['GET', '/@/absent'],
    ['HEAD', '/@/absent'],
    ['DELETE', '/@/absent?versionId=null'],
    ['GET', '/@?list-type=2&prefix=a%2F&delimiter=%2F'],
    ['GET', '/@?list-type=2&prefix=a/&encoding-type=url'],
    ['GET', '/@/?list-type=2'],
    ['GET', '/@'],
    ['HEAD', '/@'],
    ['GET', '/@?versions'],
    ['GET', '/@?versioning'],
    ['GET', '/@?location='],
    ['GET', '/@?object-lock'],
    ['GET', '/@?policy'],
    ['GET', '/@?lifecycle'],
    ['GET', '/@?tagging'],
    ['GET', '/@?acl'],
    ['GET', '/@?uploads'],
    ['GET', '/@?list-type=2&max-keys=abc'],
    ['GET', '/no-such-bucket-anywhere/key'],
    ['GET', '/no-such-bucket-anywhere?list-type=2'],
  ])('%s %s %j', async (method, target, headers = {}) => {
    const input = { method, target: target.replace('@', bucket), headers };
    const through = await ask(rawTargetOf(at.gateway), input);
    const own = await ask(rawTargetOf(targetOf(store)), input);
    expect(comparable(through)).toEqual(comparable(own));
    expect(through.headers.filter(([name]) => name.toLowerCase() === 'x-amz-request-id')).toHaveLength(1);
    expect(through.truncated).toBe(false);
  });
});
