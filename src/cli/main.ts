#!/usr/bin/env node
import { version } from './version.js';

let unwritten: Error | undefined;
process.stdout.on('error', (error: Error) => {
  unwritten = error;
  process.exit();
});
// Also where a command prints and ends before it would hear of that, as on a disk that is full.
process.on('exit', (code) => {
  const error = unwritten ?? process.stdout.errored;
  // Whoever reads us through a pipe may have read enough.
  if (!error || ('code' in error && error.code === 'EPIPE')) return;
  process.stderr.write(`drawbridge: what was to be printed could not be written: ${error.message}\n`);
  process.exitCode = code === 0 ? 1 : code;
});

// A question of one word is answered before anything is loaded that answers others.
if (process.argv.length === 3 && /^(?:-V|--version)$/.test(process.argv[2] ?? '')) process.stdout.write(`${version}\n`);
else await import('./run.js');
