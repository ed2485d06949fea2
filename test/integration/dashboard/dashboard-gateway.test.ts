// The dashboard of a gateway that runs, with a store of its own: what clients do shows, and a restart is lived through.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOT_ASKED } from '../../support/embedded-store-fixture.ts';
import { freePort } from '../../support/free-port.ts';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { type BrowserPage, browserMissing, HeadlessBrowser } from '../../support/headless-browser.ts';
import { sdk } from '../../support/s3-clients.ts';
import { accessibilityFaults, foreignRequests, openDashboard, textOf, waitUntil } from './dashboard-page.ts';

const BUCKET = 'veeam-backup';
const CLIENT = '3c1b7d0e-52a4-4d7e-9a8e-0f1e2d3c4b5a';
const PREFIX = `Veeam/Backup/nightly/Clients/{${CLIENT}}/{f00}/CloudStg/Data`;
const MALICE = `<img src=x onerror="document.title='hacked'">`;
const missing = await browserMissing();

describe.skipIf(missing !== undefined)('the dashboard of a gateway that runs', () => {
  let browser: HeadlessBrowser;
  let gateway: GatewayProcess | undefined;
  let directory: string;
  let adminPort: number;
  let page: BrowserPage;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dashboard-gateway-'));
    adminPort = await freePort();
    gateway = await start();
    browser = await HeadlessBrowser.start();
    page = await openDashboard(browser, `${gateway.adminUrl}/`);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await gateway?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const start = () =>
    GatewayProcess.start({
      store: NOT_ASKED,
      config: {
        listeners: { s3: [{ host: '127.0.0.1', port: 0 }], admin: { host: '127.0.0.1', port: adminPort } },
        backends: [
          {
            name: 'local',
            kind: 'embedded',
            dataDirectory: join(directory, 'data'),
            reserve: '0B',
            createBuckets: [BUCKET],
          },
        ],
        buckets: [{ match: '*', backend: 'local', quota: '1GiB' }],
      },
    });

  const shows = (section: string, text: string) =>
    waitUntil(page, `document.querySelector('#${section}').textContent.includes(${JSON.stringify(text)})`);

  /** 24 blocks of 1 MiB of one machine, and one request whose signature is wrong. */
  async function backUp(to: GatewayProcess): Promise<void> {
    const client = sdk(to);
    const stranger = sdk({
      endpoint: to.endpoint,
      credentials: { ...to.credentials, secretAccessKey: 'wrong' },
    });
    try {
      const Body = Buffer.alloc(1024 ** 2, 7);
      for (let block = 0; block < 24; block++) {
        await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${PREFIX}/${block}`, Body }));
      }
      const document = '.system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml';
      await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: document }));
      const refused = stranger.send(new PutObjectCommand({ Bucket: BUCKET, Key: MALICE, Body: 'x' }));
      await expect(refused).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    } finally {
      client.destroy();
      stranger.destroy();
    }
  }

  test('is there before anything happened, and nothing is wrong', async () => {
    await shows('verdict', 'All well, and nothing is running.');
    await shows('entities', 'Nothing moved in the last 5 minutes.');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('shows a backup as it runs: who, how fast, how full, and what was refused', async () => {
    if (gateway === undefined) throw new Error('no gateway');
    await backUp(gateway);
    await shows('entities', CLIENT);
    await shows('entities', '24.00 MiB');
    await shows('latency', 'PutObject');
    await shows('capacity', BUCKET);
    await shows('capacity', '1.00 GiB');
    await shows('verdict', 'All well: backups are running.');
    await shows('refusals', 'SignatureDoesNotMatch');
    await shows('refusals', `${BUCKET}/${MALICE}`);
    expect(await page.evaluate('document.querySelectorAll("main img").length')).toBe(0);
    // Without tokens in the config nobody may change anything.
    expect(await page.evaluate('document.querySelectorAll("#endpoints button").length')).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(page.complaints).toEqual([]);
    expect(foreignRequests(page, `http://127.0.0.1:${adminPort}/`)).toEqual([]);
  });

  test('lives through a restart of the gateway', async () => {
    await gateway?.stop();
    await shows('lost', 'Connection lost since ');
    expect(await textOf(page, '#entities')).toContain(CLIENT);
    gateway = await start();
    await waitUntil(page, `document.querySelector('#lost').hidden`);
    await shows('news', 'The gateway was restarted');
    await shows('entities', 'Nothing moved in the last 5 minutes.');
    await backUp(gateway);
    await shows('entities', CLIENT);
  });
});
