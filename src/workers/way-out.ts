import type { DrainingConfirmed } from '../activities/draining.js';
import { drainSeconds } from '../domain/drain.js';
import type { ShutdownInput } from '../domain/input.js';
import { Leaving } from '../domain/leaving.js';
import { secondsInPhases } from '../domain/receipt.js';
import type { DrainOutcome, DrainReceipt } from '../domain/receipt.js';
import type { Status } from '../domain/status.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import type { Observation } from '../domain/target-health.js';

/** A drain period in force. Times in milliseconds since the epoch. */
interface Drain {
  readonly since: number;
  readonly until: number;
  /** As it was asked for. */
  readonly seconds: number;
}

/** Two confirmations of the same drain are apart by less: a workflow task and a reply. */
const toleranceMs = 1_000;

/**
 * How far this instance is on its way out, as far as this process knows: so that whoever goes on, the workflow or this process
 * without it, takes no step twice and drains to one deadline (I4).
 *
 * Told by the steps that run in this process, whoever ordered them, and by the workflow's `status`. In memory only.
 */
export class WayOut {
  readonly input: ShutdownInput;
  registered: RegisteredTarget | undefined;
  deregisteringSince: Date | undefined;
  deregisteredAt: Date | undefined;
  observations: readonly Observation[] = [];
  /** The shutdown on Temporal's side that this is, once it is known. */
  runId: string | undefined;

  private readonly begunAt = new Date();
  /** By a look of our own, on this machine's clock. */
  private confirmedAt: number | undefined;
  private delaySeconds: number | undefined;
  /** By the workflow's word, on Temporal's clock. */
  private word: Drain | undefined;
  private decided: Drain | undefined;
  /** How much longer others had made the drain, as far as this process knew. */
  private extendedSeconds = 0;

  /** Begins now: what was done before is of an earlier way out. */
  constructor(input: ShutdownInput) {
    this.input = input;
    this.registered = input.registered;
  }

  /** DeregisterTargets was taken. */
  deregistered(target: RegisteredTarget, at: Date): void {
    this.registered ??= target;
    this.deregisteredAt ??= at;
  }

  /** A look confirmed that the target drains. The first one counts: from a later one the drain would be longer than asked. */
  confirmed({ observations, deregistrationDelaySeconds }: DrainingConfirmed, at: Date): void {
    if (this.confirmedAt !== undefined) return;
    this.confirmedAt = at.getTime();
    this.deregisteredAt ??= at;
    this.observations = observations;
    this.delaySeconds = deregistrationDelaySeconds ?? undefined;
  }

  /** The target is not registered any more. @returns whether it may have left unseen: then the rest of the period is kept (I4). */
  leftUnseen(confirmed: DrainingConfirmed, at: Date): boolean {
    this.observations = confirmed.observations;
    const { deregisteredAt } = this;
    const leaving = this.leaving();
    // Sent by somebody else: then it is known by the workflow's word when AWS took it.
    leaving.deregisteringSince ??= deregisteredAt;
    if (deregisteredAt === undefined || leaving.leftUnseen(at, confirmed) === undefined) return false;
    this.confirmedAt ??= deregisteredAt.getTime();
    this.delaySeconds = confirmed.deregistrationDelaySeconds ?? undefined;
    return true;
  }

  /** What the workflow answered. */
  heard({ phase, since, drainUntil, extendedSeconds = 0 }: Status): void {
    if (phase === 'confirming draining' || phase === 'draining') this.deregisteredAt ??= new Date(since);
    if (phase !== 'draining' || drainUntil === null) return;
    // Somebody asked for more while this process did not hear it: that holds, whatever was decided here.
    if (this.decided !== undefined && extendedSeconds > this.extendedSeconds)
      this.decided = longer(this.decided, extendedSeconds - this.extendedSeconds);
    this.extendedSeconds = extendedSeconds;
    const drain = { since: Date.parse(since), until: Date.parse(drainUntil) };
    this.word = { ...drain, seconds: (drain.until - drain.since) / 1_000 };
    // It drained before this process did, which could not ask for how long: that is no drain anew, and keeps its period (I4).
    if (this.decided === undefined || drain.since + toleranceMs >= this.decided.since) return;
    if (drain.until > this.decided.until) this.decided = this.word;
  }

  /**
   * The drain in force, undefined until draining is known to be confirmed. The workflow's word counts where there is one: it
   * knows what others asked for. Where clocks differ it is not shorter than that from our own look.
   */
  get drain(): Drain | undefined {
    const { decided, word, confirmedAt } = this;
    if (decided !== undefined) return { ...decided, until: Math.min(decided.until, word?.until ?? Infinity) };
    const since = confirmedAt ?? word?.since;
    if (since === undefined) return undefined;
    const seconds = word?.seconds ?? drainSeconds(this.input.drain, this.delaySeconds);
    return { since, seconds, until: Math.max(since + seconds * 1_000, word?.until ?? 0) };
  }

  /** From here on only `extendDrain` makes the drain longer, or one that began before it, not a workflow that confirms it anew. */
  decide(): void {
    this.decided ??= this.drain;
  }

  /** How many seconds a workflow that says to drain until then should still drain, if that is longer than was decided. */
  secondsLeftInsteadOf(until: string | null, now: number): number | undefined {
    if (until === null || this.decided === undefined) return undefined;
    if (Date.parse(until) <= this.decided.until + toleranceMs) return undefined;
    return Math.max(0, this.decided.until - now) / 1_000;
  }

  /** The receipt of a way out that ended in this process. */
  receipt(outcome: DrainOutcome, warnings: readonly string[], forced?: { reason: string; at: Date }): DrainReceipt {
    const leaving = this.leaving();
    if (forced !== undefined) leaving.force(forced.reason, forced.at);
    return leaving.receipt(this.input.instanceId, outcome, new Date(), warnings);
  }

  /**
   * Whether the drain goes on although the workflow has ended: one that came back late may find a target that AWS is done with,
   * and take it for one that somebody else took out (I4).
   */
  outlasts({ outcome }: DrainReceipt, now: number): boolean {
    if (outcome === 'drained' || outcome === 'interrupted') return false;
    return this.decided !== undefined && now < this.decided.until;
  }

  /** The workflow's receipt, with what it could not know: the drain that began in this process before it confirmed one. */
  reconcile(receipt: DrainReceipt): DrainReceipt {
    const { drainingAt, finishedAt } = receipt;
    if (drainingAt === null || this.decided === undefined) return receipt;
    const { since, seconds } = this.decided;
    if (since + toleranceMs >= Date.parse(drainingAt)) return receipt;
    const times = { ...receipt, drainingAt: new Date(since).toISOString() };
    return {
      ...times,
      secondsIn: secondsInPhases(times),
      drainPeriodSeconds: seconds - this.extendedSeconds,
      drainedSeconds: (Date.parse(finishedAt) - since) / 1_000,
    };
  }

  private leaving(): Leaving {
    const { drain, input, begunAt } = this;
    const leaving = new Leaving(begunAt);
    leaving.request(input.trigger ?? 'unknown', drain ? secondsOf(drain) : input.drain, begunAt);
    leaving.registered = this.registered;
    leaving.deregisteringSince = this.deregisteringSince;
    leaving.deregisteredAt = this.deregisteredAt;
    leaving.observations = this.observations;
    if (drain !== undefined) leaving.startDraining(new Date(drain.since), this.delaySeconds);
    return leaving;
  }
}

const longer = ({ since, until, seconds }: Drain, more: number): Drain => ({
  since,
  until: until + more * 1_000,
  seconds: seconds + more,
});

/** What was asked for; less where somebody brought the end nearer. */
const secondsOf = ({ since, until, seconds }: Drain): number => Math.min(seconds, (until - since) / 1_000);
