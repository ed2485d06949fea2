// A credential bound to some buckets reaches for another one, each way that S3 knows: refused, and no byte for the store.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { elementOf } from '../support/raw-http.ts';
import type { SigningInput } from '../support/raw-sigv4.ts';
import { type ComposedGateway, composedGateway, LIMITED } from './composed-gateway.ts';

let gateway: ComposedGateway;
let before = '';

beforeAll(async () => {
  gateway = await composedGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => {
  before = gateway.store.bytes();
});

type Input = Partial<SigningInput> & { readonly target: string };

async function ask(input: Input) {
  await using connection = await gateway.connect();
  await connection.send(gateway.signed({ credentials: LIMITED, ...input }));
  const answer = await connection.answer(input.method ?? 'GET');
  return { status: answer.status, code: elementOf(answer, 'Code') };
}

const put = (target: string, headers: Record<string, string> = {}, body = ''): Input => ({
  method: 'PUT',
  target,
  headers,
  body,
});
const copy = (source: string, target = '/mine-1/k'): Input => put(target, { 'x-amz-copy-source': source });
const settings = (name: string, body: string): Input => put(`/mine-1?${name}`, {}, body);

describe('its own bucket is served', () => {
  test.each<[string, Input]>([
    ['read', { target: '/mine-1/k' }],
    ['written', put('/mine-1/k')],
    ['copied within', copy('/mine-2/k')],
    ['by host name', { target: '/k', host: 'mine-1.s3.wire' }],
  ])('%s', async (_name, input) => {
    expect((await ask(input)).status).toBe(200);
    expect(gateway.store.bytes().length).toBeGreaterThan(before.length);
  });
});

describe('another bucket is not reached', () => {
  test.each<[string, number, string, Input]>([
    ['by path', 403, 'AccessDenied', { target: '/other/k' }],
    ['by path, to list', 403, 'AccessDenied', { target: '/other?list-type=2' }],
    ['by path, to make it', 403, 'AccessDenied', put('/other')],
    ['by host name', 403, 'AccessDenied', { target: '/k', host: 'other.s3.wire' }],
    [
      'by host name, its own in the path',
      403,
      'AccessDenied',
      { target: '/mine-1/k', host: 'other.s3.wire' },
    ],
    ['by a name that begins alike', 403, 'AccessDenied', { target: '/mine/k' }],
    ['by climbing', 400, 'InvalidArgument', { target: '/mine-1/../other/k' }],
    ['by climbing, encoded', 400, 'InvalidArgument', { target: '/mine-1/%2e%2e/other/k' }],
    ['by an encoded slash', 400, 'InvalidBucketName', { target: '/mine-1%2F..%2Fother/k' }],
    ['by an empty segment', 400, 'InvalidBucketName', { target: '//other/k' }],
    ['by a copy', 403, 'AccessDenied', copy('/other/k')],
    ['by a copy without a slash', 403, 'AccessDenied', copy('other/k')],
    ['by an encoded copy', 403, 'AccessDenied', copy('other%2Fk')],
    ['by a copy that climbs', 400, 'InvalidArgument', copy('/mine-1/../other/k')],
    ['by a copy with two slashes', 400, 'InvalidArgument', copy('//other/k')],
    ['by a copy with a host', 400, 'InvalidBucketName', copy('http://store/other/k')],
    ['by a copied part', 403, 'AccessDenied', copy('/other/k', '/mine-1/k?partNumber=1&uploadId=u')],
    [
      'by multi-delete keys that climb',
      400,
      'InvalidArgument',
      {
        method: 'POST',
        target: '/mine-1?delete',
        body: '<Delete><Object><Key>../other/k</Key></Object></Delete>',
      },
    ],
    [
      'by where its logs go',
      403,
      'AccessDenied',
      settings(
        'logging',
        '<BucketLoggingStatus><LoggingEnabled><TargetBucket>other</TargetBucket></LoggingEnabled></BucketLoggingStatus>',
      ),
    ],
    ['by where its replicas go', 403, 'AccessDenied', settings('replication', '<ReplicationConfiguration/>')],
    [
      'by where its inventory goes',
      403,
      'AccessDenied',
      settings('inventory&id=i', '<InventoryConfiguration/>'),
    ],
    [
      'by where its analysis goes',
      403,
      'AccessDenied',
      settings('analytics&id=i', '<AnalyticsConfiguration/>'),
    ],
    [
      'by where a restore writes',
      501,
      'NotImplemented',
      {
        method: 'POST',
        target: '/mine-1/k?restore',
        body: '<RestoreRequest><OutputLocation><S3><BucketName>other</BucketName></S3></OutputLocation></RestoreRequest>',
      },
    ],
    [
      'by a header that names it',
      403,
      'AccessDenied',
      { target: '/mine-1/k', method: 'PUT', body: '', unsignedHeaders: { 'x-amz-copy-source': '/other/k' } },
    ],
  ])('%s', async (_name, status, code, input) => {
    expect(await ask(input)).toEqual({ status, code });
    expect(gateway.store.bytes()).toBe(before);
  });
});
