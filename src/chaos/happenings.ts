import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import { shutdownId } from '../domain/ids.js';
import { shutdownStart } from '../domain/starting.js';
import type { Act } from './evidence.js';
import type { Host } from './host.js';
import type { Landmarks } from './landmarks.js';
import { suffer } from './outage.js';
import type { Deed, Incident, Moment, Plan } from './plan.js';
import type { Stage } from './stage.js';
import type { LifeWorld } from './world.js';

/** How long Temporal may take to take a message: it stands on the same machine. */
const messageMs = 10_000;

export interface HappeningsOptions {
  readonly stage: Stage;
  readonly plan: Plan;
  readonly world: LifeWorld;
  readonly host: Host;
  readonly landmarks: Landmarks;
}

/** Lets happen what is planned, when it is planned, and remembers what did. */
export class Happenings {
  readonly acts: Act[] = [];
  readonly #options: HappeningsOptions;
  readonly #over = new AbortController();
  readonly #faults: string[] = [];

  constructor(options: HappeningsOptions) {
    this.#options = options;
  }

  /** From now on the incidents of the plan happen, each at its moment. */
  arm(): void {
    for (const incident of this.#options.plan.incidents) void this.#happen(incident).catch(() => undefined);
  }

  /** Resolves at the moment; never when the life is over before. */
  async moment({ after, ms, request }: Moment): Promise<void> {
    await this.#options.landmarks.of(after);
    if (ms > 0) await pause(ms, undefined, { signal: this.#over.signal });
    if (request?.seen === 'answered') await this.#answered(request.action);
  }

  /** Asks for the end of the life's service, in the way that is planned; resolves once the agent was told. */
  async wayOut(): Promise<void> {
    const { host, plan } = this.#options;
    const byHand = plan.wayOut.by === 'SIGTERM' ? undefined : this.#startShutdown();
    // Where no agent is left to work on it, the next one is.
    if (plan.wayOut.by === 'operator') await Promise.race([byHand?.then((handle) => this.#result(handle)), host.done]);
    this.#note({ kind: 'way out', by: 'SIGTERM' });
    await Promise.all([host.leave(), byHand]);
  }

  /** Nothing happens any more, and no fault stays. */
  end(): void {
    const { stage, host } = this.#options;
    this.#over.abort();
    void host.toTemporal.heal();
    for (const id of this.#faults.splice(0)) stage.simulator.faults.remove(id);
  }

  async #happen(incident: Incident): Promise<void> {
    const { gate } = this.#options.host;
    const { request } = incident.at;
    await this.moment(incident.at);
    if (this.#over.signal.aborted) return;
    if (request?.seen !== 'arriving') return this.#perform(incident);
    gate.next(request.action, async () => {
      await this.#perform(incident).catch(() => undefined);
      // Whoever sent it is gone: so is what it sent.
      return incident.kind === 'kill' ? 'refuse' : 'pass';
    });
  }

  async #perform(deed: Deed): Promise<void> {
    const { stage, plan, world, host } = this.#options;
    switch (deed.kind) {
      case 'kill':
      case 'detach':
        if (host.running === undefined) return;
        this.#note(deed);
        if (deed.kind === 'kill') await host.kill(deed.againAfterMs);
        else host.detach(deed.againAfterMs);
        return;
      case 'cut off':
        return this.#cutOff(deed);
      case 'force':
        return this.#force(deed);
      case 'ask again':
        return this.#askAgain(deed);
      case 'terminate':
        this.#note(deed);
        stage.simulator.setInstanceState(plan.instanceId, 'terminated');
        return;
      case 'delete group':
        this.#note(deed);
        stage.simulator.deleteTargetGroup(world.arn);
        return;
      case 'revoke tokens':
        this.#note(deed);
        stage.simulator.revokeTokens(plan.instanceId);
        return;
      case 'fault':
        this.#note(deed);
        this.#faults.push(stage.simulator.addFault({ ...deed.rule, instanceId: plan.instanceId }));
    }
  }

  async #cutOff(deed: Deed & { kind: 'cut off' }): Promise<void> {
    const { toTemporal } = this.#options.host;
    this.acts.push({ at: Date.now(), until: Date.now() + deed.forMs, deed });
    suffer(toTemporal, deed.how);
    await pause(deed.forMs, undefined, { signal: this.#over.signal });
    await toTemporal.heal();
  }

  async #force(deed: Deed & { kind: 'force' }): Promise<void> {
    const { running } = this.#options.host;
    if (deed.by === 'second SIGTERM') {
      // The first one is the way out's; before it, this would be that.
      if (running?.told.some(({ signal }) => signal === 'SIGTERM') !== true) return;
      this.#note(deed);
      running.tell('SIGTERM');
      return;
    }
    const { by } = deed;
    await this.#message(deed, (handle) =>
      by === 'cancel' ? handle.cancel() : handle.signal('forceShutdown', 'chaos'),
    );
  }

  async #askAgain(deed: Deed & { kind: 'ask again' }): Promise<void> {
    await this.#message(deed, (handle) =>
      handle.signal('requestShutdown', {
        trigger: 'chaos',
        ...(deed.drainSeconds === undefined ? {} : { drain: deed.drainSeconds }),
      }),
    );
  }

  /** To the shutdown that runs; to nobody when none does. */
  async #message(deed: Deed, send: (handle: WorkflowHandle) => Promise<unknown>): Promise<void> {
    const { stage, plan } = this.#options;
    const handle = stage.client.workflow.getHandle(shutdownId(plan.instanceId));
    const at = Date.now();
    try {
      await stage.client.withDeadline(at + messageMs, () => send(handle));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
    }
    this.acts.push({ at, deed });
  }

  async #startShutdown(): Promise<WorkflowHandle | undefined> {
    const { stage, plan } = this.#options;
    const { instanceId, cluster, byDelay, drainSeconds } = plan;
    const drain = byDelay ? 'deregistration-delay' : drainSeconds;
    const start = shutdownStart(cluster, { instanceId, drain, trigger: 'operator' });
    this.#note({ kind: 'way out', by: 'operator' });
    try {
      return await stage.client.workflow.start('shutdown', { ...start, workflowIdConflictPolicy: 'USE_EXISTING' });
    } catch {
      return undefined;
    }
  }

  /** Resolves once it is closed, or this life is over. */
  async #result(handle: WorkflowHandle | undefined): Promise<void> {
    const { client } = this.#options.stage;
    const closed = async (): Promise<void> => {
      await handle?.result();
    };
    await client.withAbortSignal(this.#over.signal, closed).catch(() => undefined);
  }

  async #answered(action: string): Promise<void> {
    const { simulator } = this.#options.stage;
    const { instanceId } = this.#options.plan;
    await simulator.nextRequest(action, (entry) => entry.instanceId === instanceId);
  }

  #note(deed: Act['deed']): void {
    this.acts.push({ at: Date.now(), deed });
  }
}
