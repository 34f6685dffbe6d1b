// Where the time of a start goes: what AWS, Temporal and the agent's log saw of it, on one line of time.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { median } from './figure.js';
import { start } from './processes.js';
import { cli, withSurroundings } from './surroundings.js';

/**
 * @typedef {object} Seen
 * @property {number} at - Milliseconds since the epoch.
 * @property {string} what
 */

/**
 * @param {number} runs
 * @param {{ cpuProf: string | undefined }} options - A folder for a CPU profile of one more run.
 * @returns {Promise<string>} a table: each landmark, when it came at the median, and how long after the one before.
 */
export const profileStart = (runs, { cpuProf }) =>
  withSurroundings(async (around) => {
    const { Client, Connection } = await import('@temporalio/client');
    const connection = await Connection.connect({ address: around.temporal.address });
    const client = new Client({ connection });
    /** @type {Map<string, number[]>} */
    const times = new Map();
    for (let run = -2; run < runs; run += 1) {
      const seen = await oneStart(around, client);
      if (run >= 0) for (const { at, what } of seen) times.set(what, [...(times.get(what) ?? []), at]);
    }
    // One more, since it costs time to write down where the time goes.
    if (cpuProf !== undefined) await oneStart(around, client, cpuProf);
    await connection.close();
    const rows = [...times].map(([what, at]) => ({ what, at: median(at) })).sort((one, other) => one.at - other.at);
    return rows
      .map(
        ({ what, at }, index) =>
          `${at.toFixed(0).padStart(6)} ms ${`+${(at - (rows[index - 1]?.at ?? 0)).toFixed(0)}`.padStart(6)}  ${what}\n`,
      )
      .join('');
  });

/**
 * @param {import('./surroundings.js').Surroundings} around
 * @param {import('@temporalio/client').Client} client
 * @param {string} [cpuProf]
 * @returns {Promise<Seen[]>} in milliseconds from the start of the process.
 */
async function oneStart(around, client, cpuProf) {
  const { instanceId, env } = await around.anAppliance();
  const flags = cpuProf === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${cpuProf}`];
  const startedAt = Date.now();
  const child = start([...flags, cli, 'agent'], { env, listen: true });
  /** @type {Seen[]} */
  const seen = [];
  const inService = new Promise((resolve) => {
    createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stderr) }).on('line', (line) => {
      const { time, msg } = JSON.parse(line);
      seen.push({ at: Date.parse(time), what: `log: ${msg}` });
      if (msg === 'in service') resolve(undefined);
    });
  });
  await inService;
  const ended = once(child, 'exit');
  child.kill('SIGHUP');
  await ended;
  let requests = 0;
  for (const { instanceId: who, wallAt, action, parameters } of around.simulator.journal) {
    if (who !== instanceId) continue;
    requests += 1;
    seen.push({
      at: wallAt,
      what: `AWS ${requests}: ${action} ${action === 'GetMetadata' ? String(parameters.path).replace(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/, '<mac>') : ''}`.trim(),
    });
  }
  const { events = [] } = await client.workflow.getHandle(`startup/${instanceId}`).fetchHistory();
  for (const { eventId, eventTime, ...attributes } of events ?? []) {
    const [name, value] =
      Object.entries(attributes).find(([key, each]) => key.endsWith('EventAttributes') && each) ?? [];
    const step = value?.activityType?.name ?? '';
    const ms = Number(eventTime?.seconds) * 1_000 + (eventTime?.nanos ?? 0) / 1e6;
    seen.push({ at: ms, what: `Temporal ${eventId}: ${name?.replace('EventAttributes', '')} ${step}`.trim() });
  }
  const registered = seen.find(({ what }) => what.endsWith('RegisterTargets'))?.at ?? Infinity;
  return seen.filter(({ at }) => at <= registered).map(({ at, what }) => ({ at: at - startedAt, what }));
}
