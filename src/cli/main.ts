#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodeOf, explainToUser } from './failures.js';
import { buildProgram } from './program.js';

// The AWS SDK announces the end of Node 20 on stderr at every start; that is our dependency's business, not the user's.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// gRPC sets an address as the TLS server name, which Node announces; the same.
process.noDeprecation = true;

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

// Nobody foresaw it: still a sentence, not a stack.
process.once('uncaughtException', (error) => {
  process.stderr.write(`${explainToUser(error)}\n`);
  process.exit(1);
});

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) process.stderr.write(`${explainToUser(error)}\n`);
  // Not left to the event loop: an agent that failed to start has signal handlers that would keep it.
  process.exit(exitCodeOf(error));
}
