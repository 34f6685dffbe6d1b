import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { WorkflowFailedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { shutdownId } from '../domain/ids.js';
import type { DrainReceipt } from '../domain/receipt.js';
import type { Appliance } from './appliance.js';
import type { Cast } from './cast.js';
import type { Exit, Supervised } from './supervised.js';
import type { TemporalServer } from './temporal-server.js';
import type { Departure, Promised } from './verdict.js';
import type { Watch } from './watch.js';

export interface Stage {
  readonly agents: readonly { appliance: Appliance; process: Supervised }[];
  readonly cast: Cast;
  readonly client: Client;
  readonly watch: Watch;
  readonly cliPath: string;
  readonly temporal: TemporalServer;
  readonly drainSeconds: number;
}

interface Leave {
  readonly departure: Departure;
  readonly promised: Promised;
}

/**
 * SIGTERM; SIGKILL of the agent in mid-drain and a new start; forceShutdown by the Temporal CLI; and beside them a shell script,
 * without Drawbridge. All at the same time.
 */
export async function waysOut(stage: Stage): Promise<{ leaves: Leave[]; cutByScript: number }> {
  const { agents, cast, client, watch, cliPath, temporal, drainSeconds } = stage;
  const ways = [politely, killed, forced];
  const [leaves, cutByScript] = await Promise.all([
    Promise.all(agents.map((agent, index) => (ways[index] ?? politely)(agent.appliance, agent.process))),
    byScript(),
  ]);
  return { leaves, cutByScript };

  async function politely(appliance: Appliance, agent: Supervised): Promise<Leave> {
    watch.note(appliance.instanceId, 'SIGTERM');
    begin(appliance.instanceId, agent);
    return left(appliance, 'SIGTERM', agent.exited, { outcome: 'drained', exitCode: 0 });
  }

  async function byScript(): Promise<number> {
    const { instanceId } = cast.scripted;
    const { active } = cast.flowsOf(instanceId);
    watch.note(instanceId, 'by a script');
    await cast.scripted.takeOut();
    // The load balancer finds out by the packets that nobody answers.
    await watch.until(() => cast.flowsOf(instanceId).active === 0);
    return active === 0 ? 0 : cast.flowsOf(instanceId).cut;
  }

  async function killed(appliance: Appliance, agent: Supervised): Promise<Leave> {
    const { instanceId } = appliance;
    watch.note(instanceId, 'SIGTERM');
    begin(instanceId, agent);
    await watch.reached(instanceId, 'draining');
    await pause((drainSeconds / 6) * 1_000);
    agent.kill('SIGKILL');
    watch.note(instanceId, 'agent killed');
    await agent.exited;
    const again = await appliance.start();
    watch.note(instanceId, 'killed, restarted');
    return left(appliance, 'SIGKILL in mid-drain', again.exited, { outcome: 'drained', exitCode: 0 });
  }

  async function forced(appliance: Appliance, agent: Supervised): Promise<Leave> {
    const { instanceId } = appliance;
    watch.note(instanceId, 'SIGTERM');
    begin(instanceId, agent);
    await watch.reached(instanceId, 'draining');
    await pause((drainSeconds / 4) * 1_000);
    watch.note(instanceId, 'forceShutdown');
    const signal = ['workflow', 'signal', '--address', temporal.address, '--namespace', temporal.namespace];
    await promisify(execFile)(cliPath, [
      ...signal,
      '--workflow-id',
      shutdownId(instanceId),
      '--name',
      'forceShutdown',
      '--input',
      '"demo"',
    ]);
    return left(appliance, 'forceShutdown', agent.exited, { outcome: 'interrupted', exitCode: 1 });
  }

  function begin(instanceId: string, agent: Supervised): void {
    watch.leaving(instanceId);
    agent.kill('SIGTERM');
  }

  async function left(
    { instanceId, dataplane }: Appliance,
    how: string,
    exited: Promise<Exit>,
    promised: Omit<Promised, 'drainSeconds'>,
  ): Promise<Leave> {
    const exit = await Promise.race([exited, pause((drainSeconds + 60) * 1_000, undefined, { ref: false })]);
    const deregistrations = cast.aws
      .requests('DeregisterTargets')
      .filter(({ parameters }) => JSON.stringify(parameters).includes(instanceId)).length;
    // The host goes: first the agent, then the appliance, and whatever flows are still with it.
    dataplane.stop();
    await watch.until(() => cast.flowsOf(instanceId).active === 0);
    const { cut } = cast.flowsOf(instanceId);
    const receipt = await receiptOf(client, instanceId);
    const departure = { instanceId, how, receipt, deregistrations, exit, cut };
    return { departure, promised: { ...promised, drainSeconds } };
  }
}

async function receiptOf(client: Client, instanceId: string): Promise<DrainReceipt | undefined> {
  try {
    return await client.withDeadline(
      Date.now() + 10_000,
      () => client.workflow.result<never>(shutdownId(instanceId)) as Promise<DrainReceipt>,
    );
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    return cause instanceof ApplicationFailure ? (cause.details?.[0] as DrainReceipt | undefined) : undefined;
  }
}
