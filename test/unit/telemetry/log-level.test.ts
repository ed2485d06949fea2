// The level of a log that runs: of its children too, those of before and those to come.
import { expect, test } from 'vitest';
import { createLogger, setLogLevel } from '../../../src/telemetry/logger.ts';

test('another level counts for all that came from the logger', () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'warn', stream: { write: (line) => void lines.push(line) } });
  const child = logger.child({ component: 'child' });
  const grandchild = child.child({ part: 'grandchild' });
  const all = () => {
    lines.length = 0;
    for (const each of [logger, child, grandchild, child.child({ part: 'late' })]) each.info('said');
    return lines.length;
  };
  expect(all()).toBe(0);
  setLogLevel(logger, 'info');
  expect(all()).toBe(4);
  setLogLevel(logger, 'error');
  expect(all()).toBe(0);
});
