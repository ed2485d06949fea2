import { globSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { overSharedStores } from './test/support/over-shared-stores.ts';

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 };

const INTEGRATION = globSync('test/integration/**/*.test.ts').sort();
const shared = INTEGRATION.filter(overSharedStores);
/** Measures, fills or kills what is shared, so nothing else may go on beside it. */
const wantsThemToItself = (file: string) =>
  /\/(capacity|memory|operation|several-gateways|many-endpoints)/.test(file);

// Most files wait for little processes most of the time, so where nobody minds two share the machine.
export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    projects: [
      {
        test: {
          ...timeouts,
          name: 'alone',
          include: [
            'test/*.test.ts',
            'test/!(integration)/**/*.test.ts',
            ...INTEGRATION.filter((file) => !shared.includes(file)),
          ],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...timeouts,
          name: 'stores',
          include: shared.filter((file) => !wantsThemToItself(file)),
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...timeouts,
          name: 'stores-in-turn',
          include: shared.filter(wantsThemToItself),
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
