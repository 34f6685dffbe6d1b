// Builds the workflow bundle of a build ahead, so that a worker starts without webpack. Argument: the folder of the build.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const [folder = ''] = process.argv.slice(2);
const { code } = await bundleWorkflowCode({
  workflowsPath: join(folder, 'workflows/index.js'),
  logger: new DefaultLogger('WARN'),
  // The SDK needs the map inside the bundle; without the sources in it, it is half the size, on disk and in memory.
  webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
});
writeFileSync(join(folder, 'workflow-bundle.js'), code);
