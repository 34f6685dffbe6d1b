// Bundles the reference workflows ahead, in a process of its own: webpack leaves much behind. Argument: where to.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../workflows/shaped.js', import.meta.url)),
  logger: new DefaultLogger('WARN'),
});
writeFileSync(process.argv[2], code);
process.stdout.write('ready\n');
