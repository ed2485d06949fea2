// What a client does in a bucket without versions: what is written takes the place of what was there.
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { bodyOf, streamOf } from '../../support/bodies.ts';
import { RawConnection } from '../../support/raw-http.ts';
import { requestBytes, signed } from '../../support/raw-sigv4.ts';
import { inputFor, rawTargetOf } from '../../support/raw-target.ts';
import { sdk } from '../../support/s3-clients.ts';
import { errorOf, outcomeOf } from '../../support/same-answer.ts';
import { MIB, type Scene, type Step } from './scene.ts';

/** A key that must be escaped in a path, in a query and in XML alike. */
const ODD_KEY = 'Backups/Müller & Söhne/100% + more (é)/block "1".blk';

export const PLAIN_STEPS: readonly Step[] = [
  { does: 'puts 5 MiB', run: (scene) => scene.put(scene.plain, 'one', 5) },
  { does: 'overwrites them with 3 MiB', run: (scene) => scene.put(scene.plain, 'one', 3) },
  { does: 'overwrites them with 7 MiB', run: (scene) => scene.put(scene.plain, 'one', 7) },
  { does: 'puts the same 7 MiB again', run: (scene) => scene.put(scene.plain, 'one', 7) },
  { does: 'puts 4 MiB under a key that is escaped', run: (scene) => scene.put(scene.plain, ODD_KEY, 4) },
  {
    does: 'puts 6 MiB out of a stream, in aws-chunked encoding',
    async run({ gateway, plain }) {
      const client = sdk(gateway, { requestChecksumCalculation: 'WHEN_SUPPORTED' });
      const Body = streamOf('stream', 6 * MIB);
      await client.send(new PutObjectCommand({ Bucket: plain, Key: 'stream', Body, ContentLength: 6 * MIB }));
      client.destroy();
    },
  },
  {
    does: 'puts 5 MiB that are refused, with the MD5 of something else',
    async run({ client, plain }) {
      const input = { Bucket: plain, Key: 'refused', Body: bodyOf('refused', 5 * MIB) };
      const refused = client.send(new PutObjectCommand({ ...input, ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }));
      expect(await errorOf(refused)).toMatchObject({ status: 400 });
    },
  },
  { does: 'puts 6 MiB and breaks off half-way', run: breakOff },
  {
    does: 'puts on condition that there is nothing, and there is',
    async run({ client, plain }) {
      const input = { Bucket: plain, Key: 'one', Body: bodyOf('condition', 2 * MIB) };
      // RGW 16 writes all the same: the truth then is 2 MiB.
      await outcomeOf(client.send(new PutObjectCommand({ ...input, IfNoneMatch: '*' })));
    },
  },
  { does: 'puts an object to copy', run: (scene) => scene.put(scene.plain, 'source', 8) },
  {
    does: 'copies 8 MiB to a new key',
    async run({ client, plain }) {
      await client.send(new CopyObjectCommand({ Bucket: plain, Key: 'copy', CopySource: `${plain}/source` }));
    },
  },
  {
    does: 'copies 4 MiB over the 8 MiB',
    async run({ client, plain }) {
      const CopySource = `${plain}/${encodeURIComponent(ODD_KEY)}`;
      await client.send(new CopyObjectCommand({ Bucket: plain, Key: 'copy', CopySource }));
    },
  },
  {
    does: 'copies an object onto itself with other metadata',
    async run({ client, plain }) {
      const input = { Bucket: plain, Key: 'source', CopySource: `${plain}/source` };
      await client.send(
        new CopyObjectCommand({ ...input, MetadataDirective: 'REPLACE', Metadata: { changed: 'yes' } }),
      );
    },
  },
  {
    does: 'copies what is not there',
    async run({ client, plain }) {
      const copy = new CopyObjectCommand({ Bucket: plain, Key: 'copy', CopySource: `${plain}/nothing` });
      expect(await errorOf(client.send(copy))).toMatchObject({ status: 404 });
    },
  },
  { does: 'deletes 6 MiB', run: (scene) => remove(scene, 'stream') },
  { does: 'deletes them again', run: (scene) => remove(scene, 'stream') },
  { does: 'deletes what never was', run: (scene) => remove(scene, 'never') },
  {
    does: 'deletes two of three in one call, the third is missing',
    async run({ client, plain }) {
      const Objects = [{ Key: ODD_KEY }, { Key: 'missing' }, { Key: 'copy' }];
      const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket: plain, Delete: { Objects } }));
      expect(Deleted).toHaveLength(3);
    },
  },
  { does: 'writes a deleted key again', run: (scene) => scene.put(scene.plain, 'copy', 3) },
  {
    does: 'deletes in one call that is quiet, one key named twice',
    async run({ client, plain }) {
      const Objects = [{ Key: 'copy' }, { Key: 'copy' }, { Key: 'missing' }];
      const { Errors } = await client.send(
        new DeleteObjectsCommand({ Bucket: plain, Delete: { Objects, Quiet: true } }),
      );
      expect(Errors).toBeUndefined();
    },
  },
];

async function remove({ client, plain }: Scene, Key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: plain, Key }));
}

async function breakOff({ gateway, plain }: Scene): Promise<void> {
  const target = rawTargetOf(gateway);
  const body = bodyOf('half', 6 * MIB);
  const input = inputFor(target, { method: 'PUT', target: `/${plain}/half`, body });
  const bytes = requestBytes(signed(input));
  await using connection = await RawConnection.open({ host: target.hostName, port: target.port });
  await connection.send(bytes.subarray(0, bytes.length - 3 * MIB));
  connection.drop();
}
