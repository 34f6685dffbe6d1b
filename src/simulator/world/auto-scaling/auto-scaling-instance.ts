import type { Cancel } from '../../clock.js';
import type { LifecycleState, Surroundings } from './auto-scaling-lifecycle.js';
import type { LifecycleAction, LifecycleActionResult, LifecycleTransition, Wait } from './lifecycle-action.js';
import { beaten, ended, expiresAt, nextToExpire, waitFor } from './lifecycle-action.js';
import type { Termination } from './scaling-activity.js';
import { reasons, termination } from './scaling-activity.js';

/**
 * One EC2 instance in one Auto Scaling group, driven by the clock, by calls of the API, and by EC2.
 *
 * Launch: Pending, then Pending:Wait and Pending:Proceed when there are launch hooks, then its targets are registered, then
 * InService. Termination: Terminating while its targets are deregistered and drain; only then Terminating:Wait and
 * Terminating:Proceed when there are termination hooks; Terminated once EC2 says so. An abandoned launch is a termination,
 * with termination hooks. Source: EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling instance lifecycle", "How lifecycle
 * hooks work", "Lifecycle hook availability".
 */
export class AutoScalingInstance {
  readonly instanceId: string;
  readonly #around: Surroundings;
  #state: LifecycleState | undefined;
  #wait: Wait | undefined;
  #awaits: 'draining' | 'shutdown' | undefined;
  #termination: Termination | undefined;
  #isHealthy = true;
  #inServiceAt = Infinity;
  #armed: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor(instanceId: string, around: Surroundings) {
    this.instanceId = instanceId;
    this.#around = around;
  }

  /** The state now, whether or not the clock has got round to what is due. */
  get state(): LifecycleState {
    this.catchUp();
    return this.#state ?? 'Pending';
  }

  /** Why it is being terminated; undefined when it is not. */
  get termination(): Termination | undefined {
    this.catchUp();
    return this.#termination;
  }

  /** The lifecycle actions that wait for somebody now. */
  get actions(): readonly LifecycleAction[] {
    this.catchUp();
    return this.#wait?.actions ?? [];
  }

  /** Whether no health check failed. An instance that scales in is healthy to the end: it is not checked any more. */
  get isHealthy(): boolean {
    return this.#isHealthy;
  }

  /** When it came into service, in milliseconds since the epoch; Infinity before. */
  get inServiceAt(): number {
    return this.#inServiceAt;
  }

  /** The group launches it: launch hooks run. */
  launch(): void {
    const now = this.#around.clock.now();
    this.#around.setTargetLifecycleState('InService');
    this.#enter('Pending', now);
    this.#begin('autoscaling:EC2_INSTANCE_LAUNCHING', now);
    this.#arm();
  }

  /** AttachInstances: no launch hook runs. Source: EC2 Auto Scaling user guide, "Lifecycle hook availability". */
  attach(): void {
    this.#around.setTargetLifecycleState('InService');
    this.#serve(this.#around.clock.now());
  }

  /** Begins the termination; changes nothing, and answers the one under way, when there is one. */
  terminate(reason: string): Termination {
    this.catchUp();
    const begun = this.#termination ?? this.#terminate(reason, this.#around.clock.now());
    this.#arm();
    return begun;
  }

  /** A health check failed: the instance is unhealthy from now on, and terminated. Counts for an instance in service only. */
  fail(reason: string): void {
    if (this.state !== 'InService') return;
    this.#isHealthy = false;
    this.terminate(reason);
  }

  /** CompleteLifecycleAction of one of `actions`. */
  complete(token: string, result: LifecycleActionResult): void {
    this.#settle(token, result, this.#around.clock.now());
    this.#arm();
  }

  /** RecordLifecycleActionHeartbeat of one of `actions`. */
  beat(token: string): void {
    if (this.#wait) this.#wait = beaten(this.#wait, token, this.#around.clock.now());
    this.#arm();
  }

  /** The state of the EC2 instance changed. Any but running is a failure. Source: EC2 Auto Scaling user guide, "Health checks". */
  noticeInstance(): void {
    if (this.#around.instanceState() !== 'running') this.fail(reasons.ec2HealthCheck);
    this.catchUp();
  }

  /** A target of this instance may have stopped draining at `at`. */
  noticeTargets(at: number): void {
    this.#proceedOnceDrained(at);
    this.#arm();
  }

  /** Takes every step that is due, each at its own time (H3). */
  catchUp(): void {
    const now = this.#around.clock.now();
    for (;;) {
      const due = this.#wait && nextToExpire(this.#wait);
      if (!due || expiresAt(due) > now) break;
      this.#settle(due.token, due.hook.defaultResult, expiresAt(due));
    }
    this.#proceedOnceDrained(now);
    this.#leaveOnceTerminated(now);
    this.#arm();
  }

  /** Stops the timer. */
  discard(): void {
    this.#armed?.cancel();
  }

  #enter(to: LifecycleState, at: number): void {
    const from = this.#state;
    this.#state = to;
    this.#around.onChange({ at, from, to });
  }

  #begin(transition: LifecycleTransition, at: number): void {
    const { hooks, hookOrder, newId } = this.#around;
    const launching = transition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
    const concerned = hooks.filter((hook) => hook.transition === transition);
    this.#wait = waitFor(concerned, at, hookOrder, newId);
    if (this.#wait) this.#enter(launching ? 'Pending:Wait' : 'Terminating:Wait', at);
    else if (launching) this.#serve(at);
    else this.#shutDown(at);
  }

  #settle(token: string, result: LifecycleActionResult, at: number): void {
    if (!this.#wait) return;
    const next = ended(this.#wait, token, result, at, this.#around.newId);
    if (typeof next === 'object') {
      this.#wait = next;
      return;
    }
    this.#wait = undefined;
    const launching = this.#state === 'Pending:Wait';
    if (launching && next === 'ABANDON') {
      this.#terminate(reasons.launchAbandoned, at);
      return;
    }
    this.#enter(launching ? 'Pending:Proceed' : 'Terminating:Proceed', at);
    if (launching) this.#serve(at);
    else this.#shutDown(at);
  }

  #serve(at: number): void {
    if (this.#around.instanceState() === 'running') this.#around.registerTargets();
    this.#inServiceAt = at;
    this.#enter('InService', at);
    // Health is not checked before; what happened to the instance meanwhile is found now.
    this.noticeInstance();
  }

  #terminate(reason: string, at: number): Termination {
    const begun = termination(this.#around.newId(), reason, at);
    this.#termination = begun;
    this.#wait = undefined;
    this.#around.setTargetLifecycleState('Terminated');
    this.#enter('Terminating', at);
    this.#around.deregisterTargets();
    this.#awaits = 'draining';
    this.#proceedOnceDrained(at);
    return begun;
  }

  #proceedOnceDrained(at: number): void {
    const drain = this.#awaits === 'draining' && this.#around.targetsDrain();
    // Asking may have been what showed the end of the draining, at its own time.
    if (this.#awaits !== 'draining' || drain) return;
    this.#awaits = undefined;
    this.#begin('autoscaling:EC2_INSTANCE_TERMINATING', at);
  }

  #shutDown(at: number): void {
    this.#awaits = 'shutdown';
    this.#leaveOnceTerminated(at);
  }

  #leaveOnceTerminated(at: number): void {
    if (this.#awaits !== 'shutdown') return;
    const state = this.#around.instanceState();
    if (state === 'terminated') {
      this.#awaits = undefined;
      this.#enter('Terminated', at);
    } else if (state !== 'shutting-down') this.#around.terminateInstance();
  }

  #arm(): void {
    const next = this.#wait && nextToExpire(this.#wait);
    const at = next && expiresAt(next);
    if (at === this.#armed?.at) return;
    this.#armed?.cancel();
    this.#armed = undefined;
    if (at === undefined) return;
    const cancel = this.#around.clock.schedule(at, () => {
      this.#armed = undefined;
      this.catchUp();
    });
    this.#armed = { at, cancel };
  }
}
