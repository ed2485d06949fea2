import { defineConfig } from 'vitest/config';

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 };
/** What starts all it needs itself, and shares it with no other file. */
const ALONE = [
  'admin',
  'audit',
  'credentials-file',
  'dashboard',
  'rehearse',
  'reload',
  'reload-certificates',
  'store',
  'tracing',
  'veeam',
].map((suite) => `test/integration/${suite}/**/*.test.ts`);

// The suites over real stores run one file at a time: they measure, fill and kill what they share. All others wait for little
// processes of their own most of the time, so two files share the machine.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...timeouts,
          name: 'alone',
          include: ['test/*.test.ts', 'test/!(integration)/**/*.test.ts', ...ALONE],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...timeouts,
          name: 'stores',
          include: ['test/integration/**/*.test.ts'],
          exclude: ALONE,
          globalSetup: ['test/support/global-setup.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
