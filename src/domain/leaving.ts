import { drainSeconds } from './drain.js';
import type { DrainPolicy } from './drain.js';
import type { DrainOutcome, DrainReceipt, Trigger } from './receipt.js';
import type { RegisteredTarget } from './target-group.js';
import type { Observation } from './target-health.js';

interface Request extends Trigger {
  readonly drain: DrainPolicy | undefined;
}

/** What is known of one way out while it goes on: the state behind the drain deadline and the receipt. Time comes in. */
export class Leaving {
  registered: RegisteredTarget | undefined;
  deregisteringSince: Date | undefined;
  deregisteredAt: Date | undefined;
  observations: readonly Observation[] = [];

  private readonly startedAt: Date;
  private readonly requests: Request[] = [];
  private forced: { at: Date; reason: string } | undefined;
  private drainingSince: Date | undefined;
  private delaySeconds: number | undefined;

  constructor(startedAt: Date) {
    this.startedAt = startedAt;
  }

  /** Notes who asked, when, and for what drain period. */
  request(by: string, drain: DrainPolicy | undefined, at: Date): void {
    this.requests.push({ by, at: at.toISOString(), drain });
  }

  /** @returns whether this is the first force; a later one changes nothing. */
  force(reason: string, at: Date): boolean {
    if (this.forced !== undefined) return false;
    this.forced = { at, reason };
    return true;
  }

  startDraining(at: Date, delaySeconds: number | undefined): void {
    this.drainingSince = at;
    this.delaySeconds = delaySeconds;
  }

  /**
   * Whether a target that is not registered any more may have left because of our own DeregisterTargets, with its whole
   * deregistration delay over before anybody looked: where the delay is short, or where the host died at the wrong moment.
   */
  mayHaveLeftUnseen(at: Date, delaySeconds: number | undefined): boolean {
    if (this.deregisteringSince === undefined || delaySeconds === undefined) return false;
    return at.getTime() - this.deregisteringSince.getTime() >= delaySeconds * 1_000;
  }

  /** What the first request asked for. */
  get policy(): DrainPolicy | undefined {
    return this.requests[0]?.drain;
  }

  get forcedReason(): string {
    return this.forced?.reason ?? 'not forced';
  }

  /**
   * When the drain period ends, in milliseconds since the epoch. The first request sets it; a later one that names a period
   * of its own counts from when it came, and can only bring the end nearer.
   */
  get drainUntilMs(): number {
    const since = (this.drainingSince ?? this.startedAt).getTime();
    const [first, ...later] = this.requests;
    const ends = later
      .filter(({ drain }) => drain !== undefined)
      .map(({ drain, at }) => Math.max(since, Date.parse(at)) + drainSeconds(drain, this.delaySeconds) * 1_000);
    return Math.min(since + drainSeconds(first?.drain, this.delaySeconds) * 1_000, ...ends);
  }

  receipt(instanceId: string, outcome: DrainOutcome, finishedAt: Date, warnings: readonly string[]): DrainReceipt {
    const since = this.drainingSince;
    // A drain that ran to its end ended then at the earliest, whatever a replaying worker reads off its clock.
    const end = outcome === 'drained' ? Math.max(finishedAt.getTime(), this.drainUntilMs) : finishedAt.getTime();
    return {
      instanceId,
      registered: this.registered ?? null,
      outcome,
      triggers: this.requests.map(({ by, at }) => ({ by, at })),
      startedAt: this.startedAt.toISOString(),
      deregisteredAt: this.deregisteredAt?.toISOString() ?? null,
      drainingAt: since?.toISOString() ?? null,
      finishedAt: new Date(end).toISOString(),
      drainPeriodSeconds: since === undefined ? null : drainSeconds(this.policy, this.delaySeconds),
      drainedSeconds: since === undefined ? null : (end - since.getTime()) / 1_000,
      deregistrationDelaySeconds: this.delaySeconds ?? null,
      forced: this.forced === undefined ? null : { at: this.forced.at.toISOString(), reason: this.forced.reason },
      observations: this.observations,
      warnings: [...warnings],
    };
  }
}

/** The observations that a failed look left in its failure's details, if it did. */
export function observationsIn(details: unknown): readonly Observation[] | undefined {
  const observations = (details as { observations?: unknown } | null | undefined)?.observations;
  return Array.isArray(observations) ? (observations as Observation[]) : undefined;
}
