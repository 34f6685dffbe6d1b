import { textsIn } from '../simulator/wire/parameters.js';
import type { LiveCompany } from './company.js';
import type { Act, Evidence } from './evidence.js';
import type { Host } from './host.js';
import { boundMs } from './bounds.js';
import type { Plan } from './plan.js';
import type { Stage } from './stage.js';
import { workflowRuns } from './workflow-runs.js';
import type { LifeWorld } from './world.js';

export interface Gathering {
  readonly stage: Stage;
  readonly plan: Plan;
  readonly world: LifeWorld;
  readonly host: Host;
  readonly company: LiveCompany | undefined;
  readonly acts: readonly Act[];
  readonly beganAt: number;
  readonly stuckIn: string | undefined;
}

/** Everything that is known of a life that is over. */
export async function gather({
  stage,
  plan,
  world,
  host,
  company,
  acts,
  beganAt,
  stuckIn,
}: Gathering): Promise<Evidence> {
  const { simulator, client } = stage;
  const { arn, arns, targetId } = world;
  const { instanceId } = plan;
  const endedAt = Date.now();
  const isThere = simulator.targetGroups.some((group) => group.arn === arn);
  const names = [instanceId, targetId];
  return {
    plan,
    target: { groupArn: arn, id: targetId },
    groupArns: arns,
    beganAt,
    endedAt,
    stuckIn,
    boundMs: boundMs(plan),
    requests: simulator.journal.filter(
      (entry) =>
        entry.wallAt >= beganAt &&
        (entry.instanceId === instanceId ||
          textsIn(entry.parameters).some(
            (text) => names.includes(text) || isSearch(entry.action, text, plan.cluster, arns),
          )),
    ),
    transitions: simulator.transitions.filter(
      (change) => change.targetGroupArn === arn && change.targetId === targetId,
    ),
    finalHealth: isThere ? simulator.targetHealth(arn, targetId) : undefined,
    flows: isThere ? simulator.flows(arn) : undefined,
    acts,
    runs: host.runs,
    company: company?.record(),
    workflows: await workflowRuns(client, instanceId),
    health: host.gate.health,
  };
}

/** A search for the life's group that another agent may have made for it. What else that one asks about the group is its own affair. */
function isSearch(action: string, text: string, cluster: string, arns: readonly string[]): boolean {
  if (action === 'GetResources') return text === cluster;
  return action === 'DescribeTargetGroups' && arns.includes(text);
}
