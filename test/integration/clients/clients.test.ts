// Every client that can be had, through the real gateway, on each store: plain and with TLS, the bucket in the path and in the
// host name. What it saw becomes docs/compatibility.md (write-table.ts).
import { afterAll, describe, test } from 'vitest';
import { type Certificate, makeCertificate } from '../../support/certificate.ts';
import { namesMissing } from '../../support/client-names.ts';
import { recordOutcome } from '../../support/client-outcomes.ts';
import {
  ADDRESSINGS,
  type Addressing,
  ClientSetting,
  GATEWAY_NAME,
  SECOND,
  TRANSPORTS,
  type Transport,
} from '../../support/client-setting.ts';
import { useGateway } from '../../support/gateway-fixture.ts';
import { describeOnEachStore } from '../../support/stores.ts';
import { CLIENTS } from './all-clients.ts';
import { required, WORKS } from './client.ts';
import { payloadsOf, refusalsOf } from './payloads.ts';

const TIMEOUT_MS = 300_000;

const found = await Promise.all(CLIENTS.map(async (client) => ({ client, version: await client.find() })));
const namesReason = await namesMissing();
const reasons = [
  ...found.filter(({ version }) => version === undefined).map(({ client }) => client.id),
  ...(namesReason === undefined ? [] : [`virtual-hosted style (${namesReason})`]),
];
if (reasons.length > 0) process.stdout.write(`not run, client missing: ${reasons.join(', ')}\n`);
const lacking = required(CLIENTS).filter(
  ({ id, inProcess }) =>
    (namesReason !== undefined && inProcess !== true) ||
    found.some(({ client, version }) => client.id === id && version === undefined),
);
if (lacking.length > 0) {
  throw new Error(`REQUIRE_CLIENTS: ${lacking.map(({ id }) => id).join(', ')}: ${namesReason ?? 'missing'}`);
}

/** For the page in docs every setting, which takes a quarter of an hour; else the two that people use most. */
const isWhole = process.env['COMPATIBILITY_DIRECTORY'] !== undefined;

function isUsual({ transport, addressing }: { transport: Transport; addressing: Addressing }): boolean {
  return (transport === 'http') === (addressing === 'path');
}

/**
 * MinIO can forget that a bucket was made with Object Lock (minio/minio#21094; seen once, 2026-11-23): by its source, who reads the
 * settings of a bucket that is just being made finds none, and may keep those in place of the ones that are then written. The bucket
 * stays like that, so the client is given another, once.
 */
function hasForgottenLock(storeName: string, error: unknown): boolean {
  return storeName === 'minio' && String(error).includes('Bucket is missing ObjectLockConfiguration');
}

describeOnEachStore('clients', (store) => {
  let certificate: Certificate;
  const at = useGateway(store, async () => {
    certificate = await makeCertificate([GATEWAY_NAME, `*.${GATEWAY_NAME}`]);
    return { hostNames: [GATEWAY_NAME], tls: certificate };
  });
  afterAll(() => certificate[Symbol.asyncDispose]());

  describe.concurrent.for(found.map(({ client, version }) => [client.name, client, version] as const))(
    '%s',
    ([, client, version]) => {
      const settings = TRANSPORTS.flatMap((transport) =>
        ADDRESSINGS.map((addressing) => ({ transport, addressing })),
      ).filter((each) => isWhole || isUsual(each));
      for (const { transport, addressing } of settings) {
        const nameless =
          addressing === 'virtual-hosted' && client.inProcess !== true && namesReason !== undefined;
        test.skipIf(version === undefined || nameless)(
          `${transport}, ${addressing}`,
          { timeout: TIMEOUT_MS },
          async () => {
            const use = async () => {
              await using setting = await ClientSetting.make(at.gateway, certificate, transport, addressing);
              await client.use(setting).catch(async (error: unknown) => {
                throw new Error(`${error}\n${await refusalsOf(at.gateway, setting.bucket)}`);
              });
              const uploads = await payloadsOf(at.gateway, setting.bucket);
              recordOutcome({
                client: client.name,
                version: version ?? '',
                store: store.name,
                transport,
                addressing,
                payloads: uploads.modes((key) => !key.startsWith(SECOND)),
                secondPayloads: uploads.modes((key) => key.startsWith(SECOND)),
                result: WORKS,
              });
            };
            await use().catch((error: unknown) => {
              if (!hasForgottenLock(store.name, error)) throw error;
              return use();
            });
          },
        );
      }
    },
  );
});
