// Two gateways on one store tell the same capacity, and what the store holds: under a mixed load, after a kill, across a cut link.
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeldScannerMinio } from '../../support/held-scanner-minio.ts';
import { findMinio } from '../../support/minio-store.ts';
import type { RunningStore } from '../../support/running-store.ts';
import { bucketName } from '../../support/s3-clients.ts';
import { describeOnStore } from '../../support/stores.ts';
import { waitFor } from '../../support/wait.ts';
import { mixedLoad } from './mixed-load.ts';
import { agreesWithStore, GUARDED, HAPROXY, held, MIB, SeveralGateways } from './several-gateways.ts';

const PLACES = [{ workers: 1 }, { workers: 2 }];
const BOTH = [0, 1];

/** Of a scanner that sleeps only the gateways know what was written since: nothing but the link can make them agree. */
describe.skipIf((await findMinio()) === undefined || HAPROXY === '')(
  'two gateways on a MinIO whose scanner sleeps',
  () => {
    let minio: HeldScannerMinio;
    let several: SeveralGateways;
    const bucket = bucketName('several');
    const place = { bucket, countsUploads: false };

    beforeAll(async () => {
      minio = await HeldScannerMinio.start();
      several = await SeveralGateways.start({
        store: minio.store,
        capacity: { source: 'minio', refresh: '1s', maxAge: '15m', timeout: '5s' },
        places: PLACES,
      });
      for (const Bucket of [bucket, GUARDED]) {
        await several.client.send(new CreateBucketCommand({ Bucket }));
        await several.client.send(
          new PutObjectCommand({ Bucket, Key: 'first', Body: Buffer.alloc(2 * MIB) }),
        );
      }
      await minio.letScannerCatchUp(({ bytes }) =>
        [bucket, GUARDED].every((name) => bytes.get(name) === 2 * MIB),
      );
      await minio.holdScanner();
      await several.allHear();
      await agreesWithStore(several, BOTH, { ...place, timeoutMs: 30_000 });
    });
    afterAll(async () => {
      await several?.[Symbol.asyncDispose]();
      await minio?.[Symbol.asyncDispose]();
    });

    const write = (index: number, Key: string, mib: number) =>
      several
        .clientOf(index)
        .send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.alloc(mib * MIB) }));

    test('they agree after a mixed load through HAProxy', async () => {
      await mixedLoad(several.client, bucket, { name: 'load', clients: 4, rounds: 3 });
      await agreesWithStore(several, BOTH, place);
      for (const index of BOTH) {
        const answer = await fetch(`${several.gateway(index).adminUrl}/api/capacity?bucket=${bucket}`);
        expect(await answer.json()).toMatchObject({ capacities: [{ peers: { of: 1, heard: 1 } }] });
      }
      expect((await minio.scan()).bytes.get(bucket)).toBe(2 * MIB);
    });

    test('a guard closes and opens for what passed through the other gateway', async () => {
      const Bucket = GUARDED;
      const putThrough = (index: number, Key: string, mib: number) =>
        several.clientOf(index).send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(mib * MIB) }));
      await putThrough(0, 'large', 20);
      const refused = () =>
        putThrough(1, 'more', 1).then(
          () => false,
          (error: Error) => error.name === 'QuotaExceeded',
        );
      await waitFor(refused, { what: 'the guard to close' });
      await several.clientOf(0).send(new DeleteObjectCommand({ Bucket, Key: 'large' }));
      await waitFor(async () => !(await refused()), { what: 'the guard to open' });
    });

    test('one that is killed and started again has all that it missed, and what it did last', async () => {
      await write(0, 'before the kill', 3);
      // Written down by itself or not: the other one has heard it.
      await waitFor(
        async () => (await several.numbersAt(1, bucket)).used === (await several.numbersAt(0, bucket)).used,
        {
          what: 'the other gateway to hear it',
        },
      );
      await several.killGateway(0);
      await waitFor(async () => (await several.heardBy(1)) === 0, { what: 'the other gateway to notice' });
      await write(1, 'while it was away', 5);
      await several.startGateway(0);
      await several.allHear();
      await agreesWithStore(several, BOTH, place);
    });

    test('with the link cut each knows its own share, and with the link mended they agree', async () => {
      several.relayTo(0).cut();
      several.relayTo(1).cut();
      await waitFor(async () => (await several.heardBy(0)) + (await several.heardBy(1)) === 0, {
        what: 'both to notice',
      });
      const before = await held(several, bucket, false);
      await write(0, 'through the one', 6);
      await write(1, 'through the other', 4);
      // A worker keeps an answer for a quarter of a second: see capacity-copy.ts.
      await sleep(300);
      const [one, other] = await Promise.all(BOTH.map((index) => several.numbersAt(index, bucket)));
      expect([one?.used, other?.used]).toEqual([before + 6 * MIB, before + 4 * MIB]);
      const [row] = await capacityRows(0);
      expect(row).toMatchObject({ peers: { of: 1, heard: 0 } });
      const lines = several
        .gateway(0)
        .logs()
        .filter(({ msg }) => msg?.startsWith('a gateway is not heard'));
      expect(lines.length).toBeGreaterThan(0);
      several.relayTo(0).mend();
      several.relayTo(1).mend();
      await several.allHear();
      await agreesWithStore(several, BOTH, place);
    });

    test('a link that hangs holds up no answer for long, and nothing is lost when it moves again', async () => {
      several.relayTo(1).silence();
      await write(0, 'while it hangs', 2);
      const { used } = await several.numbersAt(0, bucket);
      expect(used).toBe(await held(several, bucket, false));
      several.relayTo(1).mend();
      await write(1, 'and after', 2);
      await several.allHear();
      await agreesWithStore(several, BOTH, place);
    });

    test('one with another secret is refused, and nothing of it is taken over', async () => {
      await several.stopGateway(1);
      await several.startGateway(1, 'not the secret of the others, but as long');
      await write(1, 'of a stranger', 7);
      const refused = () =>
        several
          .gateway(0)
          .logs()
          .find(({ msg }) => msg === 'a call to the listener for gateways was refused');
      expect(await waitFor(refused, { what: 'the refusal' })).toMatchObject({
        reason: 'it has another secret',
      });
      expect([await several.heardBy(0), await several.heardBy(1)]).toEqual([0, 0]);
      expect((await several.numbersAt(0, bucket)).used).toBe((await held(several, bucket, false)) - 7 * MIB);
      expect(several.gateway(0).output()).not.toContain('not the secret');
      // What passed through a stranger is not told later either: of that only the store's own numbers tell.
      await several.clientOf(1).send(new DeleteObjectCommand({ Bucket: bucket, Key: 'of a stranger' }));
      await several.stopGateway(1);
      await several.startGateway(1);
      await several.allHear();
      await agreesWithStore(several, BOTH, place);
    });

    async function capacityRows(index: number): Promise<readonly unknown[]> {
      const answer = await fetch(`${several.gateway(index).adminUrl}/api/capacity?bucket=${bucket}`);
      const { capacities } = (await answer.json()) as { readonly capacities: readonly unknown[] };
      return capacities;
    }
  },
);

describeOnStore('ceph', 'two gateways on a store that counts live', (store: RunningStore) => {
  test.skipIf(HAPROXY === '')('agree after a mixed load through HAProxy', async () => {
    await using several = await SeveralGateways.start({
      store,
      capacity: { source: 'ceph-rgw', metrics: store.metricsUrl, refresh: '30s' },
      places: PLACES,
    });
    await several.allHear();
    const bucket = bucketName('several');
    await several.client.send(new CreateBucketCommand({ Bucket: bucket }));
    await mixedLoad(several.client, bucket, { name: 'load', clients: 4, rounds: 2 });
    await agreesWithStore(several, BOTH, { bucket, countsUploads: true });
    // Nothing passes through the second, which measures once in 30 s by itself: it hears that there is something new.
    await several
      .clientOf(0)
      .send(new PutObjectCommand({ Bucket: bucket, Key: 'late', Body: Buffer.alloc(8 * MIB) }));
    await agreesWithStore(several, BOTH, { bucket, countsUploads: true });
  });
});
