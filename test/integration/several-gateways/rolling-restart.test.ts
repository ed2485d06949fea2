// Both gateways are restarted, one after the other, during ten thousand transfers: none fails, every byte is right, and the
// capacity that both tell afterwards is what the store holds.
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeldScannerMinio } from '../../support/held-scanner-minio.ts';
import { findMinio } from '../../support/minio-store.ts';
import { bucketName } from '../../support/s3-clients.ts';
import { agreesWithStore, HAPROXY, SeveralGateways } from './several-gateways.ts';
import { Transfers } from './transfers.ts';

const TRANSFERS = 10_000;
/** Above two checks a second apart, with room for a machine that is busy. */
const LEAVE = '6s';

describe.skipIf((await findMinio()) === undefined || HAPROXY === '')(
  'a rolling restart of both gateways',
  () => {
    let minio: HeldScannerMinio;
    let several: SeveralGateways;
    const bucket = bucketName('rolling');

    beforeAll(async () => {
      minio = await HeldScannerMinio.start();
      several = await SeveralGateways.start({
        store: minio.store,
        capacity: { source: 'minio', refresh: '1s', maxAge: '15m', timeout: '5s' },
        places: [{ workers: 1 }, { workers: 2 }],
        config: { timeouts: { leave: LEAVE }, log: { access: false } },
      });
      await several.client.send(new CreateBucketCommand({ Bucket: bucket }));
      await transfersOf({ sdk: 1, raw: 0, least: 2 }).end();
      await minio.letScannerCatchUp(({ bytes }) => (bytes.get(bucket) ?? 0) > 0);
      await minio.holdScanner();
      await several.allHear();
    });
    afterAll(async () => {
      await several?.[Symbol.asyncDispose]();
      await minio?.[Symbol.asyncDispose]();
    });

    function transfersOf({ sdk, raw, least }: { sdk: number; raw: number; least: number }): Transfers {
      return new Transfers({
        bucket,
        sdk: { client: several.client, count: sdk },
        raw: { target: several.rawTarget, count: raw },
        least,
      });
    }

    test(`fails none of ${TRANSFERS} transfers`, { timeout: 400_000 }, async () => {
      const transfers = transfersOf({ sdk: 2, raw: 10, least: TRANSFERS });
      try {
        for (const index of [0, 1]) {
          await transfers.goOn('before a restart');
          await several.stopGateway(index);
          await transfers.goOn('with one gateway');
          await several.startGateway(index);
          await several.bothServe();
          await transfers.goOn('with two gateways');
        }
      } finally {
        await transfers.end();
      }
      expect(transfers.wrong, await several.proxyLog()).toEqual([]);
      expect(transfers.done).toBeGreaterThanOrEqual(TRANSFERS);
      await several.allHear();
      await agreesWithStore(several, [0, 1], { bucket, countsUploads: false });
    });
  },
);
