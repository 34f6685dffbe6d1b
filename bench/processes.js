// The processes that are measured, and those that measure them. None of them outlives the bench.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

/** @typedef {import('node:child_process').ChildProcessByStdio<import('node:stream').Writable, import('node:stream').Readable, import('node:stream').Readable | null>} Child */

/** @type {Set<Child>} */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.once(signal, () => process.exit(1));

/** Whether a process can be kept on one core, with another core left for those that load it. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/** The Node of the processes that are measured. */
let node = process.execPath;

/** @param {string} path - Of a Node, for the processes from here on. @returns {string} its version. @throws Error where there is none. */
export function useNode(path) {
  const { error, stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (error !== undefined || status !== 0) throw new Error(`--node ${path}: found nothing that runs, expected a Node`);
  node = path;
  return stdout.trim();
}

/**
 * @typedef {object} Where
 * @property {number} [core] - The only core that it may run on, where that can be had.
 * @property {Record<string, string>} [env] - More of its environment.
 * @property {boolean} [listen] - Whether somebody reads its stderr; else it is the bench's own.
 */

/**
 * Starts a Node process.
 *
 * @param {readonly string[]} args
 * @param {Where} [where]
 * @returns {Child}
 */
export const start = (args, where) => startProgram([node, ...args], where);

/**
 * Starts any program.
 *
 * @param {readonly string[]} command
 * @param {Where} [where]
 * @returns {Child}
 */
export function startProgram(command, { core, env = {}, listen = false } = {}) {
  const [program, ...rest] = core !== undefined && canPin ? ['taskset', '-c', String(core), ...command] : command;
  const child = spawn(program, rest, {
    stdio: ['pipe', 'pipe', listen ? 'pipe' : 'inherit'],
    env: { ...process.env, ...env },
  });
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
  if (line === undefined) throw new Error(`${nameOf(child)} ended without a word`);
  return line;
}

/**
 * Reads a log.
 *
 * @param {Child} child - Whose stderr is listened to.
 * @returns {(text: string) => Promise<void>} resolves once a line with the text was written, before the call or after it. Rejects
 *   with the last lines when the process ends without it.
 */
export function heard(child) {
  /** @type {string[]} */
  const lines = [];
  /** @type {Map<string, { resolve: () => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  const input = createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stderr) });
  input.on('line', (line) => {
    lines.push(line);
    for (const [text, { resolve }] of waiting) if (line.includes(text)) resolve();
  });
  input.on('close', () => {
    for (const [text, { reject }] of waiting)
      reject(new Error(`${nameOf(child)} ended without "${text}": ${lines.slice(-3).join('\n')}`));
  });
  return (text) =>
    new Promise((resolve, reject) => {
      if (lines.some((line) => line.includes(text))) resolve();
      else waiting.set(text, { resolve, reject });
    });
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

/** @param {Child} child @param {NodeJS.Signals} [signal] @returns {Promise<void>} once it has ended. */
export async function stop(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Stops what a figure left running, so that the next one has the machine to itself. @returns {Promise<void>} */
export async function stopAll() {
  await Promise.all([...running].map((child) => stop(child, 'SIGKILL')));
}

/** @param {Child} child @returns {number} bytes that it has in memory. Linux. */
export function residentBytes({ pid }) {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1_024;
}

/** What the kernel counts CPU time in. Source: proc(5), `sysconf(_SC_CLK_TCK)`, 100 on Linux. */
const tickMs = 10;

/** @param {Child} child @returns {number} milliseconds that its threads have been on a core. Linux. */
export function cpuMs({ pid }) {
  // The name may hold anything; it ends with the last bracket.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const [user, system] = fields.slice(11, 13).map(Number);
  return (user + system) * tickMs;
}

/** @param {string} path - From the bench folder. @returns {string} */
export const at = (path) => new URL(path, import.meta.url).pathname;

/** @param {Child} child */
const nameOf = ({ spawnargs }) => spawnargs.slice(1).join(' ');

/**
 * A process that does one run for each line that it gets.
 *
 * @param {Child} child
 * @returns {() => Promise<number>} has it do one, and resolves with what it answers.
 */
export function oneByOne(child) {
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    child.stdin.write('\n');
    const { value, done } = await answers.next();
    if (done) throw new Error(`${nameOf(child)} ended without an answer`);
    return Number(value);
  };
}
