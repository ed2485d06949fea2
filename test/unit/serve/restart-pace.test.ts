import { expect, test } from 'vitest';
import { createRestartPace } from '../../../src/serve/restart-pace.ts';

test('waits twice as long after each crash, at most 5 s', () => {
  const pace = createRestartPace();
  const waits = Array.from({ length: 8 }, () => pace.afterRunOf(50));
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

test('begins anew after a run of a minute', () => {
  const pace = createRestartPace();
  for (let crash = 0; crash < 8; crash++) pace.afterRunOf(0);
  expect(pace.afterRunOf(59_999)).toBe(5000);
  expect(pace.afterRunOf(60_000)).toBe(100);
  expect(pace.afterRunOf(0)).toBe(200);
});
