// The histogram by operation says what prom-client's would.
import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { OperationHistogram } from '../../../src/telemetry/operation-histogram.ts';
import { addUp } from '../../../src/telemetry/summed-metrics.ts';

const NAME = 'wait_seconds';
const HELP = 'How long.';
const BOUNDS = [0.01, 0.5, 1, 60];

function both() {
  const registry = new Registry();
  const histogram = new OperationHistogram({ name: NAME, help: HELP, bounds: BOUNDS, registry });
  const usual = new Registry();
  const usualHistogram = new Histogram({
    ...{ name: NAME, help: HELP, buckets: BOUNDS },
    ...{ labelNames: ['operation'] as const, registers: [usual] },
  });
  return {
    registry,
    usual,
    observe(operation: string, value: number) {
      histogram.observe(operation, value);
      usualHistogram.observe({ operation }, value);
    },
  };
}

const lines = (page: string) => page.split('\n').map((line) => line.split(/[{},]/).sort().join());

const observations = fc.array(
  fc.tuple(
    fc.constantFrom('GetObject', 'PutObject', 'HeadObject'),
    fc.oneof(fc.constantFrom(0, -1, ...BOUNDS), fc.double({ noNaN: true, noDefaultInfinity: true })),
  ),
);

test('its page is that of a histogram of prom-client, whatever was observed', async () => {
  await fc.assert(
    fc.asyncProperty(observations, async (all) => {
      const { registry, usual, observe } = both();
      for (const [operation, value] of all) observe(operation, value);
      expect(lines(await registry.metrics())).toEqual(lines(await usual.metrics()));
    }),
  );
});

test('two processes are added up as histograms of prom-client are', async () => {
  await fc.assert(
    fc.asyncProperty(observations, observations, async (first, second) => {
      const pages = await Promise.all(
        (['registry', 'usual'] as const).map(async (kind) => {
          const snapshots = [first, second].map((all) => {
            const made = both();
            for (const [operation, value] of all) made.observe(operation, value);
            return made[kind].getMetricsAsJSON();
          });
          const sum = await addUp(await Promise.all(snapshots));
          return sum.flatMap(({ values }) =>
            values.map((each) => [Reflect.get(each, 'metricName'), each.labels, each.value]),
          );
        }),
      );
      expect(pages[0]).toEqual(pages[1]);
    }),
  );
});

test('what is no number is left out', async () => {
  const registry = new Registry();
  const histogram = new OperationHistogram({ name: NAME, help: HELP, bounds: BOUNDS, registry });
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    histogram.observe('GetObject', value);
  }
  expect(await registry.metrics()).toBe(`# HELP ${NAME} ${HELP}\n# TYPE ${NAME} histogram\n`);
});

test('a second metric of its name is refused', () => {
  const options = { name: NAME, help: HELP, bounds: BOUNDS, registry: new Registry() };
  new OperationHistogram(options);
  expect(() => new OperationHistogram(options)).toThrow('already been registered');
});
