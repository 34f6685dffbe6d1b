#!/usr/bin/env node
import { version } from './version.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads us through a pipe may have read enough.
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`drawbridge: what was to be printed could not be written: ${error.message}\n`);
  process.exit(1);
});

// A question of one word is answered before anything is loaded that answers others.
if (process.argv.length === 3 && /^(?:-V|--version)$/.test(process.argv[2] ?? '')) process.stdout.write(`${version}\n`);
else await import('./run.js');
