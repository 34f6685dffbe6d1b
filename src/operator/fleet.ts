import pMap from 'p-map';
import type { Client } from '@temporalio/client';
import type { Aws } from '../aws/api.js';
import { clusterTag } from '../domain/ids.js';
import type { Standing, StandingWithHealth } from '../domain/standing.js';
import type { TargetHealth } from '../domain/target-health.js';
import { isWorkedOn } from '../temporal/pollers-of.js';
import { latestOf, runsOfCluster, runsOfInstance } from '../temporal/runs.js';
import type { Runs } from '../temporal/runs.js';
import { standingOf } from '../temporal/standing.js';

/** Questions to Temporal at a time: enough for a large fleet, and no burden for a frontend. */
const atOnce = 20;

/** For all of AWS: a person waits. */
const awsMs = 10_000;

/** An instance that left longer ago than this is history. */
const recentMs = 24 * 3_600_000;

export interface FleetQuestion {
  readonly client: Client;
  readonly cluster: string;
  /** One instance of the cluster; all of them when left out. */
  readonly instanceId?: string | undefined;
  /** A group to look at besides those that startups found. */
  readonly targetGroupArn?: string | undefined;
  /** Undefined where AWS is not to be asked. */
  readonly connectAws: (regionOfGroup: string | undefined) => Aws | undefined;
  /** Also those that left long ago. */
  readonly all: boolean;
}

export interface Fleet {
  readonly cluster: string;
  readonly instances: readonly StandingWithHealth[];
  /** Targets of the cluster's groups that no life is known of. */
  readonly strangers: readonly { readonly id: string; readonly health: TargetHealth }[];
  /** How many left too long ago to be shown. */
  readonly hidden: number;
  /** What could not be had, in a sentence each. */
  readonly notes: readonly string[];
}

/** Where every instance of the cluster stands: by Temporal, and by AWS. What AWS does not answer is left out, with a note. */
export async function lookAtFleet(question: FleetQuestion): Promise<Fleet> {
  const { client, cluster, instanceId } = question;
  const runs =
    instanceId === undefined ? await runsOfCluster(client, cluster) : [await runsOfInstance(client, instanceId)];
  const known = runs.filter((each) => each !== undefined);
  const shown = question.all ? known : known.filter(isRecent);
  const standings = await pMap(shown, (each) => standingOf(client, each), { concurrency: atOnce });
  const [{ healths, notes }, working] = await Promise.all([
    askAws(question, standings),
    isWorkedOn(client, client.options.namespace, cluster),
  ]);
  const absent: TargetHealth | null = notes.length > 0 ? null : { state: 'unused', reason: 'Target.NotRegistered' };
  const instances = standings.map((standing) => {
    const id = standing.registered?.target.id ?? standing.instanceId;
    const target = healths.get(id) ?? absent;
    healths.delete(id);
    return { ...standing, target };
  });
  const others = [...healths].filter(([id]) => instanceId === undefined || id === instanceId);
  const strangers =
    known.length === 0 || instanceId === undefined ? others.map(([id, health]) => ({ id, health })) : [];
  return {
    cluster,
    instances,
    strangers,
    hidden: known.length - shown.length,
    notes: working ? notes : [...notes, nobodyWorks],
  };
}

const nobodyWorks = 'no worker polls the queue of this cluster, so nothing moves; start an agent, or drawbridge worker';

const isRecent = (runs: Runs): boolean => {
  const latest = latestOf(runs);
  if (latest === undefined || latest === runs.startup || latest.closedAt === undefined) return true;
  return Date.now() - latest.closedAt.getTime() < recentMs;
};

interface Healths {
  /** By target id. */
  readonly healths: Map<string, TargetHealth>;
  readonly notes: readonly string[];
}

async function askAws(question: FleetQuestion, standings: readonly Standing[]): Promise<Healths> {
  const { cluster, targetGroupArn, connectAws } = question;
  const named = [targetGroupArn, ...standings.map(({ registered }) => registered?.targetGroupArn)];
  const arns = new Set(named.filter((arn) => arn !== undefined));
  const [first] = arns;
  const aws = connectAws(first?.split(':')[3]);
  if (aws === undefined)
    return { healths: new Map(), notes: ['AWS was not asked: no region is known; say --region or AWS_REGION'] };
  const signal = AbortSignal.timeout(awsMs);
  const healths = new Map<string, TargetHealth>();
  const notes: string[] = [];
  try {
    if (targetGroupArn === undefined)
      for (const arn of await aws.targetGroups.findByTag(clusterTag, cluster, signal)) arns.add(arn);
  } catch (error) {
    notes.push(unanswered('target groups', error));
  }
  await pMap(
    arns,
    async (arn) => {
      try {
        for (const { target, health } of await aws.targetGroups.targets(arn, signal)) healths.set(target.id, health);
      } catch (error) {
        notes.push(unanswered(`target health of ${arn}`, error));
      }
    },
    { concurrency: atOnce },
  );
  return { healths, notes };
}

const unanswered = (what: string, error: unknown): string =>
  `AWS did not tell the ${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
