// Many clients at a time, so that more than one worker has a part in it: what one worker wrote another deletes.
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { bodyOf } from '../../support/bodies.ts';
import { sdk } from '../../support/s3-clients.ts';
import { MIB, type Scene, type Step } from './scene.ts';

const CLIENTS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

export const CROWD_STEPS: readonly Step[] = [
  { does: 'eight clients write 2 MiB each', run: (scene) => everybodyPuts(scene, 2, (n) => `key ${n}`) },
  {
    does: 'eight clients overwrite what another wrote',
    run: (scene) => everybodyPuts(scene, 3, (n) => `key ${7 - n}`),
  },
  { does: 'eight clients write one key at once', run: (scene) => everybodyPuts(scene, 2, () => 'contended') },
  {
    does: 'one client deletes half of it',
    async run({ client, plain: Bucket }) {
      const Objects = CLIENTS.slice(4).map((n) => ({ Key: `key ${n}` }));
      const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(Deleted).toHaveLength(4);
    },
  },
  {
    does: 'an upload whose parts come from many clients',
    async run(scene) {
      await scene.begin(scene.plain, 'parts');
      const numbers = [1, 2, 3, 4];
      const parts = await Promise.all(numbers.map((number) => scene.part(scene.plain, 'parts', number, 5)));
      await scene.complete(scene.plain, 'parts', parts);
    },
  },
  {
    does: 'ten times: two clients write parts, a third makes them an object, a fourth deletes it',
    async run(scene) {
      for (let turn = 0; turn < 10; turn += 1) {
        const Key = `short-lived ${turn}`;
        await scene.begin(scene.plain, Key);
        const parts = await Promise.all([1, 2].map((number) => scene.part(scene.plain, Key, number, 5)));
        await scene.complete(scene.plain, Key, parts);
        await byAnother(scene, (client) =>
          client.send(new DeleteObjectCommand({ Bucket: scene.plain, Key })),
        );
      }
    },
  },
  {
    does: 'ten times: one client writes, the next overwrites it at once, the last deletes it',
    async run(scene) {
      for (let turn = 0; turn < 10; turn += 1) {
        const place = { Bucket: scene.plain, Key: `soon gone ${turn}` };
        for (const mebibytes of [3, 2]) {
          const Body = bodyOf(`${mebibytes}`, mebibytes * MIB);
          await byAnother(scene, (client) => client.send(new PutObjectCommand({ ...place, Body })));
        }
        await byAnother(scene, (client) => client.send(new DeleteObjectCommand(place)));
      }
    },
  },
];

/** Over a connection of its own, which any worker may get. */
async function byAnother({ gateway }: Scene, call: (client: S3Client) => Promise<unknown>): Promise<void> {
  const client = sdk(gateway);
  await call(client);
  client.destroy();
}

/** A client each, and so a connection each: the kernel gives it to any worker. */
async function everybodyPuts(
  { gateway, plain: Bucket }: Scene,
  mebibytes: number,
  keyOf: (client: number) => string,
): Promise<void> {
  await Promise.all(
    CLIENTS.map(async (number) => {
      const client = sdk(gateway);
      const Body = bodyOf(`client ${number}`, mebibytes * MIB);
      await client.send(new PutObjectCommand({ Bucket, Key: keyOf(number), Body }));
      client.destroy();
    }),
  );
}
