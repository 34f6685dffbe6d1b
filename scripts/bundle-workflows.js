// Builds the workflow bundles ahead, so that a worker starts without webpack. Arguments: the folder of the build, and where to.
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const [folder, destination] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const interceptors = fileURLToPath(
  new URL('../node_modules/@temporalio/interceptors-opentelemetry/lib/workflow-interceptors.js', import.meta.url),
);

const measures = join(folder, 'workflows/measures.js');
// Interceptors must be built in. Those for traces cost memory: whoever does not trace takes the other one.
const bundles = { 'workflow-bundle.js': [measures], 'traced-workflow-bundle.js': [measures, interceptors] };

const preloadModules = [join(folder, 'workflows/preloaded.js')];

for (const [name, workflowInterceptorModules] of Object.entries(bundles)) {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(folder, 'workflows/index.js'),
    workflowInterceptorModules,
    preloadModules,
    logger: new DefaultLogger('WARN'),
    // The SDK needs the map inside the bundle; without the sources in it, it is half the size, on disk and in memory.
    webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
  });
  // Each worker compiles it at its start. Names stay: failures carry them.
  const smaller = await transform(code, {
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    target: 'node20',
  });
  const map = JSON.parse(smaller.map);
  // Relative: where it was built is nobody's business.
  const sources = map.sources.map((path) => relative(root, path));
  const inline = Buffer.from(JSON.stringify({ ...map, sources })).toString('base64');
  writeFileSync(
    join(destination, name),
    `${smaller.code}\n//# sourceMappingURL=data:application/json;base64,${inline}\n`,
  );
}
