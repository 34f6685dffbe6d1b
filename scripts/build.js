// Compiles src to build, and from that makes what is shipped in dist: the program and the workflow bundles.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleLibrary } from './bundle-library.js';
import { bundleProgram } from './bundle-program.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => `${root}${path}`;
const run = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });

for (const folder of ['build', 'dist']) rmSync(at(folder), { recursive: true, force: true });
run(at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json'));
await bundleProgram(at);
await bundleLibrary(at);
run(at('scripts/bundle-workflows.js'), at('build'), at('dist'));
