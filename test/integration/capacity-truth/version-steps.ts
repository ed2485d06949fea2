// What a client does in a bucket with versions: a delete hides, and only a version that is named goes.
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import type { Scene, Step } from './scene.ts';

export const VERSION_STEPS: readonly Step[] = [
  { does: 'writes a version of 3 MiB', run: (scene) => put(scene, 3, 'v3') },
  { does: 'writes a second one of 4 MiB', run: (scene) => put(scene, 4, 'v4') },
  { does: 'writes a third one of 5 MiB', run: (scene) => put(scene, 5, 'v5') },
  {
    does: 'deletes the key: a marker is made',
    async run(scene) {
      const { client, versioned: Bucket } = scene;
      const { DeleteMarker, VersionId } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
      expect(DeleteMarker).toBe(true);
      scene.remember('marker', VersionId);
    },
  },
  { does: 'deletes the version of 4 MiB', run: (scene) => remove(scene, 'v4') },
  { does: 'deletes it again', run: (scene) => remove(scene, 'v4') },
  { does: 'deletes the marker', run: (scene) => remove(scene, 'marker') },
  {
    does: 'copies the version of 3 MiB, which is not the current one',
    async run(scene) {
      const { client, versioned: Bucket } = scene;
      const CopySource = `${Bucket}/key?versionId=${scene.recall('v3')}`;
      await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
      // RGW 16 does not say the version's id in the answer to a copy.
      const { VersionId } = await client.send(new HeadObjectCommand({ Bucket, Key: 'copy' }));
      scene.remember('copied', VersionId);
    },
  },
  {
    does: 'copies it into the bucket without versions',
    async run(scene) {
      const { client, versioned, plain: Bucket } = scene;
      const CopySource = `${versioned}/key?versionId=${scene.recall('v3')}`;
      await client.send(new CopyObjectCommand({ Bucket, Key: 'from versioned', CopySource }));
    },
  },
  {
    does: 'deletes two versions, a missing one and a key in one call',
    async run(scene) {
      const { client, versioned: Bucket } = scene;
      const Objects = [
        { Key: 'key', VersionId: scene.recall('v3') },
        { Key: 'copy', VersionId: scene.recall('copied') },
        { Key: 'key', VersionId: scene.recall('v4') },
        { Key: 'key' },
      ];
      await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    },
  },
  { does: 'writes 2 MiB before versioning is suspended', run: (scene) => put(scene, 2, 'v2') },
  {
    does: 'suspends versioning and writes 6 MiB',
    async run(scene) {
      await scene.setVersioning('Suspended');
      await scene.put(scene.versioned, 'key', 6);
    },
  },
  {
    does: 'writes 3 MiB in place of those 6 MiB',
    run: (scene) => scene.put(scene.versioned, 'key', 3),
  },
  {
    does: 'deletes the key while versioning is suspended: a marker takes the place of the 3 MiB',
    async run({ client, versioned: Bucket }) {
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
    },
  },
  {
    does: 'writes 4 MiB, and enables versioning and writes 5 MiB beside them',
    async run(scene) {
      await scene.put(scene.versioned, 'key', 4);
      await scene.setVersioning('Enabled');
      await scene.put(scene.versioned, 'key', 5, { as: 'after' });
    },
  },
  {
    does: 'deletes the version named null',
    async run({ client, versioned: Bucket }) {
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'key', VersionId: 'null' }));
    },
  },
];

async function put(scene: Scene, mebibytes: number, as: string): Promise<void> {
  await scene.put(scene.versioned, 'key', mebibytes, { as });
}

async function remove(scene: Scene, name: string): Promise<void> {
  const { client, versioned: Bucket } = scene;
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'key', VersionId: scene.recall(name) }));
}
