import { defineConfig } from 'vitest/config';

const onTheServer = {
  // Real agents with real seconds: on a machine that nobody watches, what a busy minute broke is tried again, and the report says so.
  retry: process.env.CI === undefined ? 0 : 2,
  globalSetup: ['test/support/temporal-server.ts'],
  testTimeout: 120_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    pool: 'forks',
    // The AWS SDK announces the end of Node 20 in every fork.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Half of its time was loading the same modules for each file.
          isolate: false,
          maxWorkers: '100%',
          sequence: { groupOrder: 0, shuffle: true },
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/scenarios/**', 'test/packaging/**', 'test/cluster/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          // After the fast ones, and side by side: they mostly wait.
          sequence: { groupOrder: 1, shuffle: true },
          maxWorkers: 4,
          include: ['test/integration/**/*.test.ts'],
          ...onTheServer,
        },
      },
      {
        extends: true,
        test: {
          name: 'scenarios',
          // Real agents with real seconds: they mostly wait, and what takes a core, an agent's start, takes turns in each file.
          sequence: { groupOrder: 2, shuffle: true },
          maxWorkers: 4,
          include: ['test/scenarios/**/*.test.ts'],
          ...onTheServer,
          // With the wait for its turn, on a busy machine.
          testTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'packaging',
          // After those that are timed: npm and the compiler take what the machine has.
          sequence: { groupOrder: 3, shuffle: true },
          maxWorkers: 2,
          include: ['test/packaging/**/*.test.ts'],
          ...onTheServer,
        },
      },
    ],
  },
});
