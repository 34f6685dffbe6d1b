// Compiles src to dist and builds the bundles from it.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleTracing } from './bundle-tracing.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => `${root}${path}`;
const run = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });

rmSync(at('dist'), { recursive: true, force: true });
run(at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json'));
run(at('scripts/bundle.js'), at('dist'));
await bundleTracing(at);
