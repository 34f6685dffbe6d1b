/**
 * The life of one target in one target group, as pure functions of time.
 *
 * L1 Every phase knows the time of its own next change, so that a jump of the clock passes through all phases in order.
 * L2 Draining lasts exactly the group's deregistration delay, unless the target is registered again.
 * L3 A target that cannot serve (group not in use, instance stopped) is not probed, and starts over as initial when it can.
 *
 * What AWS does not document is in `rules`, from `assumptions.ts`.
 */
import type { Assumptions } from '../../assumptions.js';
import type { HealthCheck, ProbeOutcome } from './health-check.js';
import type { TargetHealth } from './target-health.js';
import { failureHealth, reasons } from './target-health.js';

/** Where a target is. Immutable: every change is a new object. */
export type Phase = Registering | Checking | Suspended | Draining | Gone;

interface Registering {
  readonly kind: 'registering';
  readonly checksBeginAt: number;
}

/** Being probed. `streak` counts successes in a row when positive, failures in a row when negative. */
export interface Checking {
  readonly kind: 'checking';
  readonly health: TargetHealth;
  readonly streak: number;
  readonly nextProbeAt: number;
}

interface Suspended {
  readonly kind: 'suspended';
}

/** `before` is what the target was when it began. */
interface Draining {
  readonly kind: 'draining';
  readonly until: number;
  readonly before: Registering | Checking | Suspended;
}

interface Gone {
  readonly kind: 'gone';
}

/** What group and instance mean for the target now. */
export interface Terms {
  readonly registrationDelaySeconds: number;
  readonly deregistrationDelaySeconds: number;
  /** Why the target is `unused` although registered; undefined when it can serve. */
  readonly unusedBecause: TargetHealth | undefined;
  /** Whether its instance is being terminated, or is. */
  readonly terminated: boolean;
  readonly rules: Assumptions;
}

const millisecondsPerSecond = 1000;

/** The phase after RegisterTargets. A registered target stays what it is. */
export function registered(phase: Phase, now: number, terms: Terms): Phase {
  if (phase.kind === 'gone') return starting(now, terms);
  if (phase.kind !== 'draining') return phase;
  const { before } = phase;
  if (terms.unusedBecause || terms.rules.registerWhileDraining === 'initial' || before.kind === 'suspended')
    return starting(now, terms);
  return before.kind === 'registering' ? before : { ...before, nextProbeAt: Math.max(before.nextProbeAt, now) };
}

/** The phase after DeregisterTargets. Repeating it does not lengthen the draining. */
export function deregistered(phase: Phase, now: number, { deregistrationDelaySeconds, rules }: Terms): Phase {
  if (phase.kind === 'draining' || phase.kind === 'gone') return phase;
  if (deregistrationDelaySeconds === 0 || (phase.kind === 'suspended' && rules.deregisterWhileUnused === 'gone'))
    return { kind: 'gone' };
  return { kind: 'draining', until: now + deregistrationDelaySeconds * millisecondsPerSecond, before: phase };
}

/** The phase after group or instance changed. */
export function reconsidered(phase: Phase, now: number, terms: Terms): Phase {
  const { unusedBecause, terminated, rules } = terms;
  switch (phase.kind) {
    case 'gone':
      return phase;
    case 'draining':
      return unusedBecause && rules.stopWhileDraining === 'gone' ? { kind: 'gone' } : phase;
    default:
      if (terminated && rules.terminateWhileRegistered === 'draining') return deregistered(phase, now, terms);
      if (phase.kind === 'suspended') return starting(now, terms);
      return unusedBecause ? { kind: 'suspended' } : phase;
  }
}

const starting = (now: number, { unusedBecause, registrationDelaySeconds }: Terms): Phase =>
  unusedBecause
    ? { kind: 'suspended' }
    : { kind: 'registering', checksBeginAt: now + registrationDelaySeconds * millisecondsPerSecond };

/** When this phase changes with no help from outside; undefined when it does not. A probe counts as help when it is real. */
export function nextChangeAt(phase: Phase): number | undefined {
  switch (phase.kind) {
    case 'registering':
      return phase.checksBeginAt;
    case 'draining':
      return phase.until;
    case 'checking':
      return phase.nextProbeAt;
    case 'suspended':
    case 'gone':
      return undefined;
  }
}

/** The phase that time alone leads to at `now`, one step from `phase`; undefined when it is not yet due, or waits for a probe. */
export function elapsed(
  phase: Phase,
  now: number,
  check: HealthCheck,
  rules: Assumptions,
): { at: number; phase: Phase } | undefined {
  if (phase.kind === 'registering' && now >= phase.checksBeginAt) {
    const waitSeconds = rules.firstProbe === 'at-once' ? 0 : check.intervalSeconds;
    const nextProbeAt = phase.checksBeginAt + waitSeconds * millisecondsPerSecond;
    const health = reasons.initialHealthChecking;
    return { at: phase.checksBeginAt, phase: { kind: 'checking', health, streak: 0, nextProbeAt } };
  }
  if (phase.kind === 'draining' && now >= phase.until) return { at: phase.until, phase: { kind: 'gone' } };
  return undefined;
}

/** The phase after a probe that was due at `phase.nextProbeAt` and whose outcome came at `now`. */
export function probed(phase: Checking, outcome: ProbeOutcome, now: number, check: HealthCheck): Checking {
  const succeeded = outcome.kind === 'success';
  const streak = succeeded ? Math.max(0, phase.streak) + 1 : Math.min(0, phase.streak) - 1;
  const nextProbeAt = Math.max(phase.nextProbeAt + check.intervalSeconds * millisecondsPerSecond, now);
  return { kind: 'checking', health: verdict(phase.health, streak, outcome, check), streak, nextProbeAt };
}

function verdict(health: TargetHealth, streak: number, outcome: ProbeOutcome, check: HealthCheck): TargetHealth {
  if (outcome.kind === 'success') return streak >= check.healthyThreshold ? { state: 'healthy' } : health;
  return -streak >= check.unhealthyThreshold ? failureHealth(outcome) : health;
}

/**
 * Skips the probes up to `now` that would change nothing, when every probe gives `outcome` and the target's health already
 * says so. Keeps a scripted target in service for a simulated year as cheap as for a minute.
 */
export function settled(phase: Checking, outcome: ProbeOutcome, now: number, check: HealthCheck): Checking | undefined {
  const after = verdict(phase.health, outcome.kind === 'success' ? Infinity : -Infinity, outcome, check);
  if (after.state !== phase.health.state || after.description !== phase.health.description) return undefined;
  const intervalMs = check.intervalSeconds * millisecondsPerSecond;
  const missed = Math.max(0, Math.floor((now - phase.nextProbeAt) / intervalMs) + 1);
  const streak = outcome.kind === 'success' ? check.healthyThreshold : -check.unhealthyThreshold;
  return { ...phase, streak, nextProbeAt: phase.nextProbeAt + missed * intervalMs };
}
