// Builds what other programs import: our code and the AWS SDK in a few files, Temporal's packages from whoever imports it. Beside
// each entry its declarations, with everything of ours in them and nothing of zod or the AWS SDK.
import { writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/** By the names of package.json's exports. */
const entries = { index: 'index', workflows: 'library/workflows', 'workflow-measures': 'workflows/measures' };

/** The program's own: one worker and one activity context per process, so they must be its instances. */
const isTheirs = (name) => name.startsWith('@temporalio/');
const isOfNode = (name) => builtinModules.includes(name.replace(/^node:/, ''));

const shared = {
  bundle: true,
  target: 'node20',
  format: 'esm',
  mainFields: ['module', 'main'],
  external: ['@temporalio/*'],
  // Names stay: a step is logged by its own, and a workflow's type is that of its function.
  keepNames: true,
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
};

export async function bundleLibrary(at) {
  const common = { ...shared, absWorkingDir: at(''), outdir: at('dist/library'), splitting: true };
  await build({
    ...common,
    entryPoints: { index: 'build/index.js' },
    platform: 'node',
    chunkNames: 'chunks/[name]-[hash]',
    banner: {
      js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
  });
  // Bundled once more by the worker that runs them, into a place without Node.
  const { workflows, 'workflow-measures': measures } = entries;
  await build({
    ...common,
    entryPoints: { workflows: `build/${workflows}.js`, 'workflow-measures': `build/${measures}.js` },
    platform: 'neutral',
    conditions: ['import'],
    // Webpack numbers modules; a helper of esbuild's around every function would be noise in their stacks.
    keepNames: false,
    chunkNames: 'workflow-chunks/[name]-[hash]',
  });
  for (const [name, entry] of Object.entries(entries))
    writeFileSync(at(`dist/library/${name}.d.ts`), await declarationsOf(at(`build/${entry}.d.ts`)));
}

async function declarationsOf(input) {
  const bundle = await rollup({
    input,
    plugins: [dts()],
    external: (name) => isTheirs(name) || isOfNode(name) || name === 'zod' || name.startsWith('@aws-sdk/'),
    onwarn: ({ message, code }) => {
      if (code !== 'UNUSED_EXTERNAL_IMPORT') throw new Error(`${input}: ${message}`);
    },
  });
  const { output } = await bundle.generate({ format: 'es' });
  const [{ code, imports }] = output;
  const strangers = imports.filter((name) => !isTheirs(name) && !isOfNode(name));
  if (strangers.length > 0)
    throw new Error(
      `${input}: its declarations need ${strangers.join(', ')}, expected nothing but Temporal's packages and Node`,
    );
  return code;
}
