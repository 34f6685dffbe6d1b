import { pino } from 'pino';
import { describe, expect } from 'vitest';
import { identityOf } from '../../src/domain/left-behind.js';
import { connectImds } from '../../src/host/imds.js';
import { composeHost } from '../../src/workers/host.js';
import { watchForLostSteps } from '../../src/workers/lost-steps.js';
import { OwnSteps } from '../../src/workers/own-steps.js';
import { startWorkers } from '../../src/workers/workers.js';
import { spanOf } from '../support/history.js';
import { it, workersOptions } from '../support/life.js';
import type { Appliance, Stage } from '../support/life.js';

const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });

/** The agent's workers, and its watch over its startup: ten looks a second. */
async function anAgentThatWatches(appliance: Appliance, stage: Stage) {
  const { instanceId, instance, health, cluster } = appliance;
  const host = composeHost({ imds: connectImds(instance.imdsEndpoint), health, configFile: undefined });
  const ownSteps = new OwnSteps(instanceId);
  const workers = await startWorkers({ ...workersOptions(stage, cluster), host: { instanceId, host, ownSteps } });
  const over = new AbortController();
  const watch = watchForLostSteps(workers.client, ownSteps.reached, { log, until: over.signal, everyMs: 100 });
  return {
    identity: workers.client.options.identity,
    async stop() {
      over.abort();
      await watch;
      await workers.stop();
    },
  };
}

describe.concurrent('a step that Temporal gave to the agent', () => {
  it('and that got lost on its way is tried again', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance({ agent: false });
    await appliance.startFleetWorker();
    const startup = await appliance.startup();
    const { instanceId, queues } = appliance;
    const identity = identityOf({ instanceId, pid: process.pid, since: new Date(performance.timeOrigin) });
    // The reply is taken, and nothing comes of it.
    await stage.client.withDeadline(Date.now() + 60_000, () =>
      stage.client.workflowService.pollActivityTaskQueue({
        namespace: 'default',
        taskQueue: { name: queues.host },
        identity,
      }),
    );
    const agent = await anAgentThatWatches(appliance, stage);
    try {
      expect(agent.identity).toBe(identity);
      await startup.result();
    } finally {
      await agent.stop();
    }
    const { attempt, lastFailure } = await spanOf(startup, 'readMetadata');
    expect(attempt).toBe(2);
    expect(lastFailure).toContain(`gave this step to the agent of its host (${identity}), which never got it`);
  });

  it('and that it has in hand is left to it, however long it takes', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance({ agent: false, probe: 'unhealthy' });
    const agent = await anAgentThatWatches(appliance, stage);
    const looked = appliance.nextRequest('DescribeTargetHealth');
    const startup = await appliance.startup({ healthyWindowSeconds: 4 });
    await looked;
    await startup.result().catch(() => undefined);
    await agent.stop();
    expect((await spanOf(startup, 'confirmHealthy')).attempt).toBe(1);
  });
});
