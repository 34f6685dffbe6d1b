import type { Ec2Instance } from '../domain/ec2-instance.js';
import { StepFailure } from '../domain/failures.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import type { TargetHealth } from '../domain/target-health.js';
import { aliveBeat } from '../domain/timings.js';
import { withSignsOfLife } from './attempt.js';
import type { Attempt } from './attempt.js';
import type { OperationsDependencies } from './dependencies.js';

export interface OneInstance {
  readonly instanceId: string;
}

/** A registration of an instance, with what AWS says of it. */
export interface Registration extends RegisteredTarget {
  readonly health: TargetHealth;
}

export interface InstanceInGroups extends Ec2Instance {
  /** In GENEVE groups, on its way out included; ordinarily one, or none. */
  readonly registrations: readonly Registration[];
}

/**
 * The instance, and every GENEVE target group that holds it. Changes nothing.
 *
 * @throws InstanceNotFound (final); AwsThrottled and kin.
 */
export function describeInstance(
  { targetGroups, instances }: OperationsDependencies,
  { instanceId }: OneInstance,
  attempt: Attempt,
): Promise<InstanceInGroups> {
  const { signal } = attempt;
  const describe = async (): Promise<InstanceInGroups> => {
    const instance = await findInstance(instances, instanceId, signal);
    const inVpc = (await targetGroups.listGeneve(signal)).filter(
      ({ vpcId }) => instance.vpcId === null || vpcId === instance.vpcId,
    );
    const registrations: Registration[] = [];
    for (const { arn } of inVpc) {
      const held = (await targetGroups.targets(arn, signal)).filter(
        ({ target: { id } }) => id === instanceId || instance.addresses.includes(id),
      );
      registrations.push(...held.map((each) => ({ targetGroupArn: arn, ...each })));
    }
    return { ...instance, registrations };
  };
  return withSignsOfLife(attempt, aliveBeat.everyMs, describe());
}

/**
 * The one GENEVE target group that holds the instance.
 *
 * @throws TargetGroupNotFound, TargetGroupAmbiguous (final); as `describeInstance` does.
 */
export async function getTargetGroupArn(
  dependencies: OperationsDependencies,
  input: OneInstance,
  attempt: Attempt,
): Promise<string> {
  const { registrations } = await describeInstance(dependencies, input, attempt);
  const [arn, ...others] = new Set(registrations.map(({ targetGroupArn }) => targetGroupArn));
  if (arn === undefined) {
    const message = `no GENEVE target group holds instance ${input.instanceId}`;
    throw new StepFailure('TargetGroupNotFound', message, { final: true });
  }
  if (others.length > 0) {
    const message = `several GENEVE target groups hold instance ${input.instanceId}, expected one: [${[arn, ...others].sort().join(', ')}]`;
    throw new StepFailure('TargetGroupAmbiguous', message, { final: true });
  }
  return arn;
}

/** `running`, `pending`, ... @throws InstanceNotFound (final); AwsThrottled and kin. */
export async function describeInstanceState(
  { instances }: OperationsDependencies,
  { instanceId }: OneInstance,
  { signal }: Attempt,
): Promise<Ec2Instance['state']> {
  return (await findInstance(instances, instanceId, signal)).state;
}

/** Of the primary interface. @throws InstanceNotFound (final), also of one that is terminated and has lost it; AwsThrottled and kin. */
export async function getPrivateIp(
  { instances }: OperationsDependencies,
  { instanceId }: OneInstance,
  { signal }: Attempt,
): Promise<string> {
  const { privateIp, state } = await findInstance(instances, instanceId, signal);
  if (privateIp !== null) return privateIp;
  const message = `instance ${instanceId} is ${state} and has no private IP any more`;
  throw new StepFailure('InstanceNotFound', message, { final: true });
}

async function findInstance(
  instances: OperationsDependencies['instances'],
  instanceId: string,
  signal: AbortSignal,
): Promise<Ec2Instance> {
  const [instance] = await instances.describe({ instanceIds: [instanceId] }, signal);
  if (instance !== undefined) return instance;
  throw new StepFailure('InstanceNotFound', unknownToEc2(instanceId), { final: true });
}

export const unknownToEc2 = (instanceId: string): string =>
  `EC2 knows no instance ${instanceId}; check the id, the account and the region`;
