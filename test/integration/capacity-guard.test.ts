// New data is refused when little is available, by every worker, and taken again when there is room.
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { bodyOf } from '../support/bodies.ts';
import { numbersOf } from '../support/capacity-document.ts';
import { useGateway } from '../support/gateway-fixture.ts';
import { bucketName } from '../support/s3-clients.ts';
import { errorOf } from '../support/same-answer.ts';
import { describeOnStore } from '../support/stores.ts';
import { waitFor } from '../support/wait.ts';

const MIB = 1024 * 1024;
const PATIENCE = { timeoutMs: 20_000 };
const guard = { floor: '4MiB', reopen: '8MiB', smallObjects: '64KiB' };

describeOnStore('minio', 'the guard', (store) => {
  describe.each([1, 2])('with %d workers', (workers) => {
    const full = bucketName('guarded');
    const other = bucketName('free');
    const pool = bucketName('pool');
    const [one, two] = [`${pool}-1`, `${pool}-2`];
    const at = useGateway(store, {
      buckets: [
        { match: full, backend: store.name, quota: '10MiB', guard },
        { match: `${pool}-*`, backend: store.name, quota: '10MiB', pool: true, guard },
        { match: '*', backend: store.name },
      ],
      capacity: { source: 'minio', refresh: '1s' },
      config: { workers },
    });
    const put = (Bucket: string, Key: string, mib: number) =>
      at.client.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf(Key, mib * MIB) }));
    const remove = (Bucket: string, Key: string) => at.client.send(new DeleteObjectCommand({ Bucket, Key }));
    const takes = (Bucket: string) =>
      put(Bucket, 'probe', 1).then(
        () => true,
        () => false,
      );

    beforeAll(async () => {
      for (const Bucket of [full, other, one, two]) {
        await at.client.send(new CreateBucketCommand({ Bucket }));
      }
    });

    test('closes under its floor, whichever worker is asked, and opens again', {
      timeout: 60_000,
    }, async () => {
      expect((await numbersOf(at.client, full)).available).toBe(10 * MIB);
      await put(full, 'seven', 7);
      await waitFor(async () => !(await takes(full)), {
        what: 'new data to be refused',
        ...PATIENCE,
      });
      at.tap.forget();
      for (let round = 0; round < 12; round += 1) {
        const error = await errorOf(put(full, `no ${round}`, 1));
        expect(error).toMatchObject({ status: 403, code: 'QuotaExceeded' });
      }
      expect(at.tap.sent).not.toContain('PUT ');
      await at.client.send(new PutObjectCommand({ Bucket: full, Key: 'lock', Body: 'x'.repeat(1000) }));
      const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] };
      await at.client.send(new PutObjectTaggingCommand({ Bucket: full, Key: 'seven', Tagging }));
      await put(other, 'elsewhere', 1);
      await remove(full, 'seven');
      await waitFor(() => takes(full), { what: 'new data to be taken', ...PATIENCE });
    });

    test('buckets of a pool are full together, and show the same numbers', { timeout: 60_000 }, async () => {
      await put(one, 'four', 4);
      await put(two, 'three', 3);
      const numbers = await waitFor(
        async () => {
          const now = await numbersOf(at.client, one);
          return now.used === 7 * MIB && now;
        },
        { what: 'the sum of both', ...PATIENCE },
      );
      expect(numbers).toMatchObject({ capacity: 10 * MIB, available: 3 * MIB });
      expect(await numbersOf(at.client, two)).toEqual(numbers);
      await waitFor(async () => !(await takes(two)), { what: 'new data to be refused', ...PATIENCE });
      expect(await takes(one)).toBe(false);
      await remove(one, 'four');
      await remove(two, 'three');
      await waitFor(() => takes(one), { what: 'new data to be taken', ...PATIENCE });
    });
  });
});
