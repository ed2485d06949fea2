// What the admin listener tells of Veeam.
import { expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/admin-server.ts';
import type { VeeamReport } from '../../../src/admin/veeam-schemas.ts';

const REPORT: VeeamReport = {
  comparedAt: '2026-11-22T00:00:00.000Z',
  servers: [
    { name: 'vbr', answered: true },
    { name: 'one', answered: false, error: 'refused', failingSince: '2026-11-22T00:00:00.000Z' },
  ],
  repositories: [
    {
      ...{ id: 'r', name: 'R', type: 'S3Integrated', isOnline: true, bucket: 'b', folder: 'f', backend: 's' },
      gateway: { capacityBytes: '10', availableBytes: '4', usedBytes: '6', at: '2026-11-22T00:00:00.000Z' },
      vbr: { capacityBytes: '18446744073709551616', at: '2026-11-22T00:00:00.000Z' },
      differenceBytes: '18446744073709551606',
      differencePercent: 12.5,
    },
  ],
};

function server(veeam?: () => VeeamReport) {
  return createAdminServer({
    version: '1.2.3',
    isReady: async () => ({ ready: true, backends: [] }),
    renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
    capacities: async () => [],
    capacityHistory: () => ({ stepMs: 60_000, series: [] }),
    ...(veeam && { veeam }),
  });
}

test('the latest comparison, every field as it is', async () => {
  const answer = await server(() => REPORT).inject('/api/veeam');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ version: '1.2.3', ...REPORT });
});

test('nothing where no Veeam server is configured', async () => {
  const answer = await server().inject('/api/veeam');
  expect(answer.json()).toEqual({ version: '1.2.3', servers: [], repositories: [] });
});

test('a parameter is refused', async () => {
  const answer = await server(() => REPORT).inject('/api/veeam?bucket=b');
  expect(answer.statusCode).toBe(400);
});
