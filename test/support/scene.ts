import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { inject, test, vi } from 'vitest';
import type { TestContext } from 'vitest';
import { clusterTag, shutdownId, startupId } from '../../src/domain/ids.js';
import type { ControllerConfig } from '../../src/domain/controller-config.js';
import type { DrainReceipt } from '../../src/domain/receipt.js';
import { shutdownStart, startupStart } from '../../src/domain/starting.js';
import type { ShutdownInput, StartupInput } from '../../src/domain/input.js';
import type { JournalEntry } from '../../src/simulator/simulator.js';
import { textsIn } from '../../src/simulator/wire/parameters.js';
import { accountOf } from './account.js';
import { aRealInstance } from './agent.js';
import type { RealInstance, RealInstanceOptions } from './agent.js';
import { drainBegins, eventOf } from './history.js';
import type { HistoryEvent } from './history.js';
import { receiptOf } from './receipt.js';

/** Long enough that AWS itself is never what ends a drain in a test; its price is a warning in the receipt. */
export const delaySeconds = 60;

export interface SceneOptions extends Partial<Pick<RealInstanceOptions, 'probe' | 'drainSeconds'>> {
  /** The target group's own deregistration delay. @default 60 */
  readonly deregistrationDelaySeconds?: number;
}

interface Fixtures {
  readonly client: Client;
  /** An instance with its simulated AWS, taken down when the test ends. */
  readonly aScene: (options?: SceneOptions) => Promise<Scene>;
}

// They mostly wait; what takes a core is an agent's start, and those take turns.
vi.setConfig({ maxConcurrency: 10 });

/** `it`, for tests with real agent processes, side by side on one Temporal server. */
export const it = test.extend<Fixtures>({
  client: [
    async ({}, use) => {
      const connection = await Connection.connect({ address: inject('temporalAddress') });
      await use(new Client({ connection, identity: 'test' }));
      await connection.close();
    },
    { scope: 'file' },
  ],
  aScene: async ({ client, onTestFinished, onTestFailed }, use) => {
    await use(async (options = {}) => {
      const scene = await Scene.set(client, onTestFinished, options);
      onTestFailed(async () => void process.stderr.write(`${await accountOf(scene)}\n`));
      return scene;
    });
  },
});

/** One instance in the hands of a test: its agents, what AWS saw of it, and its two workflows. */
export class Scene {
  readonly instance: RealInstance;
  readonly drainSeconds: number;
  readonly cluster: string;
  /** For what an agent writes; removed with the test. */
  readonly folder: string;
  readonly #client: Client;

  private constructor(parts: Pick<Scene, 'instance' | 'drainSeconds' | 'cluster' | 'folder'> & { client: Client }) {
    this.#client = parts.client;
    this.instance = parts.instance;
    this.drainSeconds = parts.drainSeconds;
    this.cluster = parts.cluster;
    this.folder = parts.folder;
  }

  static async set(
    client: Client,
    onTestFinished: TestContext['onTestFinished'],
    { drainSeconds = 4, deregistrationDelaySeconds = delaySeconds, ...options }: SceneOptions,
  ): Promise<Scene> {
    const temporalAddress = inject('temporalAddress');
    const instance = await aRealInstance({ onTestFinished, temporalAddress, drainSeconds, ...options });
    const { attributes, tags } = groupOf(instance);
    attributes.set('deregistration_delay.timeout_seconds', String(deregistrationDelaySeconds));
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-scene-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    return new Scene({ client, instance, drainSeconds, cluster: tags[clusterTag] ?? '', folder });
  }

  get simulator() {
    return this.instance.simulator;
  }

  get startup(): WorkflowHandle<() => Promise<ControllerConfig>> {
    return this.#client.workflow.getHandle(startupId(this.instance.instanceId));
  }

  get shutdown(): WorkflowHandle<() => Promise<DrainReceipt>> {
    return this.#client.workflow.getHandle(shutdownId(this.instance.instanceId));
  }

  /** A shutdown asked for by somebody with a Temporal client, who does not know what is registered. */
  startShutdown(input: Omit<ShutdownInput, 'instanceId'> = {}): Promise<unknown> {
    const { instanceId } = this.instance;
    const start = shutdownStart(this.cluster, { instanceId, drain: this.drainSeconds, trigger: 'operator', ...input });
    return this.#client.workflow.start('shutdown', start);
  }

  /** The same of a startup. */
  startStartup(input: Omit<StartupInput, 'instanceId'>): Promise<unknown> {
    const start = startupStart(this.cluster, { instanceId: this.instance.instanceId, ...input });
    return this.#client.workflow.start('startup', start);
  }

  /** The receipt of the latest shutdown, also of one that failed. */
  receipt(): Promise<DrainReceipt> {
    return receiptOf(this.#client, this.instance.instanceId);
  }

  /** Resolves with the first event of the workflow's latest run that matches. */
  event(handle: WorkflowHandle, matches: (event: HistoryEvent) => boolean): Promise<HistoryEvent> {
    return eventOf(this.#client, handle, matches);
  }

  /** Resolves once the timer of the drain period runs. */
  drainBegins(): Promise<HistoryEvent> {
    return drainBegins(this.#client, this.shutdown);
  }

  /** Resolves once the step's task was given out. */
  begun(handle: WorkflowHandle, step: string): Promise<HistoryEvent> {
    return this.event(handle, (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === step);
  }

  /** Resolves once the step's reply is in the workflow's history. */
  async done(handle: WorkflowHandle, step: string): Promise<HistoryEvent> {
    const scheduled: unknown[] = [];
    return this.event(handle, ({ eventId, ...event }) => {
      if (event.activityTaskScheduledEventAttributes?.activityType?.name === step) scheduled.push(String(eventId));
      return scheduled.includes(String(event.activityTaskCompletedEventAttributes?.scheduledEventId));
    });
  }

  /** Resolves with the nth request for the action that this instance sends from now on, for the metadata of that path. */
  nthRequest(action: string, nth = 1, path?: string): Promise<JournalEntry> {
    let count = 0;
    const counts = ({ instanceId, parameters }: JournalEntry) =>
      instanceId === this.instance.instanceId && (path === undefined || parameters.path === path);
    return this.simulator.nextRequest(action, (entry) => counts(entry) && ++count === nth);
  }

  /** The requests for the action that name this instance's target, whoever sent them. */
  requests(action: 'RegisterTargets' | 'DeregisterTargets'): readonly JournalEntry[] {
    return this.instance
      .requests(action)
      .filter(({ parameters }) => textsIn(parameters).includes(this.instance.instanceId));
  }

  /** How often the target came into the group: a RegisterTargets that is repeated while it is there does not count. */
  get registrations(): number {
    return this.#changesTo('Elb.RegistrationInProgress');
  }

  /** How often it left: a DeregisterTargets that is repeated while it drains does not count. */
  get deregistrations(): number {
    return this.#changesTo('Target.DeregistrationInProgress');
  }

  #changesTo(reason: string): number {
    const { instanceId } = this.instance;
    return this.simulator.transitions.filter(({ targetId, to }) => targetId === instanceId && to.reason === reason)
      .length;
  }
}

function groupOf({ simulator, targetGroupArn }: RealInstance) {
  const group = simulator.targetGroups.find(({ arn }) => arn === targetGroupArn);
  if (group === undefined) throw new Error(`there is no target group ${targetGroupArn}, expected it to be there`);
  return group;
}
