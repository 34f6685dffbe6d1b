import { EC2Client } from '@aws-sdk/client-ec2';
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { onTestFinished } from 'vitest';
import type { InstanceOptions, SimulatorOptions, TargetGroupOptions } from '../../src/simulator/simulator.js';
import { ManualClock, startSimulator } from '../../src/simulator/simulator.js';

/** The network that everything in these tests is in, unless a test is about another. */
const vpcId = 'vpc-1';

/** A simulator on a manual clock, and real SDK clients of it, gone when the test is. */
export async function startAws(options: SimulatorOptions = {}) {
  const clock = new ManualClock();
  // A manual clock stands still, so no token would ever come back.
  const sim = await startSimulator({ clock, throttling: 'off', ...options });
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId = '' } = sim.environment();
  const config = {
    endpoint: sim.endpoint,
    region: region ?? '',
    credentials: { accessKeyId, secretAccessKey: 'simulated' },
    maxAttempts: 1,
  };
  const elbv2 = new ElasticLoadBalancingV2Client(config);
  const ec2 = new EC2Client(config);
  const tagging = new ResourceGroupsTaggingAPIClient(config);
  onTestFinished(async () => {
    for (const client of [elbv2, ec2, tagging]) client.destroy();
    await sim.close();
  });
  return {
    sim,
    clock,
    config,
    elbv2,
    ec2,
    tagging,
    aGroup: (group: Partial<TargetGroupOptions> = {}) => sim.createTargetGroup({ vpcId, ...group }),
    anInstance: (instance: Partial<InstanceOptions> = {}) =>
      sim.createInstance({ vpcId, probe: 'healthy', ...instance }),
  };
}

/** One group, one instance, and the calls about the two. */
export async function aTarget(
  group: Partial<TargetGroupOptions> = {},
  instance: Partial<InstanceOptions> = {},
  options: SimulatorOptions = {},
) {
  const aws = await startAws(options);
  const { arn } = aws.aGroup({ registrationDelaySeconds: 5, ...group });
  const { instanceId, privateIp } = await aws.anInstance(instance);
  const id = group.targetType === 'ip' ? privateIp : instanceId;
  const input = { TargetGroupArn: arn, Targets: [{ Id: id }] };
  return {
    ...aws,
    arn,
    instanceId,
    id,
    register: () => aws.elbv2.send(new RegisterTargetsCommand(input)),
    deregister: () => aws.elbv2.send(new DeregisterTargetsCommand(input)),
    health: async () => {
      const { TargetHealthDescriptions } = await aws.elbv2.send(new DescribeTargetHealthCommand(input));
      const { State, Reason } = TargetHealthDescriptions?.[0]?.TargetHealth ?? {};
      return Reason === undefined ? State : `${State ?? ''}/${Reason}`;
    },
    listed: async () => {
      const { TargetHealthDescriptions } = await aws.elbv2.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: arn }),
      );
      return TargetHealthDescriptions?.map(({ Target }) => Target?.Id);
    },
  };
}
