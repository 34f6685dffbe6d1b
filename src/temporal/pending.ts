import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { Progress } from '../domain/standing.js';
import type { Phase } from '../domain/status.js';

/** What a step's name says of the phase, where no worker can be asked. */
const phases: Partial<Record<string, Phase>> = {
  readMetadata: 'reading metadata',
  discoverTargetGroup: 'discovering',
  registerTarget: 'registering',
  listPeers: 'awaiting healthy',
  confirmHealthy: 'awaiting healthy',
  findTunnel: 'awaiting tunnel',
  writeControllerConfig: 'writing config',
  locateTarget: 'locating',
  deregisterTarget: 'deregistering',
  confirmDraining: 'confirming draining',
};

/** How far a life is by what the server knows: the step that is out, or the timer that runs. */
export async function pendingOf(handle: WorkflowHandle): Promise<Progress> {
  const { raw, startTime } = await handle.describe();
  const since = startTime.toISOString();
  const step = raw.pendingActivities?.find(({ activityType }) => activityType?.name != null);
  const phase = phases[step?.activityType?.name ?? ''];
  if (phase !== undefined) return { phase, since, drainUntil: null, lastFailure: lastFailureOf(step) };
  const drainUntil = await timerOf(handle);
  return { phase: drainUntil === null ? 'unknown' : 'draining', since, drainUntil, lastFailure: null };
}

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** `deregisterTarget, attempt 3: AwsThrottled: i-0123456789abcdef0: Throttling: Rate exceeded` */
export function lastFailureOf(step: PendingActivity | undefined): string | null {
  const failure = step?.lastFailure;
  if (failure?.message == null) return null;
  const name = step?.activityType?.name ?? 'step';
  const type = failure.applicationFailureInfo?.type;
  const reason = withoutStep(failure.message, name);
  return `${name}, attempt ${step?.attempt ?? 1}: ${type == null || type === '' ? reason : `${type}: ${reason}`}`;
}

/** `i-0123456789abcdef0: Throttling` of `deregisterTarget (i-0123456789abcdef0): Throttling`. */
function withoutStep(message: string, name: string): string {
  const [, step, subject, said] = /^(\w+) \(([^)]*)\): (.*)$/s.exec(message) ?? [];
  return step === name ? `${subject ?? ''}: ${said ?? ''}` : message;
}

/** When the timer that runs fires, ISO 8601; null when none does. */
async function timerOf(handle: WorkflowHandle): Promise<string | null> {
  const { events } = await handle.fetchHistory();
  const last = events?.findLast(({ timerStartedEventAttributes: timer }) => timer != null);
  const started = last?.timerStartedEventAttributes;
  if (last?.eventTime == null || started?.startToFireTimeout == null) return null;
  const isOver = events?.some(
    ({ timerFiredEventAttributes: fired, timerCanceledEventAttributes: cancelled }) =>
      fired?.timerId === started.timerId || cancelled?.timerId === started.timerId,
  );
  return isOver === true ? null : new Date(tsToMs(last.eventTime) + tsToMs(started.startToFireTimeout)).toISOString();
}
