import type { FleetInstance, GroupSettings } from '../aws/inspection.js';
import { clusterTag } from '../domain/ids.js';
import type { Target } from '../domain/target-group.js';
import type { TargetHealth } from '../domain/target-health.js';
import { sayHealth } from '../domain/target-health.js';
import type { Line } from './line.js';
import { fail, notChecked, ok, warn } from './line.js';
import { awsCli, command } from './mend.js';
import { reasonOf } from './probed.js';
import type { Probed } from './probed.js';

export interface RegisteredTargetHealth {
  readonly target: Target;
  readonly health: TargetHealth;
}

/** The cluster's target group, and who asks. */
export interface TargetGroupFacts {
  readonly region: string | undefined;
  readonly cluster: string | undefined;
  /** VPC and address of the appliance, where it is known. */
  readonly vpcId: string | undefined;
  readonly instanceId: string | undefined;
  readonly healthPort: number;
  /** Which group it is: given, or the only one with the cluster's tag. */
  readonly selected: Probed<string>;
  readonly group: Probed<GroupSettings | undefined>;
  readonly targets: Probed<readonly RegisteredTargetHealth[]>;
  /** Running instances with the cluster's tag. */
  readonly fleet: Probed<readonly FleetInstance[]>;
}

/** Whether it is the group that a startup would take, and whether anything comes of it. */
export function checkTargetGroup(facts: TargetGroupFacts): Line[] {
  const { selected, group, region } = facts;
  if ('error' in selected) return [notSelected(facts, selected.error)];
  const arn = selected.value;
  if ('error' in group) return [notChecked('target group', `${arn}: ${reasonOf(group.error)}`)];
  if (group.value === undefined) {
    const why = `${arn} does not exist`;
    return [fail('target group', why, awsCli(region, 'elbv2', 'describe-target-groups'))];
  }
  return [
    ok('target group', arn),
    checkProtocol(group.value, facts),
    checkVpc(group.value, facts),
    checkListener(group.value, facts),
    ...checkTarget(group.value, facts),
  ];
}

function notSelected({ region, cluster }: TargetGroupFacts, error: Error): Line {
  const why = error.message;
  const add = awsCli(
    ...([region, 'elbv2', 'add-tags'] as const),
    ...['--resource-arns', '<target-group-arn>', '--tags', `Key=${clusterTag},Value=${cluster ?? '<cluster>'}`],
  );
  switch (error.name) {
    case 'TargetGroupNotFound':
      return fail('target group', why, add);
    case 'TargetGroupAmbiguous': {
      const surplus = /arn:[^,\s\]]+/g.exec(why)?.[0] ?? '<target-group-arn>';
      const remove = ['--resource-arns', surplus, '--tag-keys', clusterTag];
      return fail('target group', why, awsCli(region, 'elbv2', 'remove-tags', ...remove));
    }
    default: {
      const unknown = [
        ...(region === undefined ? ['--region', '<region>'] : []),
        ...(cluster === undefined ? ['--cluster', '<cluster>'] : []),
      ];
      const mend = unknown.length === 0 ? undefined : command('drawbridge', 'doctor', ...unknown);
      return notChecked('target group', reasonOf(error), mend);
    }
  }
}

function checkProtocol({ protocol, vpcId }: GroupSettings, { region, healthPort }: TargetGroupFacts): Line {
  if (protocol === 'GENEVE') return ok('protocol', 'GENEVE');
  return fail(
    'protocol',
    `${protocol}, expected GENEVE: it is not a group of a Gateway Load Balancer`,
    awsCli(
      ...([
        region,
        'elbv2',
        'create-target-group',
        '--name',
        '<name>',
        '--protocol',
        'GENEVE',
        '--port',
        '6081',
      ] as const),
      ...['--vpc-id', vpcId, '--health-check-protocol', 'HTTP', '--health-check-path', '/health'],
      ...['--health-check-port', String(healthPort)],
    ),
  );
}

function checkVpc({ vpcId }: GroupSettings, facts: TargetGroupFacts): Line {
  if (facts.vpcId === undefined) return ok('VPC', `${vpcId}; the appliance's is not known here`);
  if (facts.vpcId === vpcId) return ok('VPC', `${vpcId}, as the appliance`);
  return fail(
    'VPC',
    `${vpcId}, but the appliance is in ${facts.vpcId}`,
    awsCli(
      ...([facts.region, 'elbv2', 'describe-target-groups'] as const),
      ...['--query', `TargetGroups[?VpcId=='${facts.vpcId}'].TargetGroupArn`],
    ),
  );
}

function checkListener({ arn, loadBalancerArns }: GroupSettings, { region }: TargetGroupFacts): Line {
  if (loadBalancerArns.length > 0) return ok('listener', `${loadBalancerArns.map(nameOf).join(', ')} forwards to it`);
  return fail(
    'listener',
    'none forwards to the group: its targets stay unused, and no traffic comes',
    awsCli(
      ...([region, 'elbv2', 'create-listener', '--load-balancer-arn', '<load-balancer-arn>'] as const),
      ...['--default-actions', `Type=forward,TargetGroupArn=${arn}`],
    ),
  );
}

/** The last but one part of an ARN such as `...:loadbalancer/gwy/edge/0123456789abcdef`. */
const nameOf = (arn: string): string => arn.split('/').at(-2) ?? arn;

function checkTarget(
  { arn, targetType }: GroupSettings,
  { instanceId, targets, fleet, region }: TargetGroupFacts,
): Line[] {
  if (instanceId === undefined) return [];
  if ('error' in targets) return [notChecked('target', reasonOf(targets.error))];
  const self = 'value' in fleet ? fleet.value.find((one) => one.instanceId === instanceId) : undefined;
  const id = targetType === 'ip' ? self?.privateIp : instanceId;
  const health = targets.value.find(({ target }) => target.id === id)?.health;
  if (health === undefined) return [ok('target', `${id ?? instanceId} is not registered`)];
  if (['healthy', 'initial', 'draining'].includes(health.state)) return [ok('target', sayHealth(health))];
  const look = ['--target-group-arn', arn];
  return [warn('target', sayHealth(health), awsCli(region, 'elbv2', 'describe-target-health', ...look))];
}
