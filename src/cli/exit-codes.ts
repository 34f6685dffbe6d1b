import { Help } from 'commander';

const badFlags = 'bad flags';
const badSettings = 'bad flags or settings';
const nobodyKnowsIt = `${badSettings}, or no --cluster for an instance that Temporal knows nothing of`;
const stoppedWatching = 'stopped watching: the workflow goes on';

/** What the exit code of each command says: its help, and the table in docs/operations.md, which a test compares. */
export const exitCodes: Record<string, Readonly<Record<number, string>>> = {
  agent: {
    0: 'left cleanly, or detached by SIGHUP',
    1: 'anything else that happened, such as a failed startup or a forced drain',
    2: `${badSettings}, or no cluster known`,
  },
  worker: { 0: 'told to end', 1: 'it cannot start, or failed for good', 2: badSettings },
  doctor: {
    0: 'all is well, or warnings only',
    1: 'something fails, with --strict also a warning',
    2: badSettings,
  },
  config: { 0: 'printed', 2: 'settings that cannot be used, each in a line' },
  status: {
    0: 'shown, also by --watch after Ctrl-C',
    1: 'the instance named is in phase failed, or Temporal does not answer',
    2: `${badSettings}, or no cluster known`,
  },
  shutdown: {
    0: 'left cleanly, or with --no-wait: the workflow runs',
    1: 'left otherwise, or Temporal does not answer',
    2: nobodyKnowsIt,
    130: stoppedWatching,
  },
  extend: { 0: 'the new end is in force', 1: 'refused, no drain runs, or Temporal does not answer', 2: badSettings },
  startup: {
    0: 'in service, or with --no-wait: the workflow runs',
    1: 'the startup failed, or Temporal does not answer',
    2: nobodyKnowsIt,
    130: stoppedWatching,
  },
  receipt: {
    0: 'left cleanly',
    1: 'left otherwise, there is no receipt, or Temporal does not answer',
    2: badSettings,
  },
  verify: {
    0: 'every instance came through, or with --no-wait: the workflow runs',
    1: 'one did not, there is none, or Temporal does not answer',
    2: badSettings,
    130: stoppedWatching,
  },
  targets: { 0: 'shown, also by --watch after Ctrl-C', 1: 'AWS refused, or did not answer', 2: badSettings },
  instance: { 0: 'shown', 1: 'EC2 knows no such instance, refused, or did not answer', 2: badSettings },
  wait: {
    0: 'it is so',
    1: 'it never will be so, or AWS refused or did not answer',
    2: badSettings,
    124: 'not in time',
    130: 'ended by Ctrl-C',
  },
  exec: {
    0: 'it ran and exited with 0',
    1: 'it ran and exited with another code, which is said',
    2: badSettings,
    124: 'not in time, cancelled',
    125: 'not run, or not known whether',
    130: 'cancelled by Ctrl-C',
  },
  setup: {
    0: 'the search attributes are there',
    1: 'Temporal did not make them, or does not answer',
    2: badSettings,
  },
  legacy: {
    0: 'done, nothing to do, with --dry-run: said, or with --every: told to end',
    1: 'a named failure, such as an interface or a table that is not there',
    2: `${badSettings}, or no cluster known`,
    130: 'told to end before it was done',
  },
  demo: {
    0: 'everything was as promised',
    1: 'it was not',
    2: badFlags,
    130: 'ended by Ctrl-C before that was known',
  },
  simulate: { 0: 'told to end', 1: 'it could not serve', 2: 'bad flags or scenario' },
  completion: { 0: 'printed', 2: 'a shell that is not known' },
  help: { 0: 'explained', 2: 'no such command' },
};

/** For a command's help, at most 79 columns wide. */
export function exitCodesOf(command: string): string {
  const all = Object.entries(exitCodes[command] ?? {}).map(([code, meaning]) => `${code} ${meaning}`);
  return new Help().boxWrap(`Exit codes: ${all.join('; ')}.`, 79);
}
