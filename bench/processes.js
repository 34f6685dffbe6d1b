// The processes that are measured, and those that measure them. None of them outlives the bench.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

/** @typedef {import('node:child_process').ChildProcessByStdio<import('node:stream').Writable, import('node:stream').Readable, null>} Child */

/** @type {Set<Child>} */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.once(signal, () => process.exit(1));

/** Whether a process can be kept on one core, with another core left for those that load it. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/**
 * Starts a Node process.
 *
 * @typedef {object} Where
 * @property {number} [core] - The only core that it may run on, where that can be had.
 * @property {Record<string, string>} [env] - More of its environment.
 *
 * @param {readonly string[]} args
 * @param {Where} [where]
 * @returns {Child}
 */
export function start(args, { core, env = {} } = {}) {
  const command = [process.execPath, ...args];
  const [program, ...rest] = core !== undefined && canPin ? ['taskset', '-c', String(core), ...command] : command;
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/**
 * @param {Child} child
 * @returns {Promise<string>} its first line. Rejects when it ends without one.
 */
export async function firstLine(child) {
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  if (line === undefined) throw new Error(`${child.spawnargs.slice(1).join(' ')} ended without a word`);
  return line;
}

/**
 * Runs a Node process that takes JSON and answers with JSON.
 *
 * @param {readonly string[]} args
 * @param {unknown} input
 * @param {Where} [where]
 * @returns {Promise<any>}
 */
export async function ask(args, input, where) {
  const child = start(args, where);
  child.stdin.end(JSON.stringify(input));
  return JSON.parse(await firstLine(child));
}

/** @param {Child} child @returns {Promise<void>} once it has ended. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Stops what a figure left running, so that the next one has the machine to itself. @returns {Promise<void>} */
export async function stopAll() {
  await Promise.all([...running].map(stop));
}

/** @param {string} path - From the bench folder. @returns {string} */
export const at = (path) => new URL(path, import.meta.url).pathname;
