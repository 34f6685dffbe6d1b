// Writes the documents that are generated from the simulator's own schemas. Needs a build; tests say when it is due.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = { openapi: 'openapi.json', 'scenario-schema': 'scenario.schema.json' };

for (const [document, name] of Object.entries(documents)) {
  const file = `${root}docs/simulator/${name}`;
  const printed = execFileSync(process.execPath, [`${root}dist/cli/main.js`, 'simulate', '--print', document], {
    encoding: 'utf8',
    maxBuffer: Infinity,
  });
  writeFileSync(file, await format(printed, { ...(await resolveConfig(file)), parser: 'json' }));
}
