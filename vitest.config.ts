import { defineConfig } from 'vitest/config';

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 };

// The suites over real stores run one file at a time: they measure, fill and kill what they share. All others wait for little
// processes of their own most of the time, so two files share the machine.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...timeouts,
          name: 'alone',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...timeouts,
          name: 'stores',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
