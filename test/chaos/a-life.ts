import type { DrainOutcome, DrainReceipt } from '../../src/domain/receipt.js';
import type { AgentRun, Evidence, WorkflowRun } from '../../src/chaos/evidence.js';
import { planLife } from '../../src/chaos/planning.js';
import type { JournalEntry, TargetHealth, Transition } from '../../src/simulator/simulator.js';

/** When the life of a test began: it needs a time, any will do. */
const began = 1_800_000_000_000;
const instanceId = 'i-00000000000000001';
const groupArn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/chaos-1/0000000000000001';

/** Milliseconds since the life began. */
export const at = (ms: number): number => began + ms;

const healths = {
  out: { state: 'unused', reason: 'Target.NotRegistered' },
  initial: { state: 'initial', reason: 'Elb.RegistrationInProgress' },
  healthy: { state: 'healthy' },
  draining: { state: 'draining', reason: 'Target.DeregistrationInProgress' },
} as const satisfies Record<string, TargetHealth>;

export const change = (ms: number, from: keyof typeof healths, to: keyof typeof healths): Transition => ({
  at: at(ms),
  from: healths[from],
  to: healths[to],
  targetGroupArn: groupArn,
  targetId: instanceId,
});

let requests = 0;

/** A request of the life's host about its target, answered with success unless told otherwise. */
export const request = (
  ms: number,
  action: string,
  outcome: JournalEntry['outcome'] = { status: 200 },
): JournalEntry => ({
  sequence: ++requests,
  at: at(ms),
  wallAt: at(ms),
  service: 'elbv2',
  action,
  parameters: { TargetGroupArn: groupArn, Targets: { member: { 1: { Id: instanceId } } } },
  instanceId,
  attempt: 1,
  outcome,
});

export const aRun = (from: number, to: number | undefined, code: number | null, ...messages: string[]): AgentRun => ({
  startedAt: at(from),
  told: [],
  lines: messages.map((message, index) => ({ at: at(from + 1 + index), text: message, message })),
  end: to === undefined ? undefined : { at: at(to), code, signal: null },
});

export const aStartup = (from: number, to: number, changes: Partial<WorkflowRun> = {}): WorkflowRun => ({
  type: 'startup',
  runId: `startup-${from}`,
  startedAt: at(from),
  closedAt: at(to),
  status: 'completed',
  failure: undefined,
  receipt: undefined,
  executionTimeoutMs: 2_100_000,
  activities: [
    { name: 'registerTarget', queue: 'drawbridge/chaos-1', startToCloseMs: 10_000, scheduleToCloseMs: 120_000 },
  ],
  timers: [],
  ...changes,
});

export const aShutdown = (
  from: number,
  to: number,
  outcome: DrainOutcome = 'drained',
  changes: Partial<WorkflowRun> = {},
): WorkflowRun => ({
  ...aStartup(from, to),
  type: 'shutdown',
  runId: `shutdown-${from}`,
  status: outcome === 'drained' || outcome === 'already deregistered' ? 'completed' : 'failed',
  receipt: { outcome } as DrainReceipt,
  timers: outcome === 'drained' ? [{ at: at(from + 200), ms: 3_000 }] : [],
  ...changes,
});

/**
 * An undisturbed life, that breaks nothing: registered at 1 s, told to leave at 5 s, drained for its 3 s, over after 9 s. With
 * changes, one that may.
 */
export function aLife(changes: Partial<Evidence> = {}): Evidence {
  return {
    plan: {
      ...planLife(1),
      instanceId,
      group: 'right',
      targetType: 'instance',
      namesGroup: false,
      drainSeconds: 3,
      byDelay: false,
      delaySeconds: 3,
      tunnel: 'there',
      company: 'nobody',
      incidents: [],
    },
    target: { groupArn, id: instanceId },
    groupArns: [groupArn],
    beganAt: began,
    endedAt: at(9_000),
    stuckIn: undefined,
    boundMs: 51_000,
    requests: [
      request(800, 'GetResources'),
      request(900, 'DescribeTargetGroups'),
      request(1_000, 'RegisterTargets'),
      request(5_200, 'DeregisterTargets'),
    ],
    transitions: [
      change(1_000, 'out', 'initial'),
      change(2_000, 'initial', 'healthy'),
      change(5_200, 'healthy', 'draining'),
      change(8_200, 'draining', 'out'),
    ],
    finalHealth: healths.out,
    flows: undefined,
    acts: [{ at: at(5_000), deed: { kind: 'way out', by: 'SIGTERM' } }],
    runs: [
      {
        ...aRun(0, 8_500, 0, 'agent started', 'in service', 'leaving: health endpoint answers 503', 'out of service'),
        told: [{ at: at(5_000), signal: 'SIGTERM' }],
      },
    ],
    company: undefined,
    workflows: [aStartup(700, 2_500), aShutdown(5_100, 8_400)],
    health: [{ at: at(5_150), status: 503 }],
    ...changes,
  };
}
