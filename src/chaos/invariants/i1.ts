import { textsIn } from '../../simulator/wire/parameters.js';
import type { JournalEntry } from '../../simulator/simulator.js';
import type { Evidence } from '../evidence.js';
import { during, runsOf, sayAt, stretchOf } from '../reading.js';

/** **I1** A target is registered only after its group is known to be the one GENEVE group of its cluster and VPC. */
export function i1(evidence: Evidence): string[] {
  const { plan, requests, groupArns } = evidence;
  const registers = requests.filter(
    ({ action, parameters }) =>
      action === 'RegisterTargets' && textsIn(parameters).some((text) => groupArns.includes(text)),
  );
  if (plan.group === 'right') return registers.flatMap((register) => before(evidence, register));
  return registers.map(
    (register) => `RegisterTargets at ${sayAt(evidence, register.at)}, expected none: ${plan.group}`,
  );
}

function before(evidence: Evidence, register: JournalEntry): string[] {
  const { plan, requests, target } = evidence;
  const at = sayAt(evidence, register.at);
  const texts = textsIn(register.parameters);
  if (!texts.includes(target.groupArn) || !texts.includes(target.id)) {
    return [`RegisterTargets at ${at} of ${texts.join(' ')}, expected ${target.id} in ${target.groupArn}`];
  }
  const startup = runsOf(evidence, 'startup').find((run) => during(register.at, stretchOf(run)));
  const known = (action: string) =>
    requests.some(
      (entry) =>
        entry.action === action &&
        entry.sequence < register.sequence &&
        entry.at >= (startup?.startedAt ?? 0) &&
        wasUnderstood(entry),
    );
  const needed = plan.namesGroup ? ['DescribeTargetGroups'] : ['GetResources', 'DescribeTargetGroups'];
  return needed
    .filter((action) => !known(action))
    .map((action) => `RegisterTargets at ${at}, expected an answer to ${action} before it in the same startup`);
}

const wasUnderstood = ({ outcome }: JournalEntry): boolean =>
  outcome.status === 200 && outcome.fault !== 'emptyBody' && outcome.fault !== 'truncatedBody';
