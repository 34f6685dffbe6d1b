import { Context } from '@temporalio/activity';
import type { AwsActivities } from '../activities/contract.js';
import { shutdownId, startupId } from '../domain/ids.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import { awsAttemptMs } from '../domain/timings.js';
import { within } from './bounded.js';
import { ReachedSteps } from './reached-steps.js';
import type { WayOut } from './way-out.js';

/** What the steps that run in this process tell it of its own instance: it knows them done even when Temporal no longer hears it. */
export class OwnSteps {
  /** Set once the agent is told to go. */
  wayOut: WayOut | undefined;
  /** Called when a shutdown that this agent was not told of deregisters its target here. */
  onTakenOut: () => void = () => undefined;
  /** What a startup here began to register last; an agent that serves forgets its own, so it is another one's. */
  registering: RegisteredTarget | undefined;
  /** Of its startup. */
  readonly reached: ReachedSteps;
  private readonly instanceId: string;
  private readonly registrations = new Set<Promise<unknown>>();

  constructor(instanceId: string) {
    this.instanceId = instanceId;
    this.reached = new ReachedSteps(startupId(instanceId));
  }

  /**
   * The same activities, overheard: that they are here, and what they do.
   *
   * @param refuse makes `/health` answer 503: a step that comes by the fleet's queue does not know that it is about this machine (I2).
   */
  overhear<Own extends AwsActivities>(activities: Own, refuse: () => void): Own {
    const { registerTarget, deregisterTarget, confirmDraining } = activities;
    const overheard: Pick<AwsActivities, 'registerTarget' | 'deregisterTarget' | 'confirmDraining'> = {
      registerTarget: (input) => {
        if (input.instanceId !== this.instanceId) return registerTarget(input);
        this.registering = { targetGroupArn: input.targetGroupArn, target: input.target };
        return this.track(registerTarget(input));
      },
      deregisterTarget: async (input) => {
        const isOwn = isOf(shutdownId(this.instanceId));
        if (isOwn || isOf(startupId(this.instanceId))) refuse();
        const wayOut = isOwn ? this.wayOut : undefined;
        if (wayOut) wayOut.deregisteringSince ??= new Date();
        const deregistered = await deregisterTarget(input);
        wayOut?.deregistered(input, new Date());
        if (isOwn && this.wayOut === undefined) this.onTakenOut();
        return deregistered;
      },
      confirmDraining: async (input) => {
        const confirmed = await confirmDraining(input);
        if (isOf(shutdownId(this.instanceId)) && confirmed.verdict === 'draining')
          this.wayOut?.confirmed(confirmed, new Date());
        return confirmed;
      },
    };
    return this.reached.noting({ ...activities, ...overheard });
  }

  /** Resolves once no registration of this instance is under way here, or after the time of one attempt: what comes after it takes effect after it. */
  async registrationsSettled(): Promise<void> {
    await within(awsAttemptMs, () => Promise.allSettled(this.registrations)).catch(() => undefined);
  }

  private async track<T>(registration: Promise<T>): Promise<T> {
    this.registrations.add(registration);
    try {
      return await registration;
    } finally {
      this.registrations.delete(registration);
    }
  }
}

const isOf = (workflowId: string): boolean => Context.current().info.workflowExecution?.workflowId === workflowId;
