import { countHealthy, healthStates, nodeIps } from '../../domain/fleet-targets.js';
import type { FleetTarget, FleetTargets } from '../../domain/fleet-targets.js';
import { nameOfGroup } from '../../domain/ids.js';
import { whyBelow } from './below.js';
import { tableOf } from './table.js';

/** A row for each target, within 80 columns, why AWS says so under it, and how many are healthy. */
export function targetsView({ targetGroupArn, targets }: FleetTargets): string {
  const rows = targets.map((each) => [nameOfTarget(each), each.privateIp ?? '-', each.health.state]);
  const [head = '', ...lines] = tableOf(['TARGET', 'PRIVATE IP', 'STATE'], rows).split('\n');
  const body = targets.flatMap(({ health }, index) => [lines[index] ?? '', ...whyBelow(health)]);
  return [
    `target group ${nameOfGroup(targetGroupArn)}`,
    ...(targets.length === 0 ? [] : [head, ...body]),
    targets.length === 0 ? 'no targets' : `${countHealthy(targets)} of ${targets.length} healthy`,
  ].join('\n');
}

/** The same for programs. */
export const targetsJson = (fleet: FleetTargets, indent?: number): string =>
  JSON.stringify(
    {
      ...fleet,
      healthy: countHealthy(fleet.targets),
      states: healthStates(fleet.targets),
      nodeIps: nodeIps(fleet.targets),
    },
    null,
    indent,
  );

/** In an `ip` group the instance, where EC2 knows it: a person takes that one by its id. */
const nameOfTarget = ({ target: { id, port }, instanceId }: FleetTarget): string =>
  `${instanceId ?? id}${port === undefined ? '' : `:${port}`}`;
