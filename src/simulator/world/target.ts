import type { Cancel, Clock } from '../clock.js';
import type { HealthCheck, ProbeOutcome } from './health-check.js';
import type { Checking, Phase } from './lifecycle.js';
import { deregistered, elapsed, nextChangeAt, probed, registering, settled } from './lifecycle.js';
import type { TargetHealth } from './target-health.js';
import { reasons } from './target-health.js';

/** How a target answers its probes now: a known outcome, or a real request. */
export type ProbeSource = ProbeOutcome | { readonly kind: 'real'; readonly send: () => Promise<ProbeOutcome> };

/** What a target needs to know of its group and its instance. Read whenever it matters, never kept. */
export interface Circumstances {
  readonly check: HealthCheck;
  readonly registrationDelaySeconds: number;
  readonly deregistrationDelaySeconds: number;
  /** Why the target is `unused` although registered; undefined when it can serve. */
  readonly unusedBecause: TargetHealth | undefined;
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
  #shown: TargetHealth = reasons.notRegistered;
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
  }

  /** The health now, whether or not the clock has got round to what is due. */
  get health(): TargetHealth {
    this.#catchUp();
    return this.#shown;
  }

  /** Whether the group still lists this target: registered, or draining. */
  get isListed(): boolean {
    this.#catchUp();
    return this.#phase.kind !== 'gone';
  }

  /** RegisterTargets. Changes nothing for a registered target; ends the draining of a draining one. */
  register(): void {
    this.#catchUp();
    if (this.#phase.kind === 'gone' || this.#phase.kind === 'draining') this.#enter(this.#startingPhase());
    this.#arm();
  }

  /** DeregisterTargets. */
  deregister(): void {
    this.#catchUp();
    this.#enter(deregistered(this.#phase, this.#clock.now(), this.#circumstances().deregistrationDelaySeconds));
    this.#arm();
  }

  /** Looks at the circumstances again after they changed. Read `health` before a change, so that the past is decided by the old ones. */
  reconsider(): void {
    const canServe = this.#circumstances().unusedBecause === undefined;
    if (this.#phase.kind === 'suspended') this.#enter(this.#startingPhase());
    else if (!canServe && this.#phase.kind !== 'draining' && this.#phase.kind !== 'gone')
      this.#enter({ kind: 'suspended' });
    this.#arm();
  }

  /** Stops the probes and forgets the target. */
  discard(): void {
    this.#cancel?.();
    this.#phase = { kind: 'gone' };
  }

  #startingPhase(): Phase {
    const { unusedBecause, registrationDelaySeconds } = this.#circumstances();
    return unusedBecause ? { kind: 'suspended' } : registering(this.#clock.now(), registrationDelaySeconds);
  }

  #enter(phase: Phase, at = this.#clock.now()): void {
    this.#phase = phase;
    const from = this.#shown;
    this.#shown = this.#healthOf(phase);
    const to = this.#shown;
    if (from.state !== to.state || from.reason !== to.reason) this.#onChange({ at, from, to });
  }

  #healthOf(phase: Phase): TargetHealth {
    switch (phase.kind) {
      case 'registering':
        return reasons.registrationInProgress;
      case 'checking':
        return phase.health;
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
    const { check, probe } = this.#circumstances();
    const now = this.#clock.now();
    for (;;) {
      const step = elapsed(this.#phase, now, check) ?? this.#scripted(now, check, probe);
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
      this.#conclude(phase, await probe.send());
    }
    this.#arm();
  }

  /** Counts a real probe, unless the target moved on while it was under way. */
  #conclude(asked: Checking, outcome: ProbeOutcome): void {
    if (this.#phase !== asked) return;
    this.#enter(probed(asked, outcome, this.#clock.now(), this.#circumstances().check));
  }
}
