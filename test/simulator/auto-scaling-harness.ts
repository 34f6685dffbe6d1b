import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingInstancesCommand,
  RecordLifecycleActionHeartbeatCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { onTestFinished } from 'vitest';
import type { InstanceOptions, SimulatorOptions } from '../../src/simulator/simulator.js';
import type { AutoScalingGroupOptions } from '../../src/simulator/world/auto-scaling/auto-scaling-group.js';
import { startAws } from './harness.js';

export const second = 1000;

/** Hooks with AWS's defaults, but for what a test is about. */
export const terminationHook = { name: 'drain', transition: 'autoscaling:EC2_INSTANCE_TERMINATING' } as const;
export const launchHook = { name: 'boot', transition: 'autoscaling:EC2_INSTANCE_LAUNCHING' } as const;

/** A simulator with an Auto Scaling client. */
export async function startAutoScaling(options: SimulatorOptions = {}) {
  const aws = await startAws(options);
  const client = new AutoScalingClient(aws.config);
  onTestFinished(() => client.destroy());
  const { sim } = aws;
  const state = async (instanceId: string) => {
    const input = { InstanceIds: [instanceId] };
    const { AutoScalingInstances } = await client.send(new DescribeAutoScalingInstancesCommand(input));
    return AutoScalingInstances?.[0]?.LifecycleState;
  };
  return {
    ...aws,
    client,
    state,
    /** The lifecycle states that the instance was in, each with the seconds since the start of the test. */
    states: (instanceId: string) => {
      return sim.autoScaling.transitions
        .filter((transition) => transition.instanceId === instanceId)
        .map(({ at, to }) => [(at - Date.UTC(2026, 0, 1)) / second, to] as const);
    },
    terminate: (instanceId: string, ShouldDecrementDesiredCapacity = false) =>
      client.send(
        new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: instanceId, ShouldDecrementDesiredCapacity }),
      ),
    complete: (instanceId: string, result: string, hook = terminationHook.name as string) =>
      client.send(
        new CompleteLifecycleActionCommand({
          AutoScalingGroupName: 'fleet',
          LifecycleHookName: hook,
          InstanceId: instanceId,
          LifecycleActionResult: result,
        }),
      ),
    heartbeat: (instanceId: string, hook = terminationHook.name as string) =>
      client.send(
        new RecordLifecycleActionHeartbeatCommand({
          AutoScalingGroupName: 'fleet',
          LifecycleHookName: hook,
          InstanceId: instanceId,
        }),
      ),
    /** What IMDS tells the instance of where it is heading; undefined when it answers 404. */
    targetLifecycleState: async (imdsEndpoint: string) => {
      const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
      const token = await (await fetch(`${imdsEndpoint}/latest/api/token`, { method: 'PUT', headers })).text();
      const path = '/latest/meta-data/autoscaling/target-lifecycle-state';
      const answer = await fetch(`${imdsEndpoint}${path}`, { headers: { 'x-aws-ec2-metadata-token': token } });
      return answer.status === 200 ? answer.text() : undefined;
    },
  };
}

/** The group `fleet` with one instance in service. */
export async function aFleet(group: Partial<AutoScalingGroupOptions> = {}, instance: Partial<InstanceOptions> = {}) {
  const aws = await startAutoScaling();
  const { instanceId, imdsEndpoint } = await aws.anInstance(instance);
  const fleet = aws.sim.autoScaling.createGroup({ name: 'fleet', instances: [instanceId], ...group });
  return { ...aws, instanceId, imdsEndpoint, fleet };
}

/** The same, with a target group that the fleet registers with; the instance is a healthy target. */
export async function aServingFleet(group: Partial<AutoScalingGroupOptions> = {}) {
  const aws = await startAutoScaling();
  const { arn } = aws.aGroup({ registrationDelaySeconds: 5 });
  const { instanceId, imdsEndpoint } = await aws.anInstance();
  const options = { name: 'fleet', instances: [instanceId], targetGroupArns: [arn], ...group };
  const fleet = aws.sim.autoScaling.createGroup(options);
  await aws.clock.advance(100 * second);
  return { ...aws, arn, instanceId, imdsEndpoint, fleet };
}
