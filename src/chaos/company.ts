import { loopback } from '../demo/ports.js';
import { clusterTag } from '../domain/ids.js';
import { textsIn } from '../simulator/wire/parameters.js';
import type { LiveRun } from './agent-runs.js';
import { startRun } from './agent-runs.js';
import type { Company } from './evidence.js';
import { instanceIdFor } from './planning.js';
import type { Plan } from './plan.js';
import type { Stage } from './stage.js';
import type { LifeWorld } from './world.js';

/** The cluster's other process, at work. */
export interface LiveCompany {
  /** Ends it without a drain: its instance is to stay in service. Resolves once it is gone. */
  leave(): Promise<void>;
  record(): Company;
  close(): void;
}

/** Starts it, and resolves once it works. @throws with its lines when it ends before that. */
export async function startCompany(stage: Stage, plan: Plan, { arn }: LifeWorld): Promise<LiveCompany | undefined> {
  if (plan.company === 'nobody') return undefined;
  const { simulator, product, temporalAddress } = stage;
  const isAgent = plan.company === 'another agent';
  const instance = isAgent ? await createInstance(stage, plan) : undefined;
  const awaited = isAgent ? 'in service' : 'fleet worker started';
  let onReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => (onReady = resolve));
  const run = await startRun(
    {
      product,
      temporalAddress,
      aws: simulator.environment(instance?.instanceId),
      ...(isAgent
        ? { command: 'agent', args: await agentArguments(stage) }
        : { command: 'worker', args: ['--cluster', plan.cluster, '--region', simulator.region] }),
    },
    (message) => message === awaited && onReady(),
  );
  await Promise.race([ready, run.process.exited]);
  if (run.end !== undefined) throw new Error(`${plan.company} ended before it worked:\n${lastLines(run)}`);

  const targetId = plan.targetType === 'ip' ? instance?.privateIp : instance?.instanceId;
  return {
    async leave() {
      run.tell(isAgent ? 'SIGHUP' : 'SIGTERM');
      await run.process.exited;
    },
    record: () => ({
      instanceId: instance?.instanceId,
      health: targetId === undefined || !isThere(arn) ? undefined : simulator.targetHealth(arn, targetId),
      deregistrations:
        targetId === undefined
          ? 0
          : simulator.requests('DeregisterTargets').filter(({ parameters }) => textsIn(parameters).includes(targetId))
              .length,
      run,
    }),
    close: () => void run.process.stop(0),
  };

  function isThere(groupArn: string): boolean {
    return simulator.targetGroups.some((group) => group.arn === groupArn);
  }
}

const createInstance = ({ simulator }: Stage, { seed, cluster }: Plan) =>
  simulator.createInstance({
    instanceId: instanceIdFor(seed, 'company'),
    vpcId: 'vpc-1',
    tags: { [clusterTag]: cluster },
    probe: 'healthy',
  });

const agentArguments = async (stage: Stage): Promise<string[]> => [
  ...['--health-host', loopback, '--health-port', String(await stage.nextPort())],
  ...['--drain', '1', '--tunnel-policy', 'skip'],
];

const lastLines = ({ lines }: LiveRun): string =>
  lines
    .slice(-12)
    .map(({ text }) => text)
    .join('\n');
