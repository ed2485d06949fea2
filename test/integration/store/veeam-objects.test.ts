// What broke Veeam at other stores, as it was reported there: objects, copies and multi-delete. Rows: veeam-rows.ts.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { bodyOf, sha256 } from '../../support/bodies.ts';
import { useGatewayedStore } from '../../support/embedded-store-fixture.ts';
import { elementOf, headerOf } from '../../support/raw-http.ts';
import { ask } from '../../support/raw-target.ts';
import { bucketName, sdk } from '../../support/s3-clients.ts';
import { errorOf, outcomeOf } from '../../support/same-answer.ts';

const at = useGatewayedStore();
let Bucket: string;

beforeAll(async () => {
  Bucket = bucketName('objects');
  await at.client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
});

async function put(Key: string, Body: string | Buffer, more: object = {}) {
  const { VersionId, ETag } = await at.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  return { Bucket, Key, VersionId, ETag };
}
const textOf = async (Key: string) =>
  (await at.client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe('row 1 (rustfs#1066, PR#1272, #1709): x-amz-version-id', () => {
  test('on each kind of write to a versioned bucket', async () => {
    const first = await put('Veeam/CheckpointHistory', 'x');
    const copy = await at.client.send(
      new CopyObjectCommand({ Bucket, Key: 'Veeam/copy', CopySource: `${Bucket}/Veeam/CheckpointHistory` }),
    );
    const { UploadId } = await at.client.send(
      new CreateMultipartUploadCommand({ Bucket, Key: 'Veeam/parts' }),
    );
    const part = { Bucket, Key: 'Veeam/parts', UploadId };
    const { ETag } = await at.client.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: 'part' }));
    const completed = await at.client.send(
      new CompleteMultipartUploadCommand({ ...part, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
    );
    const removed = await at.client.send(new DeleteObjectCommand({ Bucket, Key: 'Veeam/copy' }));
    const ids = [first, copy, completed, removed].map(({ VersionId }) => VersionId);
    expect(ids).not.toContain('null');
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^\S+$/);
    expect((await at.client.send(new GetObjectCommand({ Bucket, Key: first.Key }))).VersionId).toBe(
      first.VersionId,
    );
    expect((await at.client.send(new HeadObjectCommand({ Bucket, Key: first.Key }))).VersionId).toBe(
      first.VersionId,
    );
  });

  test('is null where versioning was suspended, and not there where it never was on', async () => {
    const suspended = bucketName('suspended');
    await at.client.send(new CreateBucketCommand({ Bucket: suspended }));
    const never = await at.client.send(new PutObjectCommand({ Bucket: suspended, Key: 'before', Body: 'x' }));
    expect(never.VersionId).toBeUndefined();
    for (const Status of ['Enabled', 'Suspended'] as const) {
      await at.client.send(
        new PutBucketVersioningCommand({ Bucket: suspended, VersioningConfiguration: { Status } }),
      );
    }
    const after = await at.client.send(new PutObjectCommand({ Bucket: suspended, Key: 'after', Body: 'x' }));
    expect(after.VersionId).toBe('null');
    const head = await at.client.send(new HeadObjectCommand({ Bucket: suspended, Key: 'before' }));
    expect(head.VersionId).toBe('null');
  });
});

describe('what was written is read at once', () => {
  test('row 14 (seaweedfs#9460): GET right behind PUT and behind DELETE, over and over', async () => {
    const Key = 'Veeam/Backup/f/Clients/{c}/{b}/Metadata/Lock/create.checkpoint/try';
    for (let round = 0; round < 60; round += 1) {
      expect(await errorOf(at.client.send(new GetObjectCommand({ Bucket, Key })))).toMatchObject({
        code: 'NoSuchKey',
      });
      const { VersionId } = await put(Key, `round ${round}`);
      expect(await textOf(Key)).toBe(`round ${round}`);
      await at.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    }
    const { Versions } = await at.client.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    expect(Versions).toBeUndefined();
  });

  test('row 13 (seaweedfs#9269): the newest version is the one that is read, on every connection', async () => {
    const Key = 'Veeam/Lock/declare';
    const others = Array.from({ length: 4 }, () => sdk(at.gateway));
    const ids: (string | undefined)[] = [];
    for (let round = 0; round < 30; round += 1) {
      const { VersionId } = await put(Key, `round ${round}`);
      ids.push(VersionId);
      const read = await Promise.all(
        others.map(async (client) => {
          const answer = await client.send(new GetObjectCommand({ Bucket, Key }));
          return `${answer.VersionId} ${await answer.Body?.transformToString()}`;
        }),
      );
      expect(new Set(read)).toEqual(new Set([`${VersionId} round ${round}`]));
    }
    // And backwards: what is under it comes up again.
    for (let round = 29; round > 0; round -= 1) {
      await at.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: ids[round] }));
      expect(await textOf(Key)).toBe(`round ${round - 1}`);
    }
    for (const client of others) client.destroy();
  });

  test('row 47 (cortx-prvsnr#4511, #4462, #4410): 64 readers at once get every byte', async () => {
    const blocks = Array.from({ length: 64 }, (_, index) => bodyOf(`block ${index}`, 512 * 1024 + index));
    await Promise.all(blocks.map((Body, index) => put(`Veeam/read/${index}.blk`, Body)));
    for (let round = 0; round < 3; round += 1) {
      const read = await Promise.all(
        blocks.map(async (_, index) => {
          const { Body } = await at.client.send(
            new GetObjectCommand({ Bucket, Key: `Veeam/read/${index}.blk` }),
          );
          return sha256((await Body?.transformToByteArray()) ?? '');
        }),
      );
      expect(read).toEqual(blocks.map((block) => sha256(block)));
    }
  });

  test('row 49 (docs-content#3447): 256 uploads at once and none is told to slow down', async () => {
    const wide = sdk(at.gateway, {});
    const outcomes = await Promise.all(
      Array.from({ length: 256 }, (_, index) =>
        outcomeOf(
          wide.send(new PutObjectCommand({ Bucket, Key: `Veeam/wide/${index}`, Body: 'x'.repeat(20_000) })),
        ),
      ),
    );
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200]));
    wide.destroy();
  });
});

describe('markers', () => {
  test('row 17 (minio#12630): GET of a marker by its id is 405 and says so, of its key 404', async () => {
    const Key = 'Veeam/Archive/f/1.aa.blk';
    await put(Key, 'x');
    const { VersionId } = await at.client.send(new DeleteObjectCommand({ Bucket, Key }));
    for (const method of ['GET', 'HEAD']) {
      const byId = await ask(at.target, { method, target: `/${Bucket}/${Key}?versionId=${VersionId}` });
      expect([byId.status, headerOf(byId, 'x-amz-delete-marker')]).toEqual([405, 'true']);
      if (method === 'GET') expect(elementOf(byId, 'Code')).toBe('MethodNotAllowed');
      const byKey = await ask(at.target, { method, target: `/${Bucket}/${Key}` });
      expect([byKey.status, headerOf(byKey, 'x-amz-delete-marker')]).toEqual([404, 'true']);
      expect(headerOf(byKey, 'x-amz-version-id')).toBe(VersionId);
    }
  });
});

describe('metadata', () => {
  test('row 18 (minio PR#9697): names come back in lower case, values as they were', async () => {
    const answer = await ask(at.target, {
      method: 'PUT',
      target: `/${Bucket}/Veeam/meta`,
      headers: { 'x-amz-meta-mixedcase': 'Value Kept', 'x-amz-meta-empty': '' },
      body: 'x',
    });
    expect(answer.status).toBe(200);
    const read = await ask(at.target, { method: 'HEAD', target: `/${Bucket}/Veeam/meta` });
    const meta = read.headers.filter(([name]) => name.toLowerCase().startsWith('x-amz-meta-'));
    expect(meta.toSorted()).toEqual([
      ['x-amz-meta-empty', ''],
      ['x-amz-meta-mixedcase', 'Value Kept'],
    ]);
    await put('Veeam/upper', 'x', { Metadata: { UpperCase: 'Yes' } });
    const { Metadata } = await at.client.send(new HeadObjectCommand({ Bucket, Key: 'Veeam/upper' }));
    expect(Metadata).toEqual({ uppercase: 'Yes' });
  });

  test('row 24 (minio#19748): no storage class but STANDARD is taken', async () => {
    await put('Veeam/standard', 'x', { StorageClass: 'STANDARD' });
    for (const StorageClass of ['GLACIER', 'STANDARD_IA', 'REDUCED_REDUNDANCY', 'CUSTOM']) {
      const refused = at.client.send(
        new PutObjectCommand({ Bucket, Key: 'Veeam/class', Body: 'x', StorageClass: StorageClass as never }),
      );
      expect(await errorOf(refused)).toEqual({ code: 'InvalidStorageClass', status: 400 });
    }
    const head = await at.client.send(new HeadObjectCommand({ Bucket, Key: 'Veeam/standard' }));
    expect(head.StorageClass ?? 'STANDARD').toBe('STANDARD');
  });
});

describe('conditional writes', () => {
  const conditional = async (Key: string, conditions: object) =>
    outcomeOf(at.client.send(new PutObjectCommand({ Bucket, Key, Body: 'new', ...conditions })));

  test('row 56 (versitygw#1708, #2183, storj/edge#564): If-None-Match', async () => {
    expect(await conditional('Veeam/once', { IfNoneMatch: '*' })).toMatchObject({ status: 200 });
    expect(await conditional('Veeam/once', { IfNoneMatch: '*' })).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
    });
    expect(await conditional('Veeam/once', { IfNoneMatch: '"0123"' })).toMatchObject({
      status: 501,
      code: 'NotImplemented',
    });
    // A marker is as good as nothing.
    await at.client.send(new DeleteObjectCommand({ Bucket, Key: 'Veeam/once' }));
    expect(await conditional('Veeam/once', { IfNoneMatch: '*' })).toMatchObject({ status: 200 });
  });

  test('row 56 (versitygw#1708): of many that race with If-None-Match one wins', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, () => conditional('Veeam/race', { IfNoneMatch: '*' })),
    );
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412 || status === 409)).toHaveLength(23);
    const { Versions } = await at.client.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: 'Veeam/race' }),
    );
    expect(Versions).toHaveLength(1);
  });

  test('row 26 (versitygw#1637): a checkpoint is copied and rewritten, with conditions too', async () => {
    const checkpoint = await put('Veeam/Checkpoint', 'checkpoint');
    const CopySource = `${Bucket}/${checkpoint.Key}`;
    await at.client.send(new CopyObjectCommand({ Bucket, Key: 'Veeam/Checkpoint.copy', CopySource }));
    expect(await textOf('Veeam/Checkpoint.copy')).toBe('checkpoint');
    await at.client.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'Veeam/Checkpoint.old',
        CopySource: `${CopySource}?versionId=${checkpoint.VersionId}`,
        CopySourceIfMatch: checkpoint.ETag,
      }),
    );
    const stale = new CopyObjectCommand({
      Bucket,
      Key: 'Veeam/no',
      CopySource,
      CopySourceIfMatch: '"stale"',
    });
    expect(await errorOf(at.client.send(stale))).toEqual({ code: 'PreconditionFailed', status: 412 });
    expect(await conditional(checkpoint.Key, { IfMatch: checkpoint.ETag })).toMatchObject({ status: 200 });
    expect(await conditional(checkpoint.Key, { IfMatch: checkpoint.ETag })).toMatchObject({ status: 412 });
    expect(await conditional('Veeam/absent', { IfMatch: checkpoint.ETag })).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
    });
    expect(await textOf(checkpoint.Key)).toBe('new');
  });
});

describe('multi-delete', () => {
  const remove = (body: string, headers: Record<string, string>) =>
    ask(at.target, { method: 'POST', target: `/${Bucket}?delete`, headers, body });
  const deleteXml = (keys: readonly string[]) =>
    `<Delete>${keys.map((key) => `<Object><Key>${key.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</Key></Object>`).join('')}</Delete>`;
  const crc32Of = (text: string) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(text));
    return bytes.toString('base64');
  };
  const md5Of = (text: string) => createHash('md5').update(text).digest('base64');

  test('row 39 (MaxIOFS): keys in its XML are taken as they are, not decoded once more', async () => {
    const keys = ['a%20b', 'a b', 'a+b', '%2F', 'c%2Fd', 'c/d', '100%', '&amp;', '<&>', '{0b1c}/%7B'];
    for (const Key of keys) await put(`Veeam/enc/${Key}`, Key);
    for (const [index, Key] of keys.entries()) {
      const { Deleted, Errors } = await at.client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: `Veeam/enc/${Key}` }] } }),
      );
      expect(Errors).toBeUndefined();
      expect(Deleted?.map((each) => each.Key)).toEqual([`Veeam/enc/${Key}`]);
      for (const [other, otherKey] of keys.entries()) {
        const there = await outcomeOf(
          at.client.send(new HeadObjectCommand({ Bucket, Key: `Veeam/enc/${otherKey}` })),
        );
        expect([otherKey, there['status']]).toEqual([otherKey, other <= index ? 404 : 200]);
      }
    }
  });

  test('row 42 (cloudserver#6267): a checksum of its XML is of the XML, and not of the markers it makes', async () => {
    await put('Veeam/sum/a', 'x');
    await put('Veeam/sum/b', 'x');
    const body = deleteXml(['Veeam/sum/a', 'Veeam/sum/b', 'Veeam/sum/never there']);
    const answer = await remove(body, {
      'x-amz-checksum-crc32': crc32Of(body),
      'x-amz-sdk-checksum-algorithm': 'CRC32',
    });
    expect(answer.status).toBe(200);
    expect(answer.body.toString().match(/<DeleteMarker>true<\/DeleteMarker>/g)).toHaveLength(3);
    expect(answer.body.toString()).not.toContain('<Error>');
    const wrong = await remove(body, { 'x-amz-checksum-crc32': crc32Of(`${body} `) });
    expect([wrong.status, elementOf(wrong, 'Code')]).toEqual([400, 'BadDigest']);
    const page = await at.client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'Veeam/sum/' }));
    expect(page.DeleteMarkers).toHaveLength(3);
  });

  test.each<[string, (body: string) => Record<string, string>]>([
    ['CRC32 alone', (body) => ({ 'x-amz-checksum-crc32': crc32Of(body) })],
    ['Content-MD5 alone', (body) => ({ 'content-md5': md5Of(body) })],
    ['both', (body) => ({ 'x-amz-checksum-crc32': crc32Of(body), 'content-md5': md5Of(body) })],
    [
      'SHA-256 alone',
      (body) => ({ 'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64') }),
    ],
  ])(
    'row 55 (minio#20845, public-cloud-roadmap#763, barman#1114): it is taken with %s',
    async (_, headers) => {
      await put('Veeam/digest', 'x');
      const body = deleteXml(['Veeam/digest']);
      const answer = await remove(body, headers(body));
      expect([answer.status, elementOf(answer, 'Key')]).toEqual([200, 'Veeam/digest']);
      expect(
        await errorOf(at.client.send(new GetObjectCommand({ Bucket, Key: 'Veeam/digest' }))),
      ).toMatchObject({
        status: 404,
      });
    },
  );

  test('row 44 (cloudserver#5195): a thousand versions in one call, each told of', {
    timeout: 120_000,
  }, async () => {
    const versions = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        put(`Veeam/mass/${index}`, 'x'.repeat(index % 2 ? 10 : 20_000)),
      ),
    );
    const Objects = versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
    const { Deleted, Errors } = await at.client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
    );
    expect(Errors).toBeUndefined();
    expect(Deleted?.map(({ Key, VersionId }) => `${Key} ${VersionId}`).sort()).toEqual(
      Objects.map(({ Key, VersionId }) => `${Key} ${VersionId}`).sort(),
    );
    const left = await at.client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'Veeam/mass/' }));
    expect([left.Versions, left.DeleteMarkers]).toEqual([undefined, undefined]);
  });
});
