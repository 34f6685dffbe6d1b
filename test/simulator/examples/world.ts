import { RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { InstanceOptions, TargetGroup, TargetGroupOptions } from '../../../src/simulator/simulator.js';
import type { Stage } from '../stage.js';

/** The network that everything is in. */
export const vpcId = 'vpc-00000000000000001';

/** A time after which every registered target has settled, in milliseconds. */
export const longEnoughMs = 600_000;

/** A tag that XML has to escape. */
export const awkwardTag = { 'neuwerk:cluster': 'blue & <green>' };

/** An ARN of a group that is not there. */
export const absentGroupArn =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/absent/000000000000abcd';

/** An instance that is not there. */
export const absentInstanceId = 'i-0000000000000abcd';

export const aGroup = ({ sim }: Stage, options: Partial<TargetGroupOptions> = {}): TargetGroup =>
  sim.createTargetGroup({ vpcId, registrationDelaySeconds: 5, ...options });

/** @returns the id. */
export async function anInstance({ sim }: Stage, options: Partial<InstanceOptions> = {}): Promise<string> {
  const { instanceId } = await sim.createInstance({ vpcId, probe: 'healthy', ...options });
  return instanceId;
}

export async function register(stage: Stage, { arn }: TargetGroup, ...ids: string[]): Promise<void> {
  const Targets = ids.map((Id) => ({ Id }));
  await stage.send('elbv2', new RegisterTargetsCommand({ TargetGroupArn: arn, Targets }));
}
