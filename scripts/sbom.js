// Prints a CycloneDX list of what an installation contains: what the build put into its files, and what npm installs beside them.
// npm's own list knows the first as development dependencies, and leaves them out or adds the compiler and the tests.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const everything = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 }),
);
const componentsByRef = new Map(everything.components.map((component) => [component['bom-ref'], component]));
const dependenciesOf = new Map(everything.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn ?? []]));

/** The packages that the build names above each licence. */
const builtIn = readFileSync(`${root}dist/LICENSES.txt`, 'utf8')
  .split(`\n${'-'.repeat(80)}\n\n`)
  .flatMap((section) => section.split('\n\n', 1)[0].split('\n'))
  .map((line) => line.replace(' ', '@'));

const contained = new Set(builtIn.map(expected));
for (const [name, version] of Object.entries(manifest.dependencies)) withDependencies(expected(`${name}@${version}`));

const refs = [...contained].sort();
const { metadata } = everything;
const list = {
  ...everything,
  // npm calls it by the folder it is in.
  metadata: { ...metadata, component: { ...metadata.component, name: manifest.name, type: 'application' } },
  // Nor is it for development, as npm's properties say.
  components: refs.map((ref) => ({ ...componentsByRef.get(ref), scope: 'required', properties: [] })),
  dependencies: [
    { ref: metadata.component['bom-ref'], dependsOn: refs },
    ...refs.map((ref) => ({ ref, dependsOn: dependenciesOf.get(ref).filter((each) => contained.has(each)) })),
  ],
};
console.log(JSON.stringify(list, null, 2));

function expected(ref) {
  if (!componentsByRef.has(ref))
    throw new Error(`npm does not list ${ref}, expected it to: is dist built of these packages?`);
  return ref;
}

function withDependencies(ref) {
  contained.add(ref);
  for (const next of dependenciesOf.get(ref) ?? []) if (!contained.has(next)) withDependencies(next);
}
