// Writes docs/api from the docstrings of what the library exports. With --check it says whether that is due instead.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/api');
const isCheck = process.argv.includes('--check');
const folder = isCheck ? mkdtempSync(join(tmpdir(), 'drawbridge-api-')) : target;

const app = await Application.bootstrapWithPlugins({
  entryPoints: ['index', 'library/workflows'].map((entry) => join(root, `src/${entry}.ts`)),
  tsconfig: join(root, 'tsconfig.build.json'),
  plugin: ['typedoc-plugin-markdown'],
  out: folder,
  readme: 'none',
  name: 'drawbridge',
  router: 'module',
  // A line of source moves with every change; the repository's address is not the pages' business.
  disableSources: true,
  excludeExternals: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  // What a member that is a function takes stands nowhere else.
  expandParameters: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  logLevel: 'Warn',
  // The check of types is tsc's.
  skipErrorChecking: true,
  validation: { notExported: false, invalidLink: true, notDocumented: false },
});
const project = await app.convert();
if (project === undefined) process.exit(1);
await app.generateOutputs(project);

if (isCheck) {
  const filesIn = (where) =>
    readdirSync(where, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(where, join(parentPath, name)))
      .sort();
  const read = (where) => filesIn(where).map((file) => [file, readFileSync(join(where, file), 'utf8')]);
  const isStale = JSON.stringify(read(folder)) !== JSON.stringify(read(target));
  rmSync(folder, { recursive: true });
  if (isStale) console.error('docs/api is not what the docstrings say; npm run api writes it');
  process.exitCode = isStale ? 1 : 0;
}
