import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect } from 'vitest';
import { iperf3Port, listenCheck } from '../../src/domain/shell.js';
import type { Verification } from '../../src/domain/verification.js';
import { iperf3CheckMs } from '../../src/domain/timings.js';
import type { VerifyInput } from '../../src/domain/verifying.js';
import { beginVerify } from '../../src/temporal/begin.js';
import { runsOfCluster } from '../../src/temporal/runs.js';
import { activitiesOf, failureOf, recordHistory } from '../support/history.js';
import { it } from '../support/life.js';
import type { Appliance, Stage } from '../support/life.js';

/** An appliance in service, whose cluster has an agent and a fleet worker. */
async function inService(anAppliance: () => Promise<Appliance>): Promise<Appliance> {
  const appliance = await anAppliance();
  await Promise.all([appliance.enterService(), appliance.startFleetWorker()]);
  return appliance;
}

/** Another instance in the same group, healthy. */
async function another({ simulator }: Stage, { cluster, instance, groupArn }: Appliance): Promise<string> {
  const instanceId = `i-${randomUUID().replaceAll('-', '').slice(0, 17)}`;
  await simulator.createInstance({
    instanceId,
    vpcId: `vpc-${instance.instanceId.slice(2)}`,
    tags: { 'neuwerk:cluster': cluster },
    probe: 'healthy',
  });
  simulator.registerTarget(groupArn, instanceId);
  return instanceId;
}

async function verify({ client }: Stage, { cluster }: Appliance, input: VerifyInput = {}) {
  const { handle } = await beginVerify(client, cluster, { trigger: 'test', ...input });
  return { handle, found: (await handle.result()) as Verification };
}

const outcomes = ({ instances }: Verification, id: string) =>
  instances
    .find(({ instanceId }) => instanceId === id)
    ?.checks.map(({ name, outcome }) => `${name} ${outcome}`)
    .join(', ');

const runsOn = ({ simulator }: Stage, instanceId: string, script: string) =>
  simulator.commands.runs.filter((run) => run.instanceId === instanceId && run.script === script);

describe.concurrent('a verification', () => {
  it('looks at every instance, in order, and reports each check', async ({ anAppliance, stage }) => {
    const appliance = await inService(anAppliance);
    const { instanceId } = appliance;
    const script = `echo ${instanceId}`;
    stage.simulator.commands.script({ match: script, stdout: 'Linux 6.1\nmore\n' });
    const { handle, found } = await verify(stage, appliance, { script });
    expect(handle.workflowId).toBe(`verify/${appliance.cluster}`);
    expect(found).toMatchObject({
      verified: true,
      cluster: appliance.cluster,
      targetGroupArn: appliance.groupArn,
      instances: [{ target: instanceId, instanceId, privateIp: appliance.instance.privateIp }],
    });
    expect(outcomes(found, instanceId)).toBe('running passed, healthy passed, iperf3 passed, probe passed');
    expect(found.instances[0]?.checks.at(-1)).toMatchObject({ said: 'Linux 6.1' });
    expect(runsOn(stage, instanceId, script)).toHaveLength(1);
    expect(runsOn(stage, instanceId, listenCheck(iperf3Port))).toHaveLength(1);
    expect(await handle.query<Verification>('verification')).toMatchObject({ instances: found.instances });
    await recordHistory('verify-verified', handle);
  });

  it('goes on with the others where one fails, and says why', async ({ anAppliance, stage }) => {
    const appliance = await inService(anAppliance);
    const other = await another(stage, appliance);
    stage.simulator.commands.script({ match: 'false', instanceId: other, exitCode: 3, stderr: 'no such unit\n' });
    const { handle, found } = await verify(stage, appliance, { script: 'false', iperf3: 'skip' });
    expect(found.verified).toBe(false);
    expect(outcomes(found, appliance.instanceId)).toBe('running passed, healthy passed, iperf3 skipped, probe passed');
    expect(outcomes(found, other)).toBe('running passed, healthy passed, iperf3 skipped, probe failed');
    const failed = found.instances.find(({ instanceId }) => instanceId === other);
    expect(failed?.checks.at(-1)?.said).toBe('exited with 3: no such unit');
    await recordHistory('verify-not-verified', handle);
  });

  it('ends the checks of an instance that never will run, at once', async ({ anAppliance, stage }) => {
    const appliance = await inService(anAppliance);
    const other = await another(stage, appliance);
    stage.simulator.setInstanceState(other, 'terminated');
    const { found } = await verify(stage, appliance, { iperf3: 'skip', probe: 'skip' });
    expect(outcomes(found, appliance.instanceId)).toBe('running passed, healthy passed, iperf3 skipped, probe skipped');
    expect(outcomes(found, other)).toBe('running failed, healthy not reached, iperf3 skipped, probe skipped');
    expect(found.instances.find(({ instanceId }) => instanceId === other)?.checks[0]?.said).toMatch(
      /^InstanceStateUnreachable: instance i-\w+ is (shutting-down|terminated), and never will be running again/,
    );
  });

  it('runs its command once where the reply of SendCommand is lost (I9)', async ({ anAppliance, stage }) => {
    const appliance = await inService(anAppliance);
    const script = `touch ${appliance.instanceId}`;
    appliance.fault({ kind: 'resetAfter', action: 'SendCommand', count: 1 });
    const { found } = await verify(stage, appliance, { script, iperf3: 'skip' });
    expect(found.verified).toBe(true);
    expect(runsOn(stage, appliance.instanceId, script)).toHaveLength(1);
    expect(appliance.requests('SendCommand')).toHaveLength(1);
    expect(appliance.requests('ListCommands').length).toBeGreaterThan(0);
  });

  it('I7: ends within its window, and says what it did not reach', async ({ anAppliance, stage }) => {
    const appliance = await inService(anAppliance);
    stage.simulator.commands.script({ match: ':1451', instanceId: appliance.instanceId, exitCode: 1 });
    // Long enough for the two checks before it, also where eight verifications begin at once on a busy machine.
    const windowSeconds = 40;
    const { handle, found } = await verify(stage, appliance, { windowSeconds });
    expect(outcomes(found, appliance.instanceId)).toBe(
      'running passed, healthy passed, iperf3 failed, probe not reached',
    );
    expect(found.instances[0]?.checks[2]?.said).toMatch(/^Iperf3Timeout: .* is not listening after \d/);
    const tookMs = Date.parse(found.finishedAt ?? '') - Date.parse(found.startedAt);
    expect(tookMs, 'a check that has begun is let finish').toBeLessThanOrEqual(windowSeconds * 1_000 + iperf3CheckMs);
    await recordHistory('verify-iperf3-missing', handle);
  });

  it('is joined by a second request, is no instance of the cluster, and gives no task to an agent', async ({
    anAppliance,
    stage,
  }) => {
    const appliance = await inService(anAppliance);
    stage.simulator.commands.script({ match: 'slow', instanceId: appliance.instanceId, seconds: 3 });
    const one = await beginVerify(stage.client, appliance.cluster, { iperf3: 'skip', script: 'slow' });
    const two = await beginVerify(stage.client, appliance.cluster, {});
    expect(two).toMatchObject({ runId: undefined, handle: { workflowId: one.handle.workflowId } });
    await one.handle.result();
    expect(await runsOfCluster(stage.client, appliance.cluster)).toEqual([]);
    expect(await queuesOf(one.handle)).toEqual([`drawbridge/${appliance.cluster}/operations`]);
  });

  it('gives up after a minute in a cluster without a fleet worker (I7)', async ({ anAppliance, stage }) => {
    const appliance = await anAppliance();
    const { handle } = await beginVerify(stage.client, appliance.cluster, {});
    expect(await failureOf(handle)).toMatchObject({
      type: 'FleetWorkerLost',
      message: expect.stringMatching(/^listTargets: no fleet worker took the task within 60 s/) as string,
    });
    await recordHistory('verify-no-fleet-worker', handle);
  });

  it('refuses input that it does not know in one line, and does nothing', async ({ anAppliance, stage }) => {
    const appliance = await inService(anAppliance);
    const { handle } = await beginVerify(stage.client, appliance.cluster, { iperf3: 'maybe' as 'skip' });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: 'verify input: iperf3: found "maybe", expected "require" or "skip"' },
    });
    await recordHistory('verify-wrong-input', handle);
    expect(appliance.requests('SendCommand')).toEqual([]);
  });
});

const queuesOf = async (handle: WorkflowHandle): Promise<string[]> => [
  ...new Set((await activitiesOf(handle)).flatMap(({ queue }) => queue ?? [])),
];
