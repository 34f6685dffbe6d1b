// Builds the program with everything it needs into few files: it starts in less time and memory than from three thousand modules,
// and an installation has one package beside it, Temporal's native core.
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { protosFor, usedIn } from './temporal-protos.js';

const nativeCore = '@temporalio/core-bridge';
const sdk = createRequire(createRequire(import.meta.url).resolve('@temporalio/worker'));

/** What in the SDK looks for its files beside itself. */
const sdkInOneFile = {
  name: 'sdk-in-one-file',
  setup({ onLoad }) {
    // Bundles workflows with webpack, which is done ahead here. Source: @temporalio/worker 1.24, what its other modules take from it.
    onLoad({ filter: /@temporalio\/worker\/lib\/workflow\/bundler\.js$/ }, () => ({
      contents: `
        const refuse = () => { throw new Error('workflows are bundled at build time'); };
        module.exports = { defaultWorkflowInterceptorModules: [], bundleWorkflowCode: refuse, WorkflowCodeBundler: refuse };`,
    }));
    // Loads index.node of this platform from a folder beside it.
    onLoad({ filter: /@temporalio\/core-bridge\/common\.js$/ }, ({ path }) => ({
      contents: replaced(
        readFileSync(path, 'utf8'),
        '__dirname',
        `path.dirname(require.resolve('${nativeCore}/package.json'))`,
      ),
    }));
    // The thread that runs workflows loads this for the names of errors, and never says anything over gRPC.
    onLoad({ filter: /@temporalio\/core-bridge\/lib\/errors\.js$/ }, ({ path }) => ({
      contents: replaced(
        readFileSync(path, 'utf8'),
        '__importStar(require("@grpc/grpc-js"))',
        '{ get Metadata() { return require("@grpc/grpc-js").Metadata; } }',
      ),
    }));
  },
};

/**
 * Descriptions of AWS's messages. Their keys are constants (`[_xN]: ...`), which esbuild takes for something that may have an
 * effect, and so keeps all of them; written out, those that are not used are left out.
 */
const schemasInUse = {
  name: 'schemas-in-use',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, ({ path }) => {
      const code = readFileSync(path, 'utf8');
      const names = new Map([...code.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, text]) => [name, text]));
      return { contents: code.replace(/\[(_\w+)\]:/g, (key, name) => (names.has(name) ? `${names.get(name)}:` : key)) };
    });
  },
};

/** Errors of ours are in English: zod's own in sixty more languages are half of what it weighs. */
const englishAlone = {
  name: 'english-alone',
  setup({ onLoad }) {
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/** Descriptions of the messages that are used, by what is said in the program and in the SDK. */
const protosInUse = (at) => ({
  name: 'protos-in-use',
  setup({ onLoad }) {
    onLoad({ filter: /@temporalio\/proto\/protos\/json-module\.js$/ }, ({ path }) => {
      const folders = [
        'build',
        ...['client', 'common', 'worker'].map((name) => `node_modules/@temporalio/${name}/lib`),
      ];
      const sources = folders.flatMap((folder) => sourcesIn(at(folder)));
      const [, before, described, after] = /^(.*\.addJSON\()(\{.*\})(\);.*)$/s.exec(readFileSync(path, 'utf8'));
      const kept = JSON.stringify(protosFor(JSON.parse(described), usedIn(sources)));
      // To parse JSON costs less than to compile a literal.
      return { contents: `${before}JSON.parse(${JSON.stringify(kept)})${after}` };
    });
  },
});

const sourcesIn = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));

function replaced(code, find, by) {
  if (code.split(find).length !== 2) throw new Error(`found "${find}" not once in ${nativeCore}, expected it once`);
  return code.replace(find, () => by);
}

export async function bundleProgram(at) {
  const outdir = at('dist/cli');
  const { metafile } = await build({
    absWorkingDir: at(''),
    entryPoints: {
      main: 'build/cli/main.js',
      // The SDK starts it by this name, as a thread.
      'workflow-worker-thread': sdk.resolve('./workflow/workflow-worker-thread.js'),
    },
    outdir,
    bundle: true,
    // What is imported when it is needed stays so.
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // Their ES modules: what is not used of them is left out.
    mainFields: ['module', 'main'],
    external: [`${nativeCore}/package.json`],
    plugins: [sdkInOneFile, protosInUse(at), schemasInUse, englishAlone],
    // Names stay, of functions too: a step is logged by its own, and the SDK tells errors apart by theirs.
    keepNames: true,
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    banner: {
      js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url), __dirname = import.meta.dirname;",
    },
    metafile: true,
    logLevel: 'warning',
  });
  for (const [importer, { imports }] of Object.entries(metafile.inputs)) {
    const lost = imports.find(({ kind, path }) => kind === 'dynamic-import' && metafile.inputs[path]?.format === 'cjs');
    // esbuild gives of such a module its default export alone.
    if (lost !== undefined)
      throw new Error(`${importer}: imports ${lost.path} lazily, which is CommonJS; import it in a module of ours`);
  }
  copyFileSync(sdk.resolve('source-map/lib/mappings.wasm'), join(outdir, 'mappings.wasm'));
  const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
  const folders = new Set(Object.keys(metafile.inputs).flatMap((path) => path.match(folder) ?? []));
  writeFileSync(at('dist/LICENSES.txt'), licencesOf([...folders].sort().map(at)));
}

/** Each licence once, under the packages that have it. */
function licencesOf(folders) {
  const byText = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? license : readFileSync(`${folder}/${file}`, 'utf8');
    if (text === undefined) throw new Error(`${folder}: found no licence, expected one to pass on`);
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  return [...byText].map(([text, packages]) => `${packages.join('\n')}\n\n${text}`).join(`\n${'-'.repeat(80)}\n\n`);
}
