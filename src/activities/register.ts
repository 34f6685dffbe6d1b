import { StepFailure } from '../domain/failures.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import type { Attempt } from './attempt.js';
import type { AwsDependencies } from './dependencies.js';

/**
 * Registers the target. Safe to repeat (I9). `/health` answers 200 first, or the target could never become healthy.
 *
 * @throws HostLeaving, ShutdownRunning (final): the way out has begun; TargetNotReady (retryable) until the instance is
 *   `running`; AwsDenied, AwsRefused (final); AwsThrottled, AwsUnavailable (retryable).
 */
export async function registerTarget(
  { targetGroups, lives, host, metrics }: AwsDependencies,
  { instanceId, targetGroupArn, target }: RegisteredTarget & { instanceId: string },
  { signal }: Attempt,
): Promise<void> {
  if (await lives.shutdownRuns(instanceId, signal)) {
    const message = `instance ${instanceId}: its shutdown is running, not registering; start again when it is done`;
    throw new StepFailure('ShutdownRunning', message, { final: true });
  }
  // Asked last: a SIGTERM may have come meanwhile.
  if (host?.leaving === true) {
    const message = `instance ${instanceId}: its agent is shutting down, not registering`;
    throw new StepFailure('HostLeaving', message, { final: true });
  }
  host?.serve();
  await targetGroups.register(targetGroupArn, target, signal);
  metrics?.registered(target.id, true);
}
