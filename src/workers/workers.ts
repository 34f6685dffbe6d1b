import { NativeConnection, Worker } from '@temporalio/worker';
import { Client } from '@temporalio/client';
import type { NativeConnectionOptions, WorkerOptions } from '@temporalio/worker';
import { createActivities, createAwsActivities, createOperationsActivities } from '../activities/index.js';
import type { AwsActivities } from '../activities/contract.js';
import type { Host } from '../activities/dependencies.js';
import type { Aws } from '../aws/api.js';
import { fleetQueue, hostQueue, operationsQueue } from '../domain/ids.js';
import { identityOf } from '../domain/left-behind.js';
import { explainUnreached } from '../temporal/connect.js';
import { within } from './bounded.js';
import { livesOver } from './lives.js';
import type { Measures } from './measures.js';
import type { OwnSteps } from './own-steps.js';
import type { Tracing } from '../tracing/tracing.js';
import { untraced } from '../tracing/tracing.js';
import { stopMs } from './waits.js';
import { workflowBundlePath } from './workflow-thread.js';

/** A frontend carries 1,200 long polls per namespace and method: an agent may cost it two, not the default of twenty. */
const pollers = { type: 'autoscaling', minimum: 1, initial: 1, maximum: 4 } as const;

const startedAt = new Date(performance.timeOrigin);

/** Small and fixed: one instance's life is a few tasks at a time, and the memory is the appliance's. */
const shape = {
  maxConcurrentActivityTaskExecutions: 20,
  activityTaskPollerBehavior: pollers,
  // In-flight activities may finish: a reply that is thrown away is a step that runs twice.
  shutdownGraceTime: '3s',
  shutdownForceTime: '10s',
} satisfies Partial<WorkerOptions>;

const workflows = {
  maxConcurrentWorkflowTaskExecutions: 10,
  maxCachedWorkflows: 20,
  workflowTaskPollerBehavior: pollers,
  // A life whose worker was killed must not wait the default 10 s for its next step.
  stickyQueueScheduleToStartTimeout: '1s',
} satisfies Partial<WorkerOptions>;

export interface WorkersOptions {
  readonly connection: NativeConnectionOptions;
  readonly namespace: string;
  readonly cluster: string;
  readonly aws: Aws;
  /** Absent on a fleet worker, which then works on the fleet queue, and on what operators ask. */
  readonly host?: { readonly instanceId: string; readonly host: Host; readonly ownSteps?: OwnSteps };
  readonly measures: Measures;
  /** @default untraced */
  readonly tracing?: Tracing | undefined;
  /** Ends the start before anything polls. */
  readonly givenUp?: AbortSignal;
}

/** A process's Temporal workers, polling. */
export interface Workers {
  /** On the workers' own connection, as eager starts need it. */
  readonly client: Client;
  /** Resolves with why, when a worker fails for good. Pending for ever otherwise. */
  readonly lost: Promise<Error>;
  /** Ends within `boundMs`, whether they have stopped by then or not. Safe to repeat. */
  stop(boundMs?: number): Promise<void>;
}

/** @throws Error that says why while Temporal cannot be reached. */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { aws, host, namespace, measures, tracing = untraced, givenUp } = options;
  const overheard = <Own extends AwsActivities>(activities: Own): Own =>
    host?.ownSteps?.overhear(activities, () => host.host.refuse()) ?? activities;
  const connection = await NativeConnection.connect(options.connection).catch(async (error: unknown) => {
    throw await explainUnreached(options.connection, error);
  });
  try {
    givenUp?.throwIfAborted();
    const identity = identityOf({ instanceId: host?.instanceId, pid: process.pid, since: startedAt });
    const client = new Client({ connection, namespace, identity, interceptors: tracing.client });
    const shared = { ...aws, lives: livesOver(client), metrics: measures.steps };
    const fleet = fleetQueue(options.cluster);
    const common = {
      ...shape,
      ...tracing.worker,
      connection,
      namespace,
      identity,
    };
    const fleetWorker = await Worker.create({
      ...common,
      ...workflows,
      workflowBundle: { codePath: workflowBundlePath(tracing.workflowBundle) },
      taskQueue: fleet,
      sinks: { ...tracing.worker.sinks, ...measures.sinks },
      activities: overheard(createAwsActivities(shared)),
    });
    const secondWorker = await Worker.create({
      ...common,
      ...(host === undefined
        ? {
            taskQueue: operationsQueue(fleet),
            activities: createOperationsActivities({ ...aws, metrics: measures.steps }),
          }
        : {
            taskQueue: hostQueue(fleet, host.instanceId),
            activities: overheard(createActivities({ ...shared, host: host.host })),
          }),
    });
    const workers = [fleetWorker, secondWorker];
    givenUp?.throwIfAborted();
    const runs = workers.map((worker) => worker.run());
    const lost = new Promise<Error>((resolve) => {
      for (const run of runs) run.catch((error: unknown) => resolve(error as Error));
    });
    let stopping: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled(runs);
      await connection.close();
    };
    // A step that is held up, or a farewell that nobody hears, does not keep the process.
    const bounded = (boundMs = stopMs) => within(boundMs, () => (stopping ??= stop())).catch(() => undefined);
    return { client, lost, stop: bounded };
  } catch (error) {
    // A worker that was made already holds the connection; the reason is what counts.
    await connection.close().catch(() => undefined);
    throw error;
  }
}
