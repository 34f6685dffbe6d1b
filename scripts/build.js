// Compiles src to dist and builds the workflow bundle ahead: a worker then starts without webpack.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => `${root}${path}`;

rmSync(at('dist'), { recursive: true, force: true });
execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')], {
  stdio: 'inherit',
});

const { code } = await bundleWorkflowCode({
  workflowsPath: at('dist/workflows/index.js'),
  logger: new DefaultLogger('WARN'),
  // The SDK needs the map inside the bundle; without the sources in it, it is half the size, on disk and in memory.
  webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
});
writeFileSync(at('dist/workflow-bundle.js'), code);
