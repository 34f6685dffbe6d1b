import { createAppliance } from './appliance.js';
import type { Appliance } from './appliance.js';
import { startDataplane } from './dataplane.js';
import { startSimulator } from '../simulator/simulator.js';
import type { FlowReport } from '../simulator/flows/tally.js';
import type { Simulator } from '../simulator/simulator.js';

export const cluster = 'demo';
const vpcId = 'vpc-0demo0000000000a';
const place = { vpcId, tags: { 'neuwerk:cluster': cluster } };

/** One appliance without Drawbridge: a shell script registers it, and takes it out as shell scripts do. */
export interface ScriptedAppliance {
  readonly instanceId: string;
  readonly isStopped: boolean;
  /** `deregister-targets`, which returns at once, and then the appliance is stopped. */
  takeOut(): Promise<void>;
}

export interface Cast {
  readonly aws: Simulator;
  readonly targetGroupArn: string;
  readonly appliances: readonly Appliance[];
  readonly scripted: ScriptedAppliance;
  /** An instance that stays in service and takes the new flows when the others leave. */
  readonly staying: string;
  flowsOf(instanceId: string): { active: number; cut: number };
  close(): Promise<void>;
}

export interface CastOptions {
  readonly temporalAddress: string;
  readonly drainSeconds: number;
  readonly onLine: (instanceId: string, line: string) => void;
}

/** How many flows are open at a time, on average: about twenty with each appliance. */
const openFlows = 100;

/**
 * Flows that all end within the drain period, most of them early in it: a drain then has nothing to cut, and whoever does not
 * wait for it does.
 */
const trafficFor = (drainSeconds: number) => ({
  ratePerSecond: openFlows / (drainSeconds / 5),
  length: { kind: 'exponential', meanSeconds: drainSeconds / 5, atMostSeconds: drainSeconds * 0.8 } as const,
});

/** An AWS with one target group, three instances whose health checks ask the agents' real endpoints, and two others. */
export async function assemble({ temporalAddress, drainSeconds, onLine }: CastOptions): Promise<Cast> {
  const aws = await startSimulator({});
  const { arn } = aws.createTargetGroup({
    name: 'demo-appliances',
    ...place,
    attributes: { 'deregistration_delay.timeout_seconds': String(drainSeconds) },
    registrationDelaySeconds: 1,
    healthCheck: {
      protocol: 'HTTP',
      path: '/health',
      intervalSeconds: 1,
      timeoutSeconds: 1,
      healthyThreshold: 3,
      unhealthyThreshold: 2,
    },
  });
  const appliances = await Promise.all(
    ['i-0000000a', 'i-0000000b', 'i-0000000c'].map((instanceId) =>
      createAppliance(aws, {
        instanceId,
        place,
        temporalAddress,
        drainSeconds,
        onLine: (line) => onLine(instanceId, line),
      }),
    ),
  );
  const scripted = await scriptedAppliance(aws, arn, 'i-0000000d');
  const { instanceId: staying } = await aws.createInstance({ instanceId: 'i-0000000e', ...place, probe: 'healthy' });
  aws.registerTarget(arn, staying);
  aws.startTraffic(arn, trafficFor(drainSeconds));
  return {
    aws,
    targetGroupArn: arn,
    appliances,
    scripted,
    staying,
    flowsOf: (instanceId) => flowsOf(aws.flows(arn), instanceId),
    close: async () => {
      for (const { dataplane } of appliances) dataplane.stop();
      await aws.close();
    },
  };
}

async function scriptedAppliance(aws: Simulator, arn: string, instanceId: string): Promise<ScriptedAppliance> {
  const dataplane = await startDataplane();
  await aws.createInstance({ instanceId, ...place, probe: 'real', probeAddress: dataplane.address });
  const call = async (action: string): Promise<void> => {
    const parameters = {
      Action: action,
      Version: '2015-12-01',
      TargetGroupArn: arn,
      'Targets.member.1.Id': instanceId,
    };
    const response = await fetch(aws.endpoint, { method: 'POST', body: new URLSearchParams(parameters) });
    if (!response.ok) throw new Error(`${action} of ${instanceId}: ${response.status} ${await response.text()}`);
  };
  await call('RegisterTargets');
  let isStopped = false;
  return {
    instanceId,
    get isStopped() {
      return isStopped;
    },
    takeOut: async () => {
      await call('DeregisterTargets');
      dataplane.stop();
      isStopped = true;
    },
  };
}

function flowsOf({ targets }: FlowReport, instanceId: string): { active: number; cut: number } {
  const { active = 0, cut = 0 } = targets.find(({ targetId }) => targetId === instanceId) ?? {};
  return { active, cut };
}
