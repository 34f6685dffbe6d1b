import { connectAws } from '../aws/clients.js';
import { faultOf } from '../aws/faults.js';
import { connectInspection } from '../aws/inspection.js';
import type { FleetInstance, GroupSettings, TargetChange } from '../aws/inspection.js';
import { clusterTag } from '../domain/ids.js';
import { selectTargetGroup } from '../domain/target-group.js';
import type { IamAction, Tried } from './aws.js';
import { andThen, probe, unasked } from './probed.js';
import type { Probed } from './probed.js';
import type { RegisteredTargetHealth } from './target-group.js';

/** All that AWS was asked. */
export interface AwsAnswers {
  readonly caller: Probed<string>;
  readonly tried: Readonly<Record<IamAction, Tried>>;
  readonly selected: Probed<string>;
  readonly group: Probed<GroupSettings | undefined>;
  readonly attributes: Probed<Readonly<Record<string, string>>>;
  readonly targets: Probed<readonly RegisteredTargetHealth[]>;
  readonly fleet: Probed<readonly FleetInstance[]>;
}

interface Asked {
  readonly region: string;
  readonly cluster: string | undefined;
  readonly targetGroupArn: string | undefined;
}

/** Asks side by side what does not need another answer. Changes nothing (I6). */
export async function probeAws({ region, cluster, targetGroupArn }: Asked): Promise<AwsAnswers> {
  const { targetGroups } = connectAws(region);
  const inspection = await connectInspection(region);
  const clusterUnknown = unasked('the cluster is not known');

  const findByTag = (): Promise<Probed<string[]>> =>
    cluster === undefined
      ? Promise.resolve(clusterUnknown)
      : probe((signal) => targetGroups.findByTag(clusterTag, cluster, signal));
  const aboutGroup = async () => {
    const found = targetGroupArn === undefined ? await findByTag() : undefined;
    const selected =
      targetGroupArn !== undefined
        ? { value: targetGroupArn }
        : await andThen(found ?? clusterUnknown, (arns) =>
            probe(() => Promise.resolve().then(() => selectTargetGroup(cluster ?? '', arns))),
          );
    const of = <T>(ask: (arn: string, signal: AbortSignal) => Promise<T>): Promise<Probed<T>> =>
      'value' in selected
        ? probe((signal) => ask(selected.value, signal))
        : Promise.resolve(unasked('the target group is not known'));
    const [[group, mayRegister, mayDeregister], attributes, targets] = await Promise.all([
      of((arn, signal) => inspection.group(arn, signal)).then(async (group) => {
        const may = (change: TargetChange) => mayChange(change, group);
        return [group, ...(await Promise.all([may('RegisterTargets'), may('DeregisterTargets')]))] as const;
      }),
      of((arn, signal) => inspection.attributes(arn, signal)),
      of((arn, signal) => targetGroups.targets(arn, signal)),
    ]);
    return { found, selected, group, mayRegister, mayDeregister, attributes, targets };
  };
  /** Only in a group that agents would use: nobody's other business is touched. */
  const mayChange = (change: TargetChange, group: Probed<GroupSettings | undefined>): Promise<Probed<boolean>> => {
    if ('error' in group) return Promise.resolve(unasked('the target group could not be described'));
    const { value } = group;
    if (value === undefined) return Promise.resolve(unasked('the target group does not exist'));
    if (value.protocol !== 'GENEVE') return Promise.resolve(unasked('the target group is not one for agents'));
    return probe((signal) => inspection.mayChangeTargets(change, value, signal));
  };

  const [caller, about, fleet] = await Promise.all([
    probe((signal) => inspection.caller(signal)),
    aboutGroup(),
    cluster === undefined
      ? clusterUnknown
      : probe((signal) => inspection.fleet({ key: clusterTag, value: cluster }, signal)),
  ]);
  const { found, selected, group, mayRegister, mayDeregister, attributes, targets } = about;
  return {
    caller,
    tried: {
      'tag:GetResources': found === undefined ? { notNeeded: '--target-group-arn is given' } : answered(found),
      'elasticloadbalancing:DescribeTargetGroups': answered(group),
      'elasticloadbalancing:DescribeTargetGroupAttributes': answered(attributes),
      'elasticloadbalancing:DescribeTargetHealth': answered(targets),
      'elasticloadbalancing:RegisterTargets': mayRegister,
      'elasticloadbalancing:DeregisterTargets': mayDeregister,
      'ec2:DescribeInstances': answered(fleet),
    },
    selected,
    group,
    attributes,
    targets,
    fleet,
  };
}

/** Whoever is told that there is no such group was allowed to ask. */
const answered = (probed: Probed<unknown>): Tried =>
  'value' in probed || isAboutTheThing(probed.error) ? { value: true } : probed;

const isAboutTheThing = (error: Error): boolean => faultOf(error)?.code === 'TargetGroupNotFoundException';

/** Where there is no region, nothing can be asked. */
export function unaskedAws(): AwsAnswers {
  const none = unasked('no region is known');
  return {
    caller: none,
    tried: {
      'tag:GetResources': none,
      'elasticloadbalancing:DescribeTargetGroups': none,
      'elasticloadbalancing:DescribeTargetGroupAttributes': none,
      'elasticloadbalancing:DescribeTargetHealth': none,
      'elasticloadbalancing:RegisterTargets': none,
      'elasticloadbalancing:DeregisterTargets': none,
      'ec2:DescribeInstances': none,
    },
    selected: none,
    group: none,
    attributes: none,
    targets: none,
    fleet: none,
  };
}
