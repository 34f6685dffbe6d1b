import type { DrainReceipt } from '../domain/receipt.js';
import type { FlowReport } from '../simulator/flows/tally.js';
import type { JournalEntry, TargetHealth, Transition } from '../simulator/simulator.js';
import type { Deed, Plan } from './plan.js';

/** Everything that is known of a life once it is over. Times are milliseconds since the epoch. */
export interface Evidence {
  readonly plan: Plan;
  readonly target: { readonly groupArn: string; readonly id: string };
  /** Every group that the life could have mistaken for its own, its own included. */
  readonly groupArns: readonly string[];
  readonly beganAt: number;
  readonly endedAt: number;
  /** Whether the life was given up because it took too long, and what it was waiting for. */
  readonly stuckIn: string | undefined;
  readonly boundMs: number;
  /** What the host, or anybody about its target, asked of AWS. In order. */
  readonly requests: readonly JournalEntry[];
  /** The target's changes of health in its group. In order. */
  readonly transitions: readonly Transition[];
  /** Undefined when the group is gone. */
  readonly finalHealth: TargetHealth | undefined;
  readonly flows: FlowReport | undefined;
  /** What was done to the life, and when. */
  readonly acts: readonly Act[];
  /** The agent's processes. In order. */
  readonly runs: readonly AgentRun[];
  readonly company: Company | undefined;
  readonly workflows: readonly WorkflowRun[];
  /** What `/health` said as a DeregisterTargets of the host arrived, before it had an effect. */
  readonly health: readonly HealthSample[];
}

/** Something that was done. `until`: when its effect was over. */
export interface Act {
  readonly at: number;
  readonly until?: number;
  readonly deed: Deed | { readonly kind: 'way out'; readonly by: 'SIGTERM' | 'operator' };
}

/** One process of the agent, from its start to its end. */
export interface AgentRun {
  readonly startedAt: number;
  readonly told: readonly { readonly at: number; readonly signal: 'SIGTERM' | 'SIGHUP' | 'SIGKILL' }[];
  readonly lines: readonly Line[];
  /** Undefined while it runs. */
  readonly end: { readonly at: number; readonly code: number | null; readonly signal: string | null } | undefined;
}

/** A line of a log: as it was written, when it came, and its message where it is one of ours. */
export interface Line {
  readonly at: number;
  readonly text: string;
  readonly message: string | undefined;
}

/** The other process of the cluster. An agent's instance is to stay in service whatever happens to the life. */
export interface Company {
  readonly instanceId: string | undefined;
  readonly health: TargetHealth | undefined;
  readonly deregistrations: number;
  readonly run: AgentRun;
}

export interface HealthSample {
  readonly at: number;
  /** HTTP status; undefined when nobody answered. */
  readonly status: number | undefined;
}

export interface WorkflowRun {
  readonly type: 'startup' | 'shutdown';
  readonly runId: string;
  readonly startedAt: number;
  readonly closedAt: number | undefined;
  readonly status: 'open' | 'completed' | 'failed' | 'canceled' | 'terminated' | 'timed out';
  readonly failure: { readonly type: string; readonly message: string } | undefined;
  /** Of a shutdown, also of one that failed. */
  readonly receipt: DrainReceipt | undefined;
  readonly executionTimeoutMs: number;
  readonly activities: readonly ScheduledActivity[];
  readonly timers: readonly Timer[];
}

/** `firedAt`: undefined of one that was cancelled. */
export interface Timer {
  readonly at: number;
  readonly ms: number;
  readonly firedAt?: number | undefined;
}

export interface ScheduledActivity {
  readonly name: string;
  readonly queue: string;
  readonly startToCloseMs: number;
  readonly scheduleToCloseMs: number;
}
