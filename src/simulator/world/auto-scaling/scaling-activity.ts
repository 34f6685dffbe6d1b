/** Why an instance leaves its group: the scaling activity that Auto Scaling records for it. */
export interface Termination {
  /** A UUID. */
  readonly activityId: string;
  /** Cause of the activity, such as `At 2026-01-01T00:00:00Z an instance was taken out of service in response to ...`. */
  readonly cause: string;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A termination that begins now. @param reason - the cause without its time. */
export const termination = (activityId: string, reason: string, now: number): Termination => ({
  activityId,
  cause: `At ${timestamp(now)} ${reason}`,
  startedAt: now,
});

/** Reasons in the words of AWS's activity history; those of an abandoned launch are ours. */
export const reasons = {
  ec2HealthCheck:
    'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.',
  elbHealthCheck: 'an instance was taken out of service in response to an ELB system health check failure.',
  launchAbandoned: 'an instance was taken out of service in response to an abandoned launch.',
} as const;

/** The reason of TerminateInstanceInAutoScalingGroup. `shrinking` is the desired capacity before it, when it decrements that. */
export const userRequest = (instanceId: string, shrinking: number | undefined): string =>
  `instance ${instanceId} was taken out of service in response to a user request${
    shrinking === undefined ? '' : `, shrinking the capacity from ${shrinking} to ${shrinking - 1}`
  }.`;

/** The reason of a scale-in from `capacity`. */
export const scaleIn = (instanceId: string, capacity: number, now: number): string =>
  'an instance was taken out of service in response to a difference between desired and actual capacity, ' +
  `shrinking the capacity from ${capacity} to ${capacity - 1}. ` +
  `At ${timestamp(now)} instance ${instanceId} was selected for termination.`;

const timestamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
