// The metrics of what Veeam believes.
import { expect, test } from 'vitest';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import type { VeeamDifference } from '../../../src/telemetry/veeam-gauges.ts';

const difference = (repository: string, bytes: bigint): VeeamDifference => ({
  ...{ repository, bucket: 'b', server: 'vbr', number: 'used' },
  bytes,
});

async function lines(metrics: ReturnType<typeof createMetrics>, name: string): Promise<readonly string[]> {
  const { body } = await metrics.render();
  return body.split('\n').filter((line) => line.startsWith(`sosapi_gateway_veeam_${name}`));
}

test('differences are those of the latest comparison only', async () => {
  const metrics = createMetrics();
  metrics.veeam.compared([difference('gone', 1n)], 1_000);
  metrics.veeam.compared([difference('R', -5n)], 2_000);
  expect(await lines(metrics, 'difference_bytes')).toEqual([
    'sosapi_gateway_veeam_difference_bytes{repository="R",bucket="b",server="vbr",number="used"} -5',
  ]);
  expect(await lines(metrics, 'compared_timestamp_seconds')).toEqual([
    'sosapi_gateway_veeam_compared_timestamp_seconds 2',
  ]);
});

test('a server that has a thousand repositories shows 200 of them', async () => {
  const metrics = createMetrics();
  const many = Array.from({ length: 1000 }, (_, index) => difference(`R${index}`, 1n));
  metrics.veeam.compared(many, 0);
  expect((await lines(metrics, 'difference_bytes')).length).toBe(200);
});

test('a server that was never asked has no value; one that fails is counted', async () => {
  const metrics = createMetrics();
  expect(await lines(metrics, 'up')).toEqual([]);
  metrics.veeam.asked('one', false);
  metrics.veeam.asked('one', true);
  metrics.veeam.asked('one', false);
  expect(await lines(metrics, 'up')).toEqual(['sosapi_gateway_veeam_up{server="one"} 0']);
  expect(await lines(metrics, 'failures_total')).toEqual([
    'sosapi_gateway_veeam_failures_total{server="one"} 2',
  ]);
});
