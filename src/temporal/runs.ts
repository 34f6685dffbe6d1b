import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { clusterOf, fleetQueue, shutdownId, startupId } from '../domain/ids.js';

/** One run of a workflow, as Temporal lists it. */
export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TERMINATED' | 'TIMED_OUT' | 'OTHER';
  readonly startedAt: Date;
  readonly closedAt: Date | undefined;
}

/** The latest runs of an instance's two workflows. */
export interface Runs {
  readonly instanceId: string;
  readonly cluster: string;
  readonly startup: Run | undefined;
  readonly shutdown: Run | undefined;
}

/**
 * The run that says where the instance stands: the shutdown as long as it runs, as it ends a startup; else the one that runs, or
 * ended last. A startup that was begun, and refused, while a shutdown ran says nothing once that is done.
 */
export function latestOf({ startup, shutdown }: Pick<Runs, 'startup' | 'shutdown'>): Run | undefined {
  if (startup === undefined || shutdown === undefined) return startup ?? shutdown;
  if (shutdown.status === 'RUNNING' || startup.status === 'RUNNING')
    return shutdown.status === 'RUNNING' ? shutdown : startup;
  return endOf(shutdown) >= endOf(startup) ? shutdown : startup;
}

const endOf = ({ closedAt, startedAt }: Run): Date => closedAt ?? startedAt;

/** More than a cluster can have in its namespace's retention, and few enough to be read while a person waits. */
const mostRuns = 20_000;

/** The latest runs of every instance of the cluster that Temporal still remembers, by instance id. Lags behind by seconds. */
export async function runsOfCluster({ workflow }: Client, cluster: string): Promise<Runs[]> {
  const latest = new Map<string, Run>();
  let count = 0;
  const query = `TaskQueue = ${quoted(fleetQueue(cluster))} AND WorkflowType IN ('startup', 'shutdown')`;
  for await (const info of workflow.list({ query })) {
    const known = latest.get(info.workflowId);
    if (known === undefined || known.startedAt < info.startTime) latest.set(info.workflowId, runOf(info));
    if (++count === mostRuns) break;
  }
  const ids = new Set([...latest.keys()].map((id) => id.replace(/^(startup|shutdown)\//, '')));
  return [...ids].sort().map((instanceId) => ({
    instanceId,
    cluster,
    startup: latest.get(startupId(instanceId)),
    shutdown: latest.get(shutdownId(instanceId)),
  }));
}

/** The same for one instance, as of now. @returns undefined when Temporal knows nothing of it. */
export async function runsOfInstance({ workflow }: Client, instanceId: string): Promise<Runs | undefined> {
  const described = async (workflowId: string): Promise<{ run: Run; queue: string } | undefined> => {
    try {
      const info = await workflow.getHandle(workflowId).describe();
      return { run: runOf(info), queue: info.taskQueue };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  };
  const [startup, shutdown] = await Promise.all([described(startupId(instanceId)), described(shutdownId(instanceId))]);
  const latest = [startup, shutdown].find(
    (each) => each?.run === latestOf({ startup: startup?.run, shutdown: shutdown?.run }),
  );
  const cluster = clusterOf(latest?.queue ?? '');
  if (cluster === undefined) return undefined;
  return { instanceId, cluster, startup: startup?.run, shutdown: shutdown?.run };
}

const statuses = ['RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'] as const;

type Listed = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'status' | 'startTime' | 'closeTime'>;

const runOf = ({ workflowId, runId, status, startTime, closeTime }: Listed): Run => ({
  workflowId,
  runId,
  status: statuses.find((each) => each === status.name) ?? 'OTHER',
  startedAt: startTime,
  closedAt: closeTime,
});

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
