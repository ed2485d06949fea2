// What each kind of store is asked for to find out whether it lives, and what a real one says to that.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GatewayProcess } from '../../support/gateway-process.ts';
import { describeOnEachStore } from '../../support/stores.ts';
import { Tap } from '../../support/tapped-store.ts';
import { waitFor } from '../../support/wait.ts';

const ASKED = {
  minio: { method: 'GET', path: '/minio/health/live', status: 200 },
  'ceph-rgw': { method: 'GET', path: '/swift/healthcheck', status: 200 },
  s3: { method: 'HEAD', path: '/', status: 403 },
} as const;

describeOnEachStore('health probes', (store) => {
  const { method, path, status } = ASKED[store.kind];
  let taps: readonly Tap[] = [];
  let gateway: GatewayProcess;

  beforeAll(async () => {
    taps = await Promise.all([Tap.before(store), Tap.before(store)]);
    gateway = await GatewayProcess.start({
      store,
      backend: { endpoints: taps.map(({ url }) => url), health: { interval: '500ms', timeout: '500ms' } },
      config: { workers: 1 },
    });
  });
  afterAll(async () => {
    await gateway?.stop();
    await Promise.all(taps.map((tap) => tap.close()));
  });

  test('a store that lives says so', async () => {
    expect((await fetch(`${store.endpoint}${path}`, { method })).status).toBe(status);
  });

  test('each endpoint is asked, and none is ejected', async () => {
    const asked = (tap: Tap) => tap.sent.split(`${method} ${path} HTTP/1.1\r\nhost: `).length - 1;
    await waitFor(() => taps.every((tap) => asked(tap) > 3), { what: 'probes of both endpoints' });
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    const ejections = text
      .split('\n')
      .filter((line) => line.startsWith('sosapi_gateway_endpoint_ejections_total{'));
    expect(ejections.map((line) => line.split(' ').at(-1))).toEqual(['0', '0']);
  });
});
