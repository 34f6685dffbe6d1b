import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { WorkflowHandle, WorkflowStartOptions } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import pRetry from 'p-retry';
import { pino } from 'pino';
import { inject, test, vi } from 'vitest';
import { connectAws } from '../../src/aws/clients.js';
import type { Aws } from '../../src/aws/api.js';
import type { ControllerConfig } from '../../src/domain/controller-config.js';
import { clusterTag, hostQueue, fleetQueue } from '../../src/domain/ids.js';
import type { ShutdownInput, StartupInput } from '../../src/domain/input.js';
import type { DrainReceipt } from '../../src/domain/receipt.js';
import { shutdownStart, startupStart } from '../../src/domain/starting.js';
import type { RegisteredTarget } from '../../src/domain/target-group.js';
import { openHealthEndpoint } from '../../src/host/health-endpoint.js';
import type { HealthEndpoint } from '../../src/host/health-endpoint.js';
import { connectImds } from '../../src/host/imds.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import type {
  FaultRule,
  JournalEntry,
  SimulatedInstance,
  Simulator,
  TargetGroup,
  TargetGroupOptions,
} from '../../src/simulator/simulator.js';
import { textsIn } from '../../src/simulator/wire/parameters.js';
import { Recorder } from '../../src/telemetry/recorder.js';
import { installRuntime } from '../../src/telemetry/runtime.js';
import { composeHost } from '../../src/workers/host.js';
import { Measures } from '../../src/workers/measures.js';
import { startWorkers } from '../../src/workers/workers.js';
import type { Workers } from '../../src/workers/workers.js';

/** What the tests of one file share: an AWS over HTTP, and a client of the real Temporal server. */
export interface Stage {
  readonly simulator: Simulator;
  readonly aws: Aws;
  readonly client: Client;
  readonly connection: Connection;
}

export interface ApplianceOptions {
  /** Whether its agent's two workers run. @default true */
  readonly agent?: boolean;
  /** How it answers health checks. @default 'healthy' */
  readonly probe?: 'healthy' | 'unhealthy';
  /** In place of one GENEVE group of its cluster and VPC. */
  readonly groups?: readonly Partial<TargetGroupOptions>[];
  /** Where its agent works; made when it is not there. @default 'default' */
  readonly namespace?: string;
}

interface Fixtures {
  readonly stage: Stage;
  /** Sets up an appliance in a cluster of its own, so with task queues of its own; taken down when the test ends. */
  readonly anAppliance: (options?: ApplianceOptions) => Promise<Appliance>;
}

// Such a test mostly waits: for a retry, a drain period, an agent that does not come.
vi.setConfig({ maxConcurrency: 10 });

/** `it`, for tests that live through startups and shutdowns on a real Temporal server. */
export const it = test.extend<Fixtures>({
  stage: [
    async ({}, use) => {
      const stage = await openStage();
      await use(stage);
      await Promise.all([stage.simulator.close(), stage.client.connection.close()]);
    },
    { scope: 'file' },
  ],
  anAppliance: async ({ stage }, use) => {
    const made: Appliance[] = [];
    await use(async (options = {}) => {
      const appliance = await Appliance.create(stage, options);
      made.push(appliance);
      return appliance;
    });
    await Promise.all(made.map((appliance) => appliance.close()));
  },
});

/** Faults, workers and SDK clients are those of production; AWS and the kernel's interfaces are all that is simulated. */
async function openStage(): Promise<Stage> {
  installRuntime(() => pino({ level: process.env.LOG_LEVEL ?? 'silent' }));
  const healthCheck = { intervalSeconds: 0.3, healthyThreshold: 2 };
  const simulator = await startSimulator({
    defaults: { registrationDelaySeconds: 0, healthCheck },
    // All the lives of a file share one account, and start at once.
    throttling: 'off',
  });
  Object.assign(process.env, simulator.environment());
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  return {
    simulator,
    aws: connectAws(simulator.region),
    client: new Client({ connection, identity: 'test' }),
    connection,
  };
}

/** One appliance: its instance, its target group, its health endpoint and, unless left out, its agent's workers. */
export class Appliance {
  readonly cluster: string;
  readonly instance: SimulatedInstance;
  readonly groups: readonly TargetGroup[];
  readonly health: HealthEndpoint;
  readonly #stage: Stage;
  readonly #folder: string;
  readonly #fleetWorkers: Workers[] = [];
  #agent: Workers | undefined;

  private constructor(parts: {
    stage: Stage;
    cluster: string;
    instance: SimulatedInstance;
    groups: readonly TargetGroup[];
    health: HealthEndpoint;
    agent: Workers | undefined;
    folder: string;
  }) {
    this.#stage = parts.stage;
    this.#folder = parts.folder;
    this.cluster = parts.cluster;
    this.instance = parts.instance;
    this.groups = parts.groups;
    this.health = parts.health;
    this.#agent = parts.agent;
  }

  static async create(stage: Stage, options: ApplianceOptions): Promise<Appliance> {
    const { agent = true, probe = 'healthy', groups = [{}], namespace = 'default' } = options;
    await makeNamespace(stage.connection, namespace);
    const digits = randomUUID().replaceAll('-', '').slice(0, 17);
    const cluster = `c-${digits}`;
    const common = { vpcId: `vpc-${digits}`, tags: { [clusterTag]: cluster } };
    const instance = await stage.simulator.createInstance({ ...common, instanceId: `i-${digits}`, probe });
    const made = groups.map((group, index) =>
      stage.simulator.createTargetGroup({ ...common, name: `g-${digits}-${index}`, ...group }),
    );
    const health = await openHealthEndpoint({ host: '127.0.0.1', port: 0 });
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-life-'));
    const host = composeHost({
      imds: connectImds(instance.imdsEndpoint),
      health,
      configFile: join(folder, 'controller.json'),
    });
    const workers = agent
      ? await startWorkers({
          ...workersOptions(stage, cluster),
          namespace,
          host: { instanceId: instance.instanceId, host },
        })
      : undefined;
    return new Appliance({ stage, cluster, instance, groups: made, health, agent: workers, folder });
  }

  get instanceId(): string {
    return this.instance.instanceId;
  }

  /** The ARN of its first target group. */
  get groupArn(): string {
    const [group] = this.groups;
    if (group === undefined) throw new Error(`cluster ${this.cluster} has no target group`);
    return group.arn;
  }

  get registration(): RegisteredTarget {
    return { targetGroupArn: this.groupArn, target: { id: this.instanceId } };
  }

  get queues() {
    const fleet = fleetQueue(this.cluster);
    return { fleet, host: hostQueue(fleet, this.instanceId) };
  }

  /** What AWS says of the target, with its reason where there is one. */
  get targetHealth(): string {
    const { state, reason } = this.#stage.simulator.targetHealth(this.groupArn, this.instanceId);
    return reason === undefined ? state : `${state} (${reason})`;
  }

  /** Registers the target without any workflow, and waits until it serves. */
  async enterService(): Promise<void> {
    const { aws, simulator } = this.#stage;
    const register = () =>
      aws.targetGroups.register(this.groupArn, { id: this.instanceId }, AbortSignal.timeout(30_000));
    // Nothing of Temporal's retries it here, and the simulator may close an idle connection just as it is used again.
    await pRetry(register, { retries: 3, minTimeout: 0 });
    await simulator.awaitTargetState(this.groupArn, this.instanceId, 'healthy');
  }

  /** The tunnel is the loopback interface, which every machine has. */
  startup(
    input: Omit<StartupInput, 'instanceId'> = {},
    options: Pick<WorkflowStartOptions, 'workflowIdConflictPolicy'> = {},
  ): Promise<WorkflowHandle<() => Promise<ControllerConfig>>> {
    const start = startupStart(this.cluster, { instanceId: this.instanceId, tunnel: { device: 'lo' }, ...input });
    return this.#stage.client.workflow.start('startup', { ...start, ...options });
  }

  shutdown(
    input: Omit<ShutdownInput, 'instanceId'> = {},
    options: Pick<WorkflowStartOptions, 'workflowExecutionTimeout'> = {},
  ): Promise<WorkflowHandle<() => Promise<DrainReceipt>>> {
    const start = shutdownStart(this.cluster, { instanceId: this.instanceId, drain: 1, trigger: 'test', ...input });
    return this.#stage.client.workflow.start('shutdown', { ...start, ...options });
  }

  /** A fleet worker beside the agent: the fleet queue alone, no host. */
  async startFleetWorker(): Promise<void> {
    this.#fleetWorkers.push(await startWorkers(workersOptions(this.#stage, this.cluster)));
  }

  /** Breaks requests that name this instance. */
  fault(rule: FaultRule): void {
    this.#stage.simulator.addFault({ resource: this.instanceId, ...rule });
  }

  /** The host is gone: nobody takes a task from its queue any more. */
  async stopAgent(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.stop();
  }

  /** The requests so far that concern this appliance: in order of arrival, of one action or of all. */
  requests(action?: string): JournalEntry[] {
    const names = [this.instanceId, this.cluster, ...this.groups.map(({ arn }) => arn)];
    return this.#stage.simulator.journal.filter(
      (entry) =>
        (action === undefined || entry.action === action) &&
        textsIn(entry.parameters).some((text) => names.includes(text)),
    );
  }

  /** Resolves with the next request for this action that names this instance, counted from this call. */
  nextRequest(action: string): Promise<JournalEntry> {
    return this.#stage.simulator.nextRequest(action, ({ parameters }) => textsIn(parameters).includes(this.instanceId));
  }

  /** The controller config as the appliance reads it. */
  async configFile(): Promise<unknown> {
    return JSON.parse(await readFile(join(this.#folder, 'controller.json'), 'utf8'));
  }

  async healthStatus(): Promise<number> {
    return (await fetch(`http://127.0.0.1:${this.health.port}/health`)).status;
  }

  async close(): Promise<void> {
    await Promise.all([this.stopAgent(), ...this.#fleetWorkers.map((workers) => workers.stop())]);
    await this.health.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export function workersOptions({ aws }: Stage, cluster: string) {
  return {
    connection: { address: inject('temporalAddress') },
    namespace: 'default',
    cluster,
    aws,
    measures: new Measures(new Recorder()),
  };
}

/** The frontend learns of a new namespace within seconds, so it is asked until it knows it. */
async function makeNamespace({ workflowService }: Connection, namespace: string): Promise<void> {
  if (namespace === 'default') return;
  await workflowService
    .registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') })
    .catch((error: unknown) => {
      if (!(error instanceof Error && error.message.includes('ALREADY_EXISTS'))) throw error;
    });
  await pRetry(() => workflowService.listOpenWorkflowExecutions({ namespace }), {
    retries: 60,
    minTimeout: 500,
    factor: 1,
  });
}
