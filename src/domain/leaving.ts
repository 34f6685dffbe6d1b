import { drainSeconds } from './drain.js';
import type { DrainPolicy } from './drain.js';
import { secondsInPhases } from './receipt.js';
import type { DrainOutcome, DrainReceipt, Extension, Trigger, WayOutTimes } from './receipt.js';
import type { RegisteredTarget } from './target-group.js';
import type { Observation } from './target-health.js';
import { deregistrationDelayMaximumSeconds } from './timings.js';

interface Request extends Omit<Trigger, 'drain'> {
  readonly drain: DrainPolicy | undefined;
}

/** What a look found out about the group's deregistration delay. */
export interface DelaySeen {
  /** The group's attribute; null where it could not be read. */
  readonly deregistrationDelaySeconds: number | null;
  /** Set where it could not be read because the group is deleted: then there are no flows that it could keep. */
  readonly groupGone?: true;
}

const unknownDelay = 'the target may have left before it was seen draining, so the drain period is kept';

/** What is known of one way out while it goes on: the state behind the drain deadline and the receipt. Time comes in. */
export class Leaving {
  registered: RegisteredTarget | undefined;
  deregisteringSince: Date | undefined;
  deregisteredAt: Date | undefined;
  observations: readonly Observation[] = [];

  private readonly startedAt: Date;
  /** In the order in which they came. */
  private readonly asked: (Request | Extension)[] = [];
  private forced: { at: Date; reason: string } | undefined;
  private drainingSince: Date | undefined;
  private delaySeconds: number | undefined;

  constructor(startedAt: Date) {
    this.startedAt = startedAt;
  }

  /**
   * Notes who asked, when, and for what drain period.
   *
   * @returns what to say of a later request that leaves the flows less time than they had; undefined of any other.
   */
  request(by: string, drain: DrainPolicy | undefined, at: Date): string | undefined {
    const since = this.drainingSince ?? at;
    const before = this.asked.length === 0 ? undefined : this.endAfter(since);
    this.asked.push({ by, at: at.toISOString(), drain });
    if (before === undefined || this.endAfter(since) >= before) return undefined;
    const period = typeof drain === 'number' ? `${drain} s` : drain;
    const sooner = Math.round((before - this.endAfter(since)) / 1_000);
    return `${by} asked for a drain period of ${period}, so it ends ${sooner} s sooner`;
  }

  /** Flows get so much longer from here on; a request that comes later may still bring the end nearer. */
  extend(seconds: number, by: string, reason: string | null, at: Date): void {
    this.asked.push({ by, at: at.toISOString(), seconds, reason });
  }

  /** Why the drain period cannot be made so much longer, if it cannot. */
  refusalToExtend(seconds: number): string | undefined {
    if (this.drainingSince === undefined) return 'the target is not draining yet; ask again when it is';
    const period = (this.drainUntilMs + seconds * 1_000 - this.drainingSince.getTime()) / 1_000;
    if (period <= deregistrationDelayMaximumSeconds) return undefined;
    return `the drain period would be ${period} s, expected at most ${deregistrationDelayMaximumSeconds} s: AWS lets no target drain for longer`;
  }

  get extendedSeconds(): number {
    return this.extensions.reduce((sum, { seconds }) => sum + seconds, 0);
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
   * deregistration delay over before anybody looked: where the delay is short or unknown, or the host died at the wrong moment.
   *
   * @returns what to say of it, undefined where it had left before, or where its group is gone and its flows with it.
   */
  leftUnseen(at: Date, { deregistrationDelaySeconds: seconds, groupGone }: DelaySeen): string | undefined {
    if (this.deregisteringSince === undefined || groupGone === true) return undefined;
    if (seconds === null) return unknownDelay;
    if (at.getTime() - this.deregisteringSince.getTime() < seconds * 1_000) return undefined;
    return `AWS's own deregistration delay of ${seconds} s was over before the target was seen draining`;
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
   * of its own counts from when it came, and can only bring the end nearer; an extension moves it away.
   */
  get drainUntilMs(): number {
    return this.endAfter(this.drainingSince ?? this.startedAt);
  }

  private endAfter(drainingSince: Date): number {
    const since = drainingSince.getTime();
    const lengthMs = (drain: DrainPolicy | undefined) => drainSeconds(drain, this.delaySeconds) * 1_000;
    return this.asked.slice(1).reduce(
      (end, later) => {
        if ('seconds' in later) return end + later.seconds * 1_000;
        if (later.drain === undefined) return end;
        return Math.min(end, Math.max(since, Date.parse(later.at)) + lengthMs(later.drain));
      },
      since + lengthMs(this.policy),
    );
  }

  private timesUntil(end: number): WayOutTimes {
    return {
      startedAt: this.startedAt.toISOString(),
      deregisteringAt: this.deregisteringSince?.toISOString() ?? null,
      deregisteredAt: this.deregisteredAt?.toISOString() ?? null,
      drainingAt: this.drainingSince?.toISOString() ?? null,
      finishedAt: new Date(end).toISOString(),
    };
  }

  private get requests(): readonly Request[] {
    return this.asked.filter((each): each is Request => !('seconds' in each));
  }

  private get extensions(): readonly Extension[] {
    return this.asked.filter((each): each is Extension => 'seconds' in each);
  }

  receipt(instanceId: string, outcome: DrainOutcome, finishedAt: Date, warnings: readonly string[]): DrainReceipt {
    const since = this.drainingSince;
    // A drain that ran to its end ended then at the earliest, whatever a replaying worker reads off its clock.
    const end = outcome === 'drained' ? Math.max(finishedAt.getTime(), this.drainUntilMs) : finishedAt.getTime();
    const times = this.timesUntil(end);
    return {
      instanceId,
      registered: this.registered ?? null,
      outcome,
      triggers: this.requests.map(({ by, at, drain }) => ({ by, at, ...(drain !== undefined && { drain }) })),
      ...times,
      secondsIn: secondsInPhases(times),
      drainPeriodSeconds: since === undefined ? null : drainSeconds(this.policy, this.delaySeconds),
      drainedSeconds: since === undefined ? null : (end - since.getTime()) / 1_000,
      extensions: this.extensions,
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
