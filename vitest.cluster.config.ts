import { defineConfig } from 'vitest/config';

/** `npm run test:cluster`: a real Temporal cluster, which wants the machine for itself. */
export default defineConfig({
  test: {
    pool: 'forks',
    // The AWS SDK announces the end of Node 20 in every fork.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    include: ['test/cluster/**/*.test.ts'],
  },
});
