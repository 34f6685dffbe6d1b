// Writes the documents that are generated from the program's own schemas. Needs a build; tests say when it is due.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = {
  'docs/simulator/openapi.json': ['simulate', '--print', 'openapi'],
  'docs/simulator/scenario.schema.json': ['simulate', '--print', 'scenario-schema'],
  'docs/drawbridge.schema.json': ['config', '--schema'],
};

for (const [name, args] of Object.entries(documents)) {
  const file = `${root}${name}`;
  const printed = execFileSync(process.execPath, [`${root}dist/cli/main.js`, ...args], {
    encoding: 'utf8',
    maxBuffer: Infinity,
  });
  writeFileSync(file, await format(printed, { ...(await resolveConfig(file)), parser: 'json' }));
}
