// The two documents, as Veeam and others read them, from a gateway with fixed numbers.

import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { useGateway } from '../support/gateway-fixture.ts';
import { elementOf, headerOf } from '../support/raw-http.ts';
import { ask, rawTargetOf } from '../support/raw-target.ts';
import { bucketName, sdk, VEEAM_USER_AGENT } from '../support/s3-clients.ts';
import { errorOf, outcomeOf } from '../support/same-answer.ts';
import { differenceOf } from '../support/store-differences.ts';
import { describeOnEachStore } from '../support/stores.ts';
import { waitFor } from '../support/wait.ts';

const PREFIX = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c';
const SYSTEM = `${PREFIX}/system.xml`;
const CAPACITY = `${PREFIX}/capacity.xml`;
const TIB = 1024n ** 4n;

describeOnEachStore('SOSAPI', (store) => {
  const off = bucketName('off');
  const quota = bucketName('quota');
  const at = useGateway(store, {
    capacity: { source: 'static', capacity: '10TiB', used: '1TiB' },
    buckets: [
      { match: off, backend: store.name, sosapi: false },
      { match: quota, backend: store.name, quota: '2TiB' },
      { match: '*', backend: store.name },
    ],
    config: { sosapi: { modelName: 'Test & Model' } },
  });
  const Bucket = bucketName('sosapi');
  const read = async (Key: string, of = at.client, inBucket = Bucket) => {
    const { Body } = await of.send(new GetObjectCommand({ Bucket: inBucket, Key }));
    return (await Body?.transformToString()) ?? '';
  };

  beforeAll(async () => {
    for (const name of [Bucket, off, quota]) await at.client.send(new CreateBucketCommand({ Bucket: name }));
  });

  test.each([
    ['Veeam', VEEAM_USER_AGENT],
    ['anyone', 'curl/8'],
  ])('%s reads both documents', async (_, userAgent) => {
    const client = sdk(at.gateway, { userAgent });
    expect(await read(SYSTEM, client)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><SystemInfo><ProtocolVersion>"1.0"</ProtocolVersion><ModelName>"Test &amp; Model"</ModelName>' +
        '<ProtocolCapabilities><CapacityInfo>true</CapacityInfo><UploadSessions>false</UploadSessions><IAMSTS>false</IAMSTS></ProtocolCapabilities></SystemInfo>',
    );
    expect(await read(CAPACITY, client)).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><CapacityInfo><Capacity>${10n * TIB}</Capacity><Available>${9n * TIB}</Available><Used>${TIB}</Used></CapacityInfo>`,
    );
    client.destroy();
  });

  test('nothing of them is at the store, and the lists show nothing', async () => {
    if (!differenceOf(store, 'hasSosapiOfItsOwn')) {
      expect(await errorOf(at.direct.send(new GetObjectCommand({ Bucket, Key: SYSTEM })))).toMatchObject({
        status: 404,
      });
    }
    for (const of of [at.client, at.direct]) {
      expect((await of.send(new ListObjectsV2Command({ Bucket }))).Contents).toBeUndefined();
      expect((await of.send(new ListObjectVersionsCommand({ Bucket }))).Versions).toBeUndefined();
    }
  });

  describe.each([SYSTEM, CAPACITY])('%s as an object', (Key) => {
    test('has the headers of one', async () => {
      const body = await read(Key);
      const head = await at.client.send(new HeadObjectCommand({ Bucket, Key }));
      expect(head).toMatchObject({
        ContentType: 'application/xml',
        ContentLength: Buffer.byteLength(body),
        ETag: `"${createHash('md5').update(body).digest('hex')}"`,
      });
      expect(head.LastModified).toBeInstanceOf(Date);
      const again = await at.client.send(new HeadObjectCommand({ Bucket, Key }));
      expect(again.LastModified).toEqual(head.LastModified);
    });

    test('gives ranges', async () => {
      const body = Buffer.from(await read(Key));
      const range = (Range: string) =>
        outcomeOf(at.client.send(new GetObjectCommand({ Bucket, Key, Range })));
      expect(await range('bytes=6-12')).toMatchObject({
        status: 206,
        ContentRange: `bytes 6-12/${body.length}`,
        ContentLength: 7,
      });
      expect(await range('bytes=-5')).toMatchObject({ status: 206, ContentLength: 5 });
      expect(await range(`bytes=${body.length}-`)).toMatchObject({ status: 416, code: 'InvalidRange' });
    });

    test('honours conditions', async () => {
      const { ETag, LastModified } = await at.client.send(new HeadObjectCommand({ Bucket, Key }));
      const get = (conditions: object) =>
        outcomeOf(at.client.send(new GetObjectCommand({ Bucket, Key, ...conditions })));
      expect(await get({ IfNoneMatch: ETag })).toMatchObject({ status: 304 });
      expect(await get({ IfNoneMatch: '"other"' })).toMatchObject({ status: 200 });
      expect(await get({ IfMatch: '"other"' })).toMatchObject({ status: 412, code: 'PreconditionFailed' });
      expect(await get({ IfModifiedSince: LastModified })).toMatchObject({ status: 304 });
      expect(await get({ IfUnmodifiedSince: new Date(0) })).toMatchObject({ status: 412 });
    });

    test('is read on a connection that goes on', async () => {
      const target = rawTargetOf(at.gateway);
      const answer = await ask(target, { method: 'GET', target: `/${Bucket}/${Key}` });
      expect(answer.status).toBe(200);
      expect(headerOf(answer, 'content-length')).toBe(String(answer.body.length));
      expect(headerOf(answer, 'x-amz-request-id')).toBeTruthy();
    });
  });

  test.each([`${PREFIX}/`, `${PREFIX}/System.xml`, `${PREFIX}/other.xml`, `${PREFIX}/system.xml/`])(
    'the unknown key %s is NoSuchKey, stays here and is logged',
    async (Key) => {
      at.tap.forget();
      expect(await errorOf(at.client.send(new GetObjectCommand({ Bucket, Key })))).toEqual({
        code: 'NoSuchKey',
        status: 404,
      });
      expect(at.tap.sent).not.toContain(PREFIX);
      await waitFor(() => at.gateway.output().includes(Key), {
        what: 'the probe in the log',
        timeoutMs: 2000,
      });
    },
  );

  test.each(['system.xml', `x${SYSTEM}`, `folder/${SYSTEM}`])(
    'the key %s is an ordinary one',
    async (Key) => {
      at.tap.forget();
      expect(await errorOf(at.client.send(new GetObjectCommand({ Bucket, Key })))).toEqual({
        code: 'NoSuchKey',
        status: 404,
      });
      expect(at.tap.bytesToStore).toBeGreaterThan(0);
    },
  );

  test('the reserved key in other spellings of its bytes is the same key', async () => {
    const target = `/${Bucket}/%2Esystem-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c%2Fsystem.xml`;
    const answer = await ask(rawTargetOf(at.gateway), { method: 'GET', target });
    expect([answer.status, elementOf(answer, 'ProtocolVersion')]).toEqual([200, '"1.0"']);
  });

  test('a bucket that is not there has none', async () => {
    const gone = { Bucket: bucketName('absent'), Key: CAPACITY };
    expect(await errorOf(at.client.send(new GetObjectCommand(gone)))).toEqual({
      code: 'NoSuchBucket',
      status: 404,
    });
  });

  test('a bucket made later has them', async () => {
    const later = bucketName('later');
    await errorOf(at.client.send(new GetObjectCommand({ Bucket: later, Key: SYSTEM })));
    await at.client.send(new CreateBucketCommand({ Bucket: later }));
    expect(await read(SYSTEM, at.client, later)).toContain('<SystemInfo>');
  });

  test('a quota is the capacity', async () => {
    expect(await read(CAPACITY, at.client, quota)).toContain(
      `<Capacity>${2n * TIB}</Capacity><Available>${TIB}</Available><Used>${TIB}</Used>`,
    );
  });

  test('switched off, there are none, not even those that the store has of its own', async () => {
    for (const Key of [SYSTEM, CAPACITY]) {
      const get = at.client.send(new GetObjectCommand({ Bucket: off, Key }));
      expect(await errorOf(get)).toEqual({ code: 'NoSuchKey', status: 404 });
    }
  });
});
