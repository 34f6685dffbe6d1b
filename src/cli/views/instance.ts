import type { InstanceInGroups } from '../../activities/instance-reads.js';
import { nameOfGroup } from '../../domain/ids.js';
import { sayHealth } from '../../domain/target-health.js';

/** An instance as a person reads it. */
export function instanceView({ instanceId, state, privateIp, vpcId, zone, registrations }: InstanceInGroups): string {
  return [
    `${instanceId}: ${state}`,
    fact('private IP', privateIp ?? 'none'),
    fact('VPC', vpcId ?? 'none'),
    fact('zone', zone ?? 'none'),
    ...(registrations.length === 0 ? [fact('target group', 'none')] : []),
    ...registrations.flatMap(({ targetGroupArn, target, health }) => [
      fact('target group', nameOfGroup(targetGroupArn)),
      ...(target.id === instanceId ? [] : [fact('target', target.id)]),
      fact('health', sayHealth(health)),
    ]),
  ].join('\n');
}

const fact = (name: string, text: string): string => `  ${name.padEnd(13)} ${text}`;
