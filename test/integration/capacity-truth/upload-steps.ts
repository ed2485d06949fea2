// What a client does with multipart uploads: parts take room before there is an object, on stores that count them.
import { AbortMultipartUploadCommand, DeleteObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { outcomeOf } from '../../support/same-answer.ts';
import { MIB, type Part, type Scene, type Step } from './scene.ts';

/** Made anew for each sequence: later steps complete what earlier ones uploaded. */
export function uploadSteps(): readonly Step[] {
  const parts = new Map<number, Part>();
  let copied: readonly Part[] = [];
  const upload = async (scene: Scene, number: number, mebibytes: number) => {
    parts.set(number, await scene.part(scene.plain, 'parts', number, mebibytes));
  };
  const chosen = (...numbers: readonly number[]): Part[] =>
    numbers.map((number) => parts.get(number) ?? { PartNumber: number, ETag: '"0"' });

  return [
    { does: 'begins an upload', run: (scene) => scene.begin(scene.plain, 'parts') },
    { does: 'uploads part 1 of 6 MiB', run: (scene) => upload(scene, 1, 6) },
    { does: 'uploads part 2 of 5 MiB', run: (scene) => upload(scene, 2, 5) },
    {
      does: 'uploads part 1 again, 9 MiB now',
      async run(scene) {
        await upload(scene, 1, 9);
        scene.replacedPart(scene.plain, 6);
      },
    },
    { does: 'uploads part 3 of 4 MiB', run: (scene) => upload(scene, 3, 4) },
    {
      does: 'tries to complete it with a part that is not there',
      async run(scene) {
        const refused = scene.complete(scene.plain, 'parts', chosen(1, 2, 7)).then(() => ({}));
        expect((await outcomeOf(refused))['status']).toBe(400);
      },
    },
    {
      does: 'completes it and leaves part 3 out',
      async run(scene) {
        const two = scene.complete(scene.plain, 'parts', chosen(1, 2)).then(() => ({}));
        // RGW 16 takes all parts or none: InvalidPart.
        if ('code' in (await outcomeOf(two))) await scene.complete(scene.plain, 'parts', chosen(1, 2, 3));
        // From here on it is the last attempt that RGW 16 counts beside the object, not the first.
        scene.replacedPart(scene.plain, 9 - 6);
      },
    },
    {
      does: 'completes a second upload of 7 MiB over the first',
      async run(scene) {
        await scene.begin(scene.plain, 'parts');
        await scene.complete(scene.plain, 'parts', [await scene.part(scene.plain, 'parts', 1, 7)]);
      },
    },
    {
      does: 'begins an upload of 8 MiB in two parts',
      async run(scene) {
        await scene.begin(scene.plain, 'aborted');
        await scene.part(scene.plain, 'aborted', 1, 5);
        await scene.part(scene.plain, 'aborted', 2, 3);
      },
    },
    {
      does: 'aborts it',
      async run(scene) {
        const UploadId = scene.recall('upload aborted');
        await scene.client.send(
          new AbortMultipartUploadCommand({ Bucket: scene.plain, Key: 'aborted', UploadId }),
        );
      },
    },
    {
      does: 'copies 6 MiB of 7 into one part and all 7 into another',
      async run(scene) {
        const { client, plain: Bucket } = scene;
        await scene.begin(Bucket, 'copied');
        const input = {
          ...{ Bucket, Key: 'copied', UploadId: scene.recall('upload copied') },
          CopySource: `${Bucket}/parts`,
        };
        const CopySourceRange = `bytes=0-${6 * MIB - 1}`;
        const one = await client.send(
          new UploadPartCopyCommand({ ...input, PartNumber: 1, CopySourceRange }),
        );
        const two = await client.send(new UploadPartCopyCommand({ ...input, PartNumber: 2 }));
        copied = [one, two].map(({ CopyPartResult }, index) => ({
          PartNumber: index + 1,
          ETag: CopyPartResult?.ETag ?? '',
        }));
      },
    },
    { does: 'completes the copy', run: (scene) => scene.complete(scene.plain, 'copied', copied) },
    {
      does: 'completes an upload of 11 MiB in the bucket with versions, beside a version of 3 MiB',
      async run(scene) {
        await scene.put(scene.versioned, 'both', 3);
        await scene.begin(scene.versioned, 'both');
        const both = [
          await scene.part(scene.versioned, 'both', 1, 6),
          await scene.part(scene.versioned, 'both', 2, 5),
        ];
        await scene.complete(scene.versioned, 'both', both);
      },
    },
    {
      does: 'deletes an object that was uploaded in parts',
      async run({ client, plain: Bucket }) {
        await client.send(new DeleteObjectCommand({ Bucket, Key: 'copied' }));
      },
    },
    {
      does: 'leaves an upload of 10 MiB unfinished',
      async run(scene) {
        await scene.begin(scene.versioned, 'unfinished');
        await scene.part(scene.versioned, 'unfinished', 1, 5);
        await scene.part(scene.versioned, 'unfinished', 2, 5);
      },
    },
  ];
}
