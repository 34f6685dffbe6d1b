import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Environment } from './executables.js';

/**
 * The shell becomes the command (`exec`), so the process id, the exit code and the signals are the command's own. Before that it
 * leaves a watcher behind that reads a pipe from us. We never write to it: it ends when we die, however we die, and then the
 * watcher kills the group. The watcher belongs to the group too, so the group's id cannot meanwhile be given to somebody else.
 */
const watchdog = `
exec 4<&0 </dev/null
( trap '' HUP INT TERM; read -r nothing <&4; kill -9 -$$ ) >/dev/null 2>&1 &
exec "$@" 4<&-
`;

/** How many lines of output are kept for an error message. */
const keptLines = 20;

/** How long `stop` waits for a polite end. Ours: a Temporal dev server takes well under a second. */
const defaultGraceMs = 10_000;

export interface SupervisedOptions {
  /** What messages call it. */
  readonly name: string;
  /** The whole environment of the child; ours when left out. */
  readonly env?: Environment;
  readonly cwd?: string;
  /** Called with every line of output, in order per stream. Not with `logFile`. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Appends both streams to this file instead of reading them. */
  readonly logFile?: string;
}

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Supervised {
  readonly name: string;
  /** The command's own process id, and that of its process group. */
  readonly pid: number;
  /** Settles, never fails, once the process is gone and its output was read. A command that cannot be run ends with 126 or 127. */
  readonly exited: Promise<Exit>;
  /** Signals the command alone, not what it started. False when it is gone already. */
  kill(signal: NodeJS.Signals): boolean;
  /** SIGTERM, and SIGKILL when it is still there after the grace; settles once it is gone. Safe to repeat. */
  stop(graceMs?: number): Promise<Exit>;
  /** The last lines of output, for an error message. */
  lastLines(): readonly string[];
}

/**
 * Starts a process that never outlives this one, not even when this one is killed with SIGKILL. Linux and macOS.
 *
 * It runs in a session and process group of its own: Ctrl-C in a terminal reaches us alone, and we decide. Whatever it
 * started itself, in its group, is killed as soon as it ends. Its standard input is empty.
 */
export async function spawnSupervised(
  command: string,
  args: readonly string[],
  options: SupervisedOptions,
): Promise<Supervised> {
  const child = start(command, args, options);
  const tail: string[] = [];
  const exited = untilGone(child);
  readLines(child, (line, stream) => {
    tail.push(line);
    if (tail.length > keptLines) tail.shift();
    options.onLine?.(line, stream);
  });
  await once(child, 'spawn');
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${options.name} has no process id, expected one after its start`);
  const isGone = () => child.exitCode !== null || child.signalCode !== null;

  return {
    name: options.name,
    pid,
    exited,
    kill: (signal) => !isGone() && child.kill(signal),
    stop: async (graceMs = defaultGraceMs) => {
      if (!isGone()) child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), graceMs);
      return exited.finally(() => clearTimeout(impatience));
    },
    lastLines: () => (options.logFile === undefined ? [...tail] : lastLinesOf(options.logFile)),
  };
}

function start(command: string, args: readonly string[], { env, cwd, logFile }: SupervisedOptions): ChildProcess {
  const log = logFile === undefined ? undefined : openSync(logFile, 'a');
  const stdio: StdioOptions = ['pipe', log ?? 'pipe', log ?? 'pipe'];
  try {
    return spawn('/bin/sh', ['-c', watchdog, 'supervised', command, ...args], {
      stdio,
      detached: true,
      env: { ...(env ?? process.env) },
      ...(cwd === undefined ? {} : { cwd }),
    });
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

/** Settles on `close`, that is after the last line; killing the group on `exit` makes sure that nobody keeps the streams open. */
function untilGone(child: ChildProcess): Promise<Exit> {
  child.stdin?.on('error', () => undefined);
  child.once('exit', () => killGroup(child.pid));
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it, which is what was wanted.
  }
}

function readLines(child: ChildProcess, onLine: NonNullable<SupervisedOptions['onLine']>): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (input !== null) createInterface({ input, crlfDelay: Infinity }).on('line', (line) => onLine(line, stream));
  }
}

function lastLinesOf(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-keptLines);
}
