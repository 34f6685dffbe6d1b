import type { ProbeOutcome } from './health-check.js';

/** TargetHealth.State of the ELBv2 API, as far as a GENEVE target can be in it. */
export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable';

/** TargetHealth of the ELBv2 API. A healthy target has neither reason nor description. */
export interface TargetHealth {
  readonly state: TargetState;
  readonly reason?: string;
  readonly description?: string;
}

/** Every health that does not depend on a probe. Source: ELBv2 API reference, TargetHealth; the descriptions are AWS's. */
export const reasons = {
  registrationInProgress: {
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
    description: 'Target registration is in progress',
  },
  initialHealthChecking: {
    state: 'initial',
    reason: 'Elb.InitialHealthChecking',
    description: 'Initial health checks in progress',
  },
  deregistrationInProgress: {
    state: 'draining',
    reason: 'Target.DeregistrationInProgress',
    description: 'Target deregistration is in progress',
  },
  notRegistered: {
    state: 'unused',
    reason: 'Target.NotRegistered',
    description: 'Target is not registered to the target group',
  },
  notInUse: {
    state: 'unused',
    reason: 'Target.NotInUse',
    description: 'Target group is not configured to receive traffic from the load balancer',
  },
  zoneNotEnabled: {
    state: 'unused',
    reason: 'Target.NotInUse',
    description: 'Target is in an Availability Zone that is not enabled for the load balancer',
  },
  ipUnusable: {
    state: 'unused',
    reason: 'Target.IpUnusable',
    description: 'The target IP address is reserved for use by a load balancer',
  },
  internalError: {
    state: 'unavailable',
    reason: 'Elb.InternalError',
    description: 'Target health is unavailable due to an internal error',
  },
} as const satisfies Record<string, TargetHealth>;

/** Whether a target with this health is in its group at all: registered, or draining. */
export const isListed = ({ reason }: TargetHealth): boolean => reason !== reasons.notRegistered.reason;

/** The health of a target whose instance is not running. */
export const invalidState = (instanceState: string): TargetHealth => ({
  state: 'unused',
  reason: 'Target.InvalidState',
  description: `Target is in the ${instanceState} state`,
});

/** The health of a target whose probes failed, told by the last of them. */
export function failureHealth(outcome: Exclude<ProbeOutcome, { kind: 'success' }>): TargetHealth {
  switch (outcome.kind) {
    case 'mismatch':
      return {
        state: 'unhealthy',
        reason: 'Target.ResponseCodeMismatch',
        description: `Health checks failed with these codes: [${outcome.status}]`,
      };
    case 'timeout':
      return { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' };
    case 'failed':
      return { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  }
}
