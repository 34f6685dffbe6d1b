import pMap from 'p-map';
import type { Aws } from '../aws/api.js';
import { clusterTag, regionOfGroup } from '../domain/ids.js';
import type { TargetHealth } from '../domain/target-health.js';

/** Groups asked at a time. */
const atOnce = 20;

/** For all of AWS: a person waits. */
const awsMs = 10_000;

export interface HealthQuestion {
  readonly cluster: string;
  /** A group to look at instead of those that carry the cluster's tag. */
  readonly targetGroupArn?: string | undefined;
  /** AWS in the region of a group, or in the operator's own where no group is known. Undefined where there is none. */
  readonly awsIn: (region: string | undefined) => Aws | undefined;
}

interface Healths {
  /** By target id. */
  readonly healths: Map<string, TargetHealth>;
  readonly notes: readonly string[];
  /** Whether targets are addresses: then an id alone does not tell which instance it is. */
  readonly byAddress: boolean;
}

/**
 * The health of every target in the cluster's groups: those that carry its tag, and those found before. What AWS does not answer is
 * left out, with a note.
 */
export async function healthsOfTargets(
  question: HealthQuestion,
  found: readonly (string | undefined)[],
): Promise<Healths> {
  const { cluster, targetGroupArn, awsIn } = question;
  const named = [targetGroupArn, ...found];
  const arns = new Set(named.filter((arn) => arn !== undefined));
  const [first] = arns;
  const aws = awsIn(first && regionOfGroup(first));
  if (aws === undefined)
    return {
      healths: new Map(),
      byAddress: false,
      notes: ['AWS was not asked: no region is known; say --region or AWS_REGION'],
    };
  const signal = AbortSignal.timeout(awsMs);
  const healths = new Map<string, TargetHealth>();
  const notes: string[] = [];
  try {
    if (targetGroupArn === undefined)
      for (const arn of await aws.targetGroups.findByTag(clusterTag, cluster, signal)) arns.add(arn);
  } catch (error) {
    notes.push(unanswered('target groups', error));
  }
  if (arns.size === 0 && notes.length === 0)
    notes.push(
      `AWS was not asked for target health: no target group is tagged ${clusterTag}=${cluster} there; is it the right account and region?`,
    );
  await pMap(
    arns,
    async (arn) => {
      try {
        const there = awsIn(regionOfGroup(arn)) ?? aws;
        for (const { target, health } of await there.targetGroups.targets(arn, signal)) healths.set(target.id, health);
      } catch (error) {
        notes.push(unanswered(`target health of ${arn}`, error));
      }
    },
    { concurrency: atOnce },
  );
  return { healths, notes, byAddress: [...healths.keys()].some((id) => !id.startsWith('i-')) };
}

const unanswered = (what: string, error: unknown): string =>
  `AWS did not tell the ${what}: ${error instanceof Error && error.name === 'Error' ? error.message : String(error)}`;
