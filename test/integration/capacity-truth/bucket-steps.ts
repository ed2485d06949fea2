// What a client does with whole buckets: one that is made again under its old name begins at nothing.
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { errorOf } from '../../support/same-answer.ts';
import type { Step } from './scene.ts';

export const BUCKET_STEPS: readonly Step[] = [
  {
    does: 'tries to delete a bucket that is not empty',
    async run({ client, plain: Bucket }) {
      expect(await errorOf(client.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({
        code: 'BucketNotEmpty',
      });
    },
  },
  { does: 'empties it', run: (scene) => scene.empty(scene.plain) },
  {
    does: 'deletes it and makes it again',
    async run(scene) {
      await scene.deleteBucket(scene.plain);
      await scene.client.send(new CreateBucketCommand({ Bucket: scene.plain }));
    },
  },
  { does: 'puts 5 MiB into the new one', run: (scene) => scene.put(scene.plain, 'one', 5) },
  {
    does: 'empties the bucket with versions, deletes it, makes it again with versions and writes 4 MiB',
    async run(scene) {
      const { client, versioned: Bucket } = scene;
      await scene.empty(Bucket);
      await scene.deleteBucket(Bucket);
      await client.send(new CreateBucketCommand({ Bucket }));
      await scene.setVersioning('Enabled');
      await scene.put(Bucket, 'key', 4);
    },
  },
];
