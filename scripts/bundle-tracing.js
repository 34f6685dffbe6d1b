// Builds OpenTelemetry into the one module that uses it: installed as packages it would weigh a hundred times as much, for everybody.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

/** The packages that an installation has anyway, and must have only once. */
const shared = ['@temporalio/client', '@temporalio/common', '@temporalio/worker', '@temporalio/workflow'];

export async function bundleTracing(at) {
  const { metafile } = await build({
    absWorkingDir: at(''),
    entryPoints: ['dist/tracing/opentelemetry.js'],
    outfile: 'dist/tracing/opentelemetry.js',
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // Their ES modules: what is not used of them is left out.
    mainFields: ['module', 'main'],
    external: shared,
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    metafile: true,
    logLevel: 'warning',
  });
  const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
  const folders = new Set(Object.keys(metafile.inputs).flatMap((path) => path.match(folder) ?? []));
  writeFileSync(at('dist/tracing/LICENSES.txt'), licencesOf([...folders].sort().map(at)));
}

/** Each licence once, under the packages that have it. */
function licencesOf(folders) {
  const byText = new Map();
  for (const folder of folders) {
    const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${folder}: found no licence file, expected one to pass on`);
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  return [...byText].map(([text, packages]) => `${packages.join('\n')}\n\n${text}`).join(`\n${'-'.repeat(80)}\n\n`);
}
