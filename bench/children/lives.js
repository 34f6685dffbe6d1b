// Lives lives with the workers of several agents in one process, and says how its memory went. Takes JSON on stdin:
// where Temporal is, and the appliances of a `drawbridge simulate`.
import { json } from 'node:stream/consumers';
import { memoryAfter } from '../memory.js';

// The announcement of Node 20's end is no news here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const { temporalAddress, appliances, lives, sampleEvery } = /** @type {any} */ (await json(process.stdin));
Object.assign(process.env, appliances[0].environment);

const [{ connectAws }, { openHealthEndpoint }, { connectImds }, { openLog }, { openRecorder }, { installRuntime }] =
  await Promise.all([
    import('../../build/aws/clients.js'),
    import('../../build/host/health-endpoint.js'),
    import('../../build/host/imds.js'),
    import('../../build/telemetry/log.js'),
    import('../../build/telemetry/process-basics.js'),
    import('../../build/telemetry/runtime.js'),
  ]);
const [{ composeHost }, { Measures }, { OwnSteps }, { startWorkers }, { beginShutdown, beginStartup }] =
  await Promise.all([
    import('../../build/workers/host.js'),
    import('../../build/workers/measures.js'),
    import('../../build/workers/own-steps.js'),
    import('../../build/workers/workers.js'),
    import('../../build/temporal/begin.js'),
  ]);

const log = openLog('error', {});
const recorder = openRecorder({ version: 'bench', role: 'agent' });
installRuntime(() => log, { recorder, at: { host: '127.0.0.1', port: 0 } });

/** Long enough for the timer to be one. */
const drain = 0.01;

/** All of an agent but its process: its host, its workers, its client. */
async function anAgent(/** @type {any} */ { instanceId, imdsEndpoint, environment }) {
  const measures = new Measures(recorder);
  const health = await openHealthEndpoint({ host: '127.0.0.1', port: 0 }, () => undefined);
  const host = composeHost({ imds: connectImds(imdsEndpoint), health, configFile: undefined });
  const cluster = `bench-${instanceId}`;
  const workers = await startWorkers({
    connection: { address: temporalAddress },
    namespace: 'default',
    cluster,
    aws: connectAws(environment.AWS_REGION),
    host: { instanceId, host, ownSteps: new OwnSteps(instanceId) },
    measures,
  });
  const { client } = workers;
  return {
    async live() {
      const eager = { requestEagerStart: true };
      const input = { instanceId, cluster: 'bench', tunnel: { device: 'lo' }, trigger: 'bench' };
      await (await beginStartup(client, cluster, input, { drain, ...eager })).result();
      const { handle } = await beginShutdown(
        client,
        cluster,
        { instanceId, cluster: 'bench', drain, trigger: 'bench' },
        eager,
      );
      const { outcome } = await handle.result();
      if (outcome !== 'drained') throw new Error(`a life ended ${outcome}, expected drained`);
    },
    async stop() {
      await workers.stop();
      await health.close();
    },
  };
}

const agents = await Promise.all(appliances.map(anAgent));
const samples = await memoryAfter({ lives, sampleEvery, each: agents.map((agent) => () => agent.live()) });
await Promise.all(agents.map((agent) => agent.stop()));
process.stdout.write(`${JSON.stringify(samples)}\n`);
process.exit(0);
