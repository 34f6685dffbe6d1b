// What an agent needs around it: a Temporal dev server, and a simulated AWS in this process, which so knows to the
// millisecond when a request arrived.
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { at, heard, start, stop } from './processes.js';

export const vpcId = 'vpc-0123456789abcdef0';
export const cluster = 'bench';
const quick = { protocol: 'TCP', intervalSeconds: 1, timeoutSeconds: 1, healthyThreshold: 1 };

export const cli = at('../dist/cli/main.js');

/** As the systemd unit has it; Node 20 knows none. The runs that nobody counts fill it. */
const compileCache = join(tmpdir(), `drawbridge-bench-compile-cache-${process.pid}`);
process.on('exit', () => rmSync(compileCache, { recursive: true, force: true }));

/** A file there is never waited for: what a disk takes would hide what everything else does. Containers have 64 MB of it, unless told. */
const memoryDisk = '/dev/shm';
const isRoomy = (/** @type {string} */ folder) =>
  existsSync(folder) && statfsSync(folder).bavail * statfsSync(folder).bsize > 2 ** 30;

/**
 * @typedef {Awaited<ReturnType<typeof surround>>} Surroundings
 * @typedef {{ instanceId: string, env: Record<string, string> }} Appliance - An instance, and the environment of a process on it.
 */

/** As docs/scaling.md advises where there are many queues, with one agent at each. */
const onePartitionAQueue = ['matching.numTaskqueueWritePartitions=1', 'matching.numTaskqueueReadPartitions=1'];

/**
 * The dev server that all figures use.
 *
 * @param {object} [options]
 * @param {string} [options.dbFilename] - Where it keeps what it has; in memory when left out.
 * @param {boolean} [options.manyQueues] - Whether it is set up for hundreds of them.
 */
export async function aTemporalServer({ dbFilename, manyQueues = false } = {}) {
  const log = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
  const [{ obtainTemporalCli }, { startTemporalServer }, { searchAttributes }] = await Promise.all([
    import('../build/demo/temporal-cli.js'),
    import('../build/demo/temporal-server.js'),
    import('../build/domain/search-attributes.js'),
  ]);
  const labels = Object.fromEntries(
    Object.values(searchAttributes).map((name) => [name, /** @type {const} */ ('Keyword')]),
  );
  const kept = dbFilename === undefined ? {} : { dbFilename };
  return startTemporalServer({
    cliPath: await obtainTemporalCli({ log }),
    log,
    searchAttributes: labels,
    searchAttributesAreFinal: true,
    dynamicConfig: manyQueues ? onePartitionAQueue : [],
    ...kept,
  });
}

/**
 * @template Result
 * @param {(around: Surroundings) => Promise<Result>} use
 * @param {Options} [options]
 * @returns {Promise<Result>} what `use` came to; all is taken down then.
 */
export async function withSurroundings(use, options = {}) {
  const around = await surround(options);
  try {
    return await use(around);
  } finally {
    await around.simulator.close();
    await around.temporal.stop();
    rmSync(around.folder, { recursive: true });
  }
}

/**
 * @typedef {object} Options
 * @property {import('../build/simulator/options.js').SimulatorOptions} [simulator]
 * @property {boolean} [inFile] - Whether Temporal keeps what it has in a file: hundreds of lives at once wait less for it than for its memory.
 * @property {boolean} [manyQueues] - Whether Temporal is set up for hundreds of them.
 * @property {readonly string[]} [clusters] - Each has a target group of its own. Default: one.
 * @property {object} [healthCheck] - Of the target groups. Default: one that makes a target healthy in a second.
 *
 * @param {Options} options
 */
async function surround({
  simulator: options = {},
  clusters = [cluster],
  healthCheck = quick,
  inFile = false,
  manyQueues = false,
}) {
  const [{ startSimulator }, { memorySettings }] = await Promise.all([
    import('../build/simulator/simulator.js'),
    import('../build/demo/agent-process.js'),
  ]);
  const folder = mkdtempSync(join(inFile && isRoomy(memoryDisk) ? memoryDisk : tmpdir(), 'drawbridge-bench-'));
  const temporal = await aTemporalServer({
    manyQueues,
    ...(inFile && { dbFilename: join(folder, 'temporal.db') }),
  });
  const simulator = await startSimulator(options);
  const tagsOf = (/** @type {string} */ name) => ({ 'neuwerk:cluster': name });
  const [{ arn }] = clusters.map((name) =>
    simulator.createTargetGroup({ name, vpcId, tags: tagsOf(name), registrationDelaySeconds: 0, healthCheck }),
  );

  return {
    folder,
    temporal,
    simulator,
    targetGroupArn: arn,
    /**
     * A new one each time: whatever an earlier run left behind is not its own.
     *
     * @param {string} [of] - Its cluster; the first one when left out.
     * @returns {Promise<Appliance>}
     */
    async anAppliance(of = clusters[0]) {
      const { instanceId } = await simulator.createInstance({ vpcId, tags: tagsOf(of), probe: 'healthy' });
      const env = {
        ...memorySettings,
        ...simulator.environment(instanceId),
        TEMPORAL_ADDRESS: temporal.address,
        DRAWBRIDGE_METRICS_PORT: '0',
        DRAWBRIDGE_HEALTH_PORT: '0',
        DRAWBRIDGE_TUNNEL_DEVICE: 'lo',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      };
      return { instanceId, env };
    },
    /**
     * @param {string} action
     * @param {string} instanceId
     * @returns {Promise<number>} when the next such request of the instance's arrives, by `performance.now()`.
     */
    async arrival(action, instanceId) {
      await simulator.nextRequest(action, (entry) => entry.instanceId === instanceId);
      return performance.now();
    },
  };
}

/**
 * Starts the agent of an appliance.
 *
 * @param {Appliance} appliance
 * @param {readonly string[]} [args]
 */
export function startAgent({ env }, args = []) {
  const child = start([cli, 'agent', ...args], { env: { ...env, NODE_COMPILE_CACHE: compileCache }, listen: true });
  const said = heard(child);
  return {
    child,
    inService: () => said('"in service"'),
    /** Ends it, and leaves the target in service. @returns {Promise<void>} */
    detach: () => stop(child, 'SIGHUP'),
    /** @returns {Promise<void>} once it has left by itself. */
    left: async () => {
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
