import { startDataplane } from '../demo/dataplane.js';
import type { Dataplane } from '../demo/dataplane.js';
import { loopback } from '../demo/ports.js';
import { clusterTag } from '../domain/ids.js';
import type { SimulatedInstance, TargetGroup, TargetGroupOptions } from '../simulator/simulator.js';
import { instanceIdFor } from './planning.js';
import type { Plan } from './plan.js';
import type { Stage } from './stage.js';

const vpcId = 'vpc-1';

/** New flows a second; every one is over well before a drain period is, so that a whole drain cuts none. */
const flowsPerSecond = 12;
const longestFlow = 0.6;

/** What AWS has for one life: its group or what stands in for it, its instance, and one that stays in service. */
export interface LifeWorld {
  readonly instance: SimulatedInstance;
  readonly dataplane: Dataplane;
  readonly healthPort: number;
  /** The group that is right, or the one that looks like it; `arns` are all that could be mistaken for it. */
  readonly arn: string;
  readonly arns: readonly string[];
  readonly targetId: string;
  /** Nothing of the life goes on in AWS. */
  clear(): void;
}

/** Makes it. */
export async function createWorld(stage: Stage, plan: Plan): Promise<LifeWorld> {
  const { simulator } = stage;
  const tags = { [clusterTag]: plan.cluster };
  const groups = optionsFor(plan).map((options) => simulator.createTargetGroup(options));
  const [group] = groups as [TargetGroup];
  const [healthPort, dataplane] = await Promise.all([stage.nextPort(), startDataplane()]);
  const instance = await simulator.createInstance({
    instanceId: plan.instanceId,
    vpcId,
    tags,
    probe: 'real',
    probeAddress: { host: loopback, port: healthPort },
    dataplaneAddress: dataplane.address,
  });
  const staying = await simulator.createInstance({
    instanceId: instanceIdFor(plan.seed, 'staying'),
    vpcId,
    tags,
    probe: 'healthy',
  });
  const idOf = ({ instanceId, privateIp }: SimulatedInstance) => (plan.targetType === 'ip' ? privateIp : instanceId);
  simulator.registerTarget(group.arn, idOf(staying));
  simulator.startTraffic(group.arn, {
    ratePerSecond: flowsPerSecond,
    length: { kind: 'uniform', fromSeconds: 0.05, toSeconds: longestFlow * plan.drainSeconds },
    seed: plan.seed % 2 ** 31,
  });
  return {
    instance,
    dataplane,
    healthPort,
    arn: group.arn,
    arns: groups.map(({ arn }) => arn),
    targetId: idOf(instance),
    clear: () => {
      dataplane.stop();
      for (const { arn } of groups) if (simulator.targetGroups.includes(group)) simulator.deleteTargetGroup(arn);
    },
  };
}

function optionsFor({ seed, cluster, group, targetType, delaySeconds }: Plan): TargetGroupOptions[] {
  const right: TargetGroupOptions = {
    name: `chaos-${seed}`,
    vpcId,
    targetType,
    tags: { [clusterTag]: cluster },
    attributes: { 'deregistration_delay.timeout_seconds': String(delaySeconds) },
    registrationDelaySeconds: 0,
    healthCheck: {
      protocol: 'HTTP',
      path: '/health',
      intervalSeconds: 0.25,
      timeoutSeconds: 1,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    },
  };
  switch (group) {
    case 'right':
      return [right];
    case 'missing':
      return [{ ...right, tags: {} }];
    case 'two':
      return [right, { ...right, name: `chaos-${seed}-b` }];
    case 'not geneve':
      return [{ ...right, protocol: 'TCP', port: 80 }];
    case 'other vpc':
      return [{ ...right, vpcId: 'vpc-2' }];
  }
}
