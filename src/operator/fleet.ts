import pMap from 'p-map';
import type { Client } from '@temporalio/client';
import type { StandingWithHealth } from '../domain/standing.js';
import type { TargetHealth } from '../domain/target-health.js';
import { isWorkedOn } from '../temporal/pollers-of.js';
import { latestOf, runsOfCluster, runsOfInstance } from '../temporal/runs.js';
import type { Runs } from '../temporal/runs.js';
import { standingOf } from '../temporal/standing.js';
import { healthsOfTargets } from './target-healths.js';
import type { HealthQuestion } from './target-healths.js';

/** Questions to Temporal at a time: enough for a large fleet, and no burden for a frontend. */
const atOnce = 20;

/** An instance that left longer ago than this is history. */
const recentMs = 24 * 3_600_000;

export interface FleetQuestion extends HealthQuestion {
  readonly client: Client;
  /** One instance of the cluster; all of them when left out. */
  readonly instanceId?: string | undefined;
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
  const [{ healths, notes, byAddress }, working] = await Promise.all([
    healthsOfTargets(
      question,
      standings.map(({ registered }) => registered?.targetGroupArn),
    ),
    isWorkedOn(client, client.options.namespace, cluster),
  ]);
  const absent: TargetHealth | null = notes.length > 0 ? null : { state: 'unused', reason: 'Target.NotRegistered' };
  const instances = standings.map((standing) => {
    const id = standing.registered?.target.id ?? standing.instanceId;
    // Where no startup came to its end, an instance of a group of addresses is known by none of its targets.
    const otherwise = standing.registered === null && byAddress ? null : absent;
    const target = healths.get(id) ?? otherwise;
    healths.delete(id);
    return { ...standing, target };
  });
  const others = [...healths].filter(([id]) => instanceId === undefined || id === instanceId);
  const strangers =
    known.length === 0 || instanceId === undefined ? others.map(([id, health]) => ({ id, health })) : [];
  const more = [
    ...(instanceId !== undefined && known.length === 0
      ? [`Temporal knows no life of ${instanceId}; is the id right?`]
      : []),
    ...(working ? [] : [nobodyWorks]),
  ];
  return {
    cluster,
    instances,
    strangers,
    hidden: known.length - shown.length,
    notes: [...notes, ...more],
  };
}

const nobodyWorks = 'no worker polls the queue of this cluster, so nothing moves; start an agent, or drawbridge worker';

const isRecent = (runs: Runs): boolean => {
  const latest = latestOf(runs);
  if (latest === undefined || latest === runs.startup || latest.closedAt === undefined) return true;
  return Date.now() - latest.closedAt.getTime() < recentMs;
};
