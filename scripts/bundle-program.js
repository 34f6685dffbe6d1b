// Builds the program with everything it needs into few files: it starts in less time and memory than from three thousand modules,
// and an installation has one package beside it, Temporal's native core.
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { withBuiltinsAsObjects } from './node-builtins.js';
import { protosFor, usedIn } from './temporal-protos.js';

const nativeCore = '@temporalio/core-bridge';
const sdk = createRequire(createRequire(import.meta.url).resolve('@temporalio/worker'));
const grpc = sdk('@grpc/grpc-js');

/** What in the SDK looks for its files beside itself, and what of it waits where it need not. */
const sdkInOneFile = (at) => ({
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
      contents: replaced(path, '__dirname', `path.dirname(require.resolve('${nativeCore}/package.json'))`),
    }));
    // Compiles and runs the workflows here, too, for debuggers.
    onLoad({ filter: /@temporalio\/worker\/lib\/worker\.js$/ }, ({ path }) => ({
      contents: replaced(
        path,
        `let script = new vm.Script(code, { filename });
    let context = vm.createContext({});
    try {
        script.runInContext(context);
    }
    catch (_e) {`,
        'let script, context; try {} catch (_e) {',
      ),
    }));
    // Starts the thread that runs workflows once all else is loaded; ours was started before.
    onLoad({ filter: /@temporalio\/worker\/lib\/workflow\/threaded-vm\.js$/ }, ({ path }) => ({
      contents: replaced(
        path,
        "new node_worker_threads_1.Worker(require.resolve('./workflow-worker-thread'))",
        `require(${JSON.stringify(at('build/workers/workflow-thread.js'))}).takeWorkflowThread()`,
      ),
    }));
  },
});

/**
 * gRPC for Node, in a file of its own: a worker speaks by its native core, and of all that wants a number for "not found" alone. What
 * else there is comes with the file, once somebody asks for it.
 */
const grpcWhenNeeded = {
  name: 'grpc-when-needed',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@grpc\/grpc-js$/ }, () => ({ path: 'grpc', namespace: 'when-needed' }));
    onResolve({ filter: /^\.\/grpc\.cjs$/, namespace: 'when-needed' }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /^grpc$/, namespace: 'when-needed' }, () => {
      const { status, ...rest } = grpc;
      const getters = Object.keys(rest).map((name) => `get ${name}() { return require('./grpc.cjs').${name}; }`);
      return { contents: `module.exports = { status: ${JSON.stringify(status)}, ${getters.join(', ')} };` };
    });
    // Nobody asks whether the metadata of an error is of the same class as all other.
    onLoad({ filter: /@temporalio\/core-bridge\/lib\/errors\.js$/ }, ({ path }) => ({
      contents: replaced(
        path,
        '__importStar(require("@grpc/grpc-js"))',
        '{ get Metadata() { return require("@grpc/grpc-js/build/src/metadata").Metadata; } }',
      ),
    }));
    // A class whose own member is made from it as soon as it is loaded.
    onLoad({ filter: /@temporalio\/client\/lib\/connection\.js$/ }, ({ path }) => ({
      contents: replaced(
        path,
        "static Client = grpc.makeGenericClientConstructor({}, 'WorkflowService', {});",
        `static get Client() {
          const value = grpc.makeGenericClientConstructor({}, 'WorkflowService', {});
          Object.defineProperty(this, 'Client', { value });
          return value;
        }`,
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

/**
 * A codec of a message is compiled when it is first called. protobuf.js compiles all five as soon as one is: to write and to read it,
 * to verify it, and from and to an object.
 */
const codecsWhenCalled = {
  name: 'codecs-when-called',
  setup({ onLoad }) {
    onLoad({ filter: /protobufjs\/src\/type\.js$/ }, ({ path }) => ({
      contents: `${replaced(
        path,
        `encoder   = require("./encoder"),
    decoder   = require("./decoder"),
    verifier  = require("./verifier"),
    converter = require("./converter"),`,
        `encoder   = whenCalled(require("./encoder")),
    decoder   = whenCalled(require("./decoder")),
    verifier  = whenCalled(require("./verifier")),
    converter = { fromObject: whenCalled(require("./converter").fromObject), toObject: whenCalled(require("./converter").toObject) },`,
      )}
        function whenCalled(compile) {
          return (type) => (scope) => {
            let codec;
            return function () { return (codec ??= compile(type)(scope)).apply(this, arguments); };
          };
        }`,
    }));
  },
};

/** Descriptions of the messages that are used, by what is said in the folders. */
const protosInUse = (folders) => ({
  name: 'protos-in-use',
  setup({ onLoad }) {
    onLoad({ filter: /@temporalio\/proto\/protos\/json-module\.js$/ }, ({ path }) => {
      const sources = folders.flatMap(sourcesIn);
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

function replaced(path, find, by) {
  const code = readFileSync(path, 'utf8');
  if (code.split(find).length !== 2) throw new Error(`found "${find}" not once in ${path}, expected it once`);
  return code.replace(find, () => by);
}

/** What all parts of the program are built with. */
const common = (at) => ({
  absWorkingDir: at(''),
  outdir: at('dist/cli'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  // To give a function back the name that esbuild has to change costs a call for each of them, an eighth of a start.
  keepNames: false,
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  external: [`${nativeCore}/package.json`],
  metafile: true,
  logLevel: 'warning',
});
const commonJs = { format: 'cjs', outExtension: { '.js': '.cjs' } };

export async function bundleProgram(at) {
  const sdkFolder = (name) => at(`node_modules/@temporalio/${name}/lib`);
  const { metafile } = await build({
    ...common(at),
    entryPoints: { main: 'build/cli/main.js' },
    // What is imported when it is needed stays so.
    splitting: true,
    format: 'esm',
    // Their ES modules: what is not used of them is left out.
    mainFields: ['module', 'main'],
    plugins: [
      sdkInOneFile(at),
      grpcWhenNeeded,
      codecsWhenCalled,
      protosInUse([at('build'), ...['client', 'common', 'worker'].map(sdkFolder)]),
      schemasInUse,
      englishAlone,
    ],
  });
  for (const file of Object.keys(metafile.outputs))
    writeFileSync(at(file), withBuiltinsAsObjects(readFileSync(at(file), 'utf8')));
  for (const [importer, { imports }] of Object.entries(metafile.inputs)) {
    const lost = imports.find(({ kind, path }) => kind === 'dynamic-import' && metafile.inputs[path]?.format === 'cjs');
    // esbuild gives of such a module its default export alone.
    if (lost !== undefined)
      throw new Error(`${importer}: imports ${lost.path} lazily, which is CommonJS; import it in a module of ours`);
  }
  // The thread that runs workflows says nothing to anybody: it needs less of the SDK.
  const thread = await build({
    ...common(at),
    ...commonJs,
    entryPoints: { 'workflow-worker-thread': 'build/workers/workflows-ahead.js' },
    plugins: [
      sdkInOneFile(at),
      grpcWhenNeeded,
      codecsWhenCalled,
      protosInUse([`${sdkFolder('worker')}/workflow`, ...['common', 'workflow'].map(sdkFolder)]),
    ],
  });
  copyFileSync(sdk.resolve('source-map/lib/mappings.wasm'), at('dist/cli/mappings.wasm'));
  const whenNeeded = await build({
    ...common(at),
    ...commonJs,
    entryPoints: { grpc: sdk.resolve('@grpc/grpc-js') },
  });
  const inputs = [metafile, thread.metafile, whenNeeded.metafile].flatMap((each) => Object.keys(each.inputs));
  const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
  const folders = new Set(inputs.flatMap((path) => path.match(folder) ?? []));
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
