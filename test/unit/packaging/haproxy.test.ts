// Two gateways on one store behind HAProxy with the config that is shipped: it is sound, and a rolling restart loses no request.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { EmbeddedStore } from '../../support/embedded-store.ts';
import { asRunningStore } from '../../support/embedded-store-fixture.ts';
import { freePort } from '../../support/free-port.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { type GatewayAddress, HaproxyProcess, placeConfig } from '../../support/packaging/haproxy-process.ts';
import { packagingTool, runTool } from '../../support/packaging/packaging-tool.ts';
import { bucketName, sdk } from '../../support/s3-clients.ts';
import { waitFor } from '../../support/wait.ts';

const HAPROXY = packagingTool('haproxy') ?? '';
const CLIENT = { accessKeyId: 'VEEAMKEY', secretAccessKey: randomBytes(20).toString('hex') };
/** Above two checks a second apart, with room for a machine that is busy. */
const LEAVE = '6s';

function startGateway(store: EmbeddedStore, { s3Port, adminPort }: GatewayAddress): Promise<GatewayProcess> {
  return GatewayProcess.start({
    store: asRunningStore(store),
    config: {
      listeners: {
        s3: [{ host: '127.0.0.1', port: s3Port }],
        admin: { host: '127.0.0.1', port: 0 },
        health: { host: '127.0.0.1', port: adminPort },
      },
      credentials: [{ ...CLIENT, buckets: ['*'], access: 'read-write' }],
      timeouts: { leave: LEAVE },
    },
  });
}

/** Writes and reads back until it is told to stop; what was not as it must be, in words. */
class Load {
  readonly wrong: string[] = [];
  done = 0;
  #stopped = false;
  readonly #ended: Promise<unknown>;

  constructor(client: S3Client, bucket: string, clients: number) {
    const all = Array.from({ length: clients }, (_, index) => this.#run(client, bucket, `client-${index}`));
    this.#ended = Promise.all(all);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
  }

  async #run(client: S3Client, bucket: string, name: string): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      // Small ones and such as no proxy holds whole.
      const body = randomBytes(turn % 3 === 0 ? 700_000 : 9_000);
      const key = `${name}/${turn % 5}`;
      try {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        const read = await Body?.transformToByteArray();
        if (read === undefined || !body.equals(read)) this.wrong.push(`${key}: other bytes`);
        this.done += 2;
      } catch (error) {
        this.wrong.push(`${key}: ${String(error)}`);
      }
    }
  }
}

describe.skipIf(HAPROXY === '')('haproxy.cfg', () => {
  test('is what HAProxy takes, without a warning', async () => {
    await using config = await placeConfig([]);
    const { code, stdout, stderr } = await runTool(HAPROXY, ['-c', '-f', config.file]);
    expect([code, stderr], stdout).toEqual([0, '']);
    expect(stdout).not.toContain('WARNING');
  });

  test('a rolling restart of two gateways under load loses no request', { timeout: 240_000 }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'two-gateways-'));
    await using store = await EmbeddedStore.start({ dataDirectory: join(directory, 'data') });
    const addresses: readonly GatewayAddress[] = [
      { s3Port: await freePort(), adminPort: await freePort() },
      { s3Port: await freePort(), adminPort: await freePort() },
    ];
    const running = new Map<GatewayAddress, GatewayProcess>();
    const start = async (address: GatewayAddress) => {
      running.set(address, await startGateway(store, address));
    };
    await using config = await placeConfig(addresses);
    try {
      for (const address of addresses) await start(address);
      await using haproxy = await HaproxyProcess.start(HAPROXY, config);
      const bothUp = () =>
        waitFor(async () => Object.values(await haproxy.states('gateways')).join() === 'UP,UP', {
          what: 'both gateways to be up',
        });
      await bothUp();

      const endpoint = `https://127.0.0.1:${config.tlsPort}`;
      const client = sdk({ endpoint, credentials: CLIENT }, { ca: config.ca });
      const bucket = bucketName('rolling');
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      const load = new Load(client, bucket, 8);
      const progress = async (what: string) => {
        const before = load.done;
        await waitFor(() => load.done > before + 20, { what });
      };
      try {
        await progress('the load to begin');
        for (const address of addresses) {
          // With the end code 0: nothing that was under way had to be cut.
          await running.get(address)?.stop();
          await progress('the load to go on with one gateway');
          await start(address);
          await bothUp();
          await progress('the load to go on with two gateways');
        }
      } finally {
        await load.stop();
        client.destroy();
      }
      expect(load.wrong, await haproxy.log()).toEqual([]);
      for (const gateway of running.values()) {
        const served = gateway
          .logs()
          .filter(({ msg, operation }) => msg === 'request' && operation === 'PutObject');
        expect(served.length).toBeGreaterThan(0);
      }
    } finally {
      for (const gateway of running.values()) await gateway[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
