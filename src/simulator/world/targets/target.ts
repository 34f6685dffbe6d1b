import type { Cancel, Clock } from '../../clock.js';
import type { HealthCheck, ProbeOutcome } from './health-check.js';
import type { Checking, Phase, Terms } from './lifecycle.js';
import { deregistered, elapsed, nextChangeAt, probed, reconsidered, registered, settled } from './lifecycle.js';
import type { TargetHealth } from './target-health.js';
import { isListed, reasons } from './target-health.js';
import { Timeline } from '../timeline.js';

/** How a target answers its probes now: a known outcome, or a real request. */
export type ProbeSource = ProbeOutcome | { readonly kind: 'real'; readonly send: () => Promise<ProbeOutcome> };

/** What a target needs to know of its group and its instance. Read whenever it matters, never kept. */
export interface Circumstances extends Terms {
  readonly check: HealthCheck;
  /** Whether the load balancer cannot tell the health of its targets. */
  readonly unavailable: boolean;
  readonly probe: ProbeSource;
}

/** One change of a target's health. */
export interface HealthChange {
  readonly at: number;
  readonly from: TargetHealth;
  readonly to: TargetHealth;
}

/** One target of one target group: its phase, driven by the clock, by calls of the API, and by probes. */
export class Target {
  readonly id: string;
  readonly port: number;
  readonly #clock: Clock;
  readonly #circumstances: () => Circumstances;
  readonly #onChange: (change: HealthChange) => void;
  #phase: Phase = { kind: 'gone' };
  readonly #shown: Timeline<TargetHealth>;
  #cancel: Cancel | undefined;

  constructor(options: {
    id: string;
    port: number;
    clock: Clock;
    circumstances: () => Circumstances;
    onChange: (change: HealthChange) => void;
  }) {
    this.id = options.id;
    this.port = options.port;
    this.#clock = options.clock;
    this.#circumstances = options.circumstances;
    this.#onChange = options.onChange;
    this.#shown = new Timeline<TargetHealth>(reasons.notRegistered, -Infinity);
  }

  /** The health now, whether or not the clock has got round to what is due. */
  get health(): TargetHealth {
    this.#catchUp();
    return this.#shown.latest;
  }

  /** The health at a time that is past, as a read that lags would see it. */
  healthAt(time: number): TargetHealth {
    this.#catchUp();
    return this.#shown.at(time);
  }

  /** From when the target is what it is. */
  get since(): number {
    this.#catchUp();
    return this.#shown.since;
  }

  /** Whether the group still lists this target: registered, or draining. */
  get isListed(): boolean {
    return isListed(this.health);
  }

  /** Whether it is listed and not on its way out. */
  get isRegistered(): boolean {
    return this.isListed && this.health.state !== 'draining';
  }

  /** RegisterTargets. Changes nothing for a registered target; ends the draining of a draining one. */
  register(): void {
    this.#catchUp();
    this.#decide(registered);
  }

  /** DeregisterTargets. */
  deregister(): void {
    this.#catchUp();
    this.#decide(deregistered);
  }

  /** Looks at the circumstances again after they changed. Read `health` before a change, so that the past is decided by the old ones. */
  reconsider(): void {
    this.#decide(reconsidered);
  }

  /** Stops the probes and forgets the target. */
  discard(): void {
    this.#cancel?.();
    this.#phase = { kind: 'gone' };
  }

  #decide(decision: (phase: Phase, now: number, terms: Terms) => Phase): void {
    const now = this.#clock.now();
    this.#enter(decision(this.#phase, now, this.#circumstances()), now);
    this.#arm();
  }

  #enter(phase: Phase, at: number): void {
    this.#phase = phase;
    const from = this.#shown.latest;
    const to = this.#healthOf(phase);
    if (from.state === to.state && from.description === to.description) return;
    this.#shown.set(to, at);
    if (from.state !== to.state || from.reason !== to.reason) this.#onChange({ at, from, to });
  }

  #healthOf(phase: Phase): TargetHealth {
    switch (phase.kind) {
      case 'registering':
        return reasons.registrationInProgress;
      case 'checking':
        return this.#circumstances().unavailable ? reasons.internalError : phase.health;
      case 'suspended':
        return this.#circumstances().unusedBecause ?? reasons.notInUse;
      case 'draining':
        return reasons.deregistrationInProgress;
      case 'gone':
        return reasons.notRegistered;
    }
  }

  /** Takes every step that is due, each at its own time (L1). Real probes are not taken here: they wait for the clock. */
  #catchUp(): void {
    const now = this.#clock.now();
    // Most reads find nothing due.
    if ((nextChangeAt(this.#phase) ?? Infinity) > now) return;
    const { check, probe, rules } = this.#circumstances();
    for (;;) {
      const step = elapsed(this.#phase, now, check, rules) ?? this.#scripted(now, check, probe);
      if (!step) return;
      this.#enter(step.phase, step.at);
    }
  }

  #scripted(now: number, check: HealthCheck, probe: ProbeSource): { at: number; phase: Phase } | undefined {
    const phase = this.#phase;
    if (phase.kind !== 'checking' || probe.kind === 'real' || now < phase.nextProbeAt) return undefined;
    const skipped = settled(phase, probe, now, check);
    return { at: phase.nextProbeAt, phase: skipped ?? probed(phase, probe, phase.nextProbeAt, check) };
  }

  #arm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const at = nextChangeAt(this.#phase);
    const { check, probe } = this.#circumstances();
    if (at === undefined) return;
    if (this.#phase.kind === 'checking' && probe.kind !== 'real' && settled(this.#phase, probe, at, check)) return;
    this.#cancel = this.#clock.schedule(at, () => this.#wake());
  }

  async #wake(): Promise<void> {
    this.#catchUp();
    const { probe } = this.#circumstances();
    const phase = this.#phase;
    if (phase.kind === 'checking' && probe.kind === 'real' && phase.nextProbeAt <= this.#clock.now()) {
      // Whatever cannot be sent at all is a check that failed: the next one must come all the same.
      this.#conclude(phase, await probe.send().catch((): ProbeOutcome => ({ kind: 'failed' })));
    }
    this.#arm();
  }

  /** Counts a real probe, unless the target moved on while it was under way. */
  #conclude(asked: Checking, outcome: ProbeOutcome): void {
    if (this.#phase !== asked) return;
    const now = this.#clock.now();
    this.#enter(probed(asked, outcome, now, this.#circumstances().check), now);
  }
}
