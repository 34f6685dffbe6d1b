// All that can be checked without running the program, side by side. The same here and in CI.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name, ...args) => [process.execPath, [`${root}node_modules/${name}`, ...args]];
const checks = {
  types: bin('typescript/bin/tsc'),
  lint: bin(
    'eslint/bin/eslint.js',
    '.',
    '--max-warnings',
    '0',
    '--cache',
    '--cache-location',
    'node_modules/.cache/eslint/',
  ),
  format: bin('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  imports: bin('dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--output-type', 'err'),
  unused: bin('knip/bin/knip.js'),
  api: [process.execPath, [`${root}scripts/api.js`, '--check']],
};

const run = ([name, [command, args]]) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => {
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}`);
      if (code !== 0) console.log(output);
      resolve(code === 0);
    });
  });

const results = await Promise.all(Object.entries(checks).map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;
