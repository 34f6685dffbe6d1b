import { ApplicationFailure, log, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { ZodMiniType } from 'zod/mini';
import { StepFailure } from '../domain/failures.js';
import { clusterOf } from '../domain/ids.js';
import { parse } from '../domain/input.js';
import { searchAttributes } from '../domain/search-attributes.js';
import { logBook } from '../domain/status.js';
import type { LogEntry, Phase, Status } from '../domain/status.js';
import type { Tunnel } from '../domain/tunnel.js';
import { tell } from './measures.js';

/** Where one life stands: behind the `status` query, and as a log book in the Web UI. */
export class Life {
  instanceId = 'unknown';
  extendedSeconds = 0;
  readonly notes: string[] = [];
  /** What it is doing now. */
  phase: Phase = 'locating';
  private since = new Date();
  private clock = 0;
  private begun = false;
  private drainEnds: number | undefined;
  private tunnel: Status['tunnel'];
  private readonly entries: LogEntry[] = [];

  /**
   * A step was done then, by Temporal's clock. Where a query makes another worker read the history while the next workflow task still
   * waits for one that has died, the workflow goes on at the time of the task before (SDK 1.24, measured).
   *
   * @param ms - undefined of a build that does not say
   */
  saw(ms: number | undefined): void {
    this.clock = Math.max(this.clock, ms ?? 0);
  }

  /** The workflow's time, not before a step that is done. */
  now(): Date {
    return new Date(Math.max(Date.now(), this.clock));
  }

  /** @param outcome - how the life ends with this phase */
  enter(phase: Phase, outcome?: string): void {
    const now = this.now();
    if (this.begun) tell.phaseEnded(this.phase, (now.getTime() - this.since.getTime()) / 1_000);
    if (!this.begun && isUnbounded()) this.entries.push({ at: now, text: unbounded });
    this.begun = true;
    this.phase = phase;
    this.since = now;
    this.log(phase);
    if (outcome !== undefined || phase === 'draining') label(phase, outcome);
  }

  /** Something that happened, or that somebody asked for. */
  log(text: string): void {
    this.entries.push({ at: this.now(), text });
    this.publish();
  }

  /** When the drain period ends, in milliseconds since the epoch. */
  get drainUntil(): number | undefined {
    return this.drainEnds;
  }

  set drainUntil(ms: number | undefined) {
    if (ms === undefined || ms === this.drainEnds) return;
    const before = this.drainEnds;
    const moved = before !== undefined && (ms < before ? 'ends sooner' : 'ends later');
    this.drainEnds = ms;
    tell.draining(ms);
    const seconds = Math.round((ms - this.now().getTime()) / 100) / 10;
    log.info(`the drain period ${moved || 'begins'}`, {
      step: 'drainPeriod',
      seconds,
      until: new Date(ms).toISOString(),
    });
  }

  /** Something that whoever reads the history should know. */
  note(message: string): void {
    this.notes.push(message);
    log.warn(message);
    this.publish();
  }

  /** The interface that receives GENEVE. */
  found(tunnel: Tunnel): void {
    this.tunnel = { device: tunnel.device, detector: tunnel.detector };
    this.log(`tunnel ${[tunnel.device, ...(tunnel.others ?? [])].join(', ')}, by: ${tunnel.detector}`);
    if (tunnel.warning !== undefined) this.note(tunnel.warning);
  }

  status(): Status {
    return {
      instanceId: this.instanceId,
      phase: this.phase,
      since: this.since.toISOString(),
      drainUntil: this.drainUntil === undefined ? null : new Date(this.drainUntil).toISOString(),
      extendedSeconds: this.extendedSeconds,
      ...(this.tunnel && { tunnel: this.tunnel }),
    };
  }

  private publish(): void {
    setCurrentDetails(logBook(this.entries, this.notes));
  }
}

/** Started by hand: whoever starts lives for us bounds them (I7). The steps and waits are bounded all the same. */
function isUnbounded(): boolean {
  // The server says 0 where there is none.
  const { executionTimeoutMs = 0, runTimeoutMs = 0 } = workflowInfo();
  return executionTimeoutMs === 0 && runTimeoutMs === 0;
}

const unbounded = 'started without an execution timeout: where no worker is left, it waits for one without end';

const keyOf = (name: keyof typeof searchAttributes) => defineSearchAttributeKey(searchAttributes[name], 'KEYWORD');

/**
 * Into the search attributes, where the life was started with them: a namespace that does not know them would refuse. Each
 * costs an event and an Action, so only what somebody searches for: who drains, and how it ended.
 */
function label(phase: Phase, outcome?: string): void {
  if (workflowInfo().typedSearchAttributes.get(keyOf('instance')) === undefined) return;
  const ended = outcome === undefined ? [] : [{ key: keyOf('outcome'), value: outcome }];
  upsertSearchAttributes([{ key: keyOf('phase'), value: phase }, ...ended]);
}

/**
 * The workflow's input, checked, with the cluster filled in from the task queue's name where it was left out.
 *
 * @throws ApplicationFailure InvalidInput (non-retryable), so that a workflow started by hand with wrong JSON fails with one
 *   clear line and does nothing.
 */
export function parseInput<T extends { cluster?: string | undefined }>(schema: ZodMiniType<T>, untrusted: unknown): T {
  try {
    const input = parse(`${workflowInfo().workflowType} input`, schema, untrusted);
    return { ...input, cluster: input.cluster ?? clusterOf(workflowInfo().taskQueue) };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, error.type);
  }
}
