import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    sequence: { shuffle: true },
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/integration/**', 'test/scenarios/**'] } },
      {
        extends: true,
        test: {
          name: 'server',
          include: ['test/integration/**/*.test.ts', 'test/scenarios/**/*.test.ts'],
          globalSetup: ['test/support/temporal-server.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
