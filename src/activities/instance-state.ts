import type { InstanceState } from '../domain/ec2-instance.js';
import { judgeInstanceState } from '../domain/ec2-instance.js';
import { StepFailure } from '../domain/failures.js';
import { sayHealth } from '../domain/target-health.js';
import type { Observed, Sight } from '../domain/target-health.js';
import { instanceAppearsMs, instanceStateLook } from '../domain/timings.js';
import type { Attempt } from './attempt.js';
import type { OperationsDependencies } from './dependencies.js';
import { unknownToEc2 } from './instance-reads.js';
import { lookUntil, sinceOf } from './look.js';
import type { Kept } from './look.js';

export interface AwaitedState {
  readonly instanceId: string;
  readonly state: InstanceState;
  readonly windowMs: number;
}

const notKnown = 'not known';

/**
 * Looks until the instance is in the state, and returns the states seen on the way. Heartbeats at every look.
 *
 * EC2 may not know an instance just launched: that counts as a state of its own for a minute.
 *
 * @throws InstanceStateUnreachable (final) at once: it is terminated, or about to be; InstanceNotFound (final) after that minute;
 *   InstanceStateTimeout (final) after `windowMs`, with the last state seen.
 */
export async function waitForInstanceState(
  { instances, metrics }: OperationsDependencies,
  { instanceId, state, windowMs }: AwaitedState,
  attempt: Attempt,
): Promise<readonly Observed<Sight>[]> {
  const subject = `instance ${instanceId}`;
  const resumed = attempt.resumed as Partial<Kept<Sight>> | undefined;
  const appearsUntil = sinceOf(attempt) + instanceAppearsMs;
  let wasKnown = resumed?.observations?.some((each) => each.state !== notKnown && each.state !== 'unknown') ?? false;
  const { verdict, observations } = await lookUntil(
    attempt,
    {
      step: 'DescribeInstances',
      subject,
      whose: 'the instance',
      windowMs,
      ...instanceStateLook,
      unanswered: (type) => metrics?.unanswered('waitForInstanceState', type),
    },
    async (): Promise<Sight> => {
      const [instance] = await instances.describe({ instanceIds: [instanceId] }, attempt.signal);
      wasKnown ||= instance !== undefined;
      return { state: instance?.state ?? notKnown };
    },
    ({ state: seen }) => {
      if (seen !== notKnown) return judgeInstanceState(seen, state);
      // EC2 forgets an instance about an hour after its termination.
      if (wasKnown) return state === 'terminated' ? 'reached' : 'impossible';
      return attempt.now() < appearsUntil ? 'look again' : 'not found';
    },
  );
  if (verdict === 'reached') return observations;
  const details = { observations };
  const last = sayHealth(observations.at(-1));
  switch (verdict) {
    case 'impossible':
      throw new StepFailure('InstanceStateUnreachable', `${subject} is ${last}, and never will be ${state} again`, {
        final: true,
        details,
      });
    case 'not found':
      throw new StepFailure('InstanceNotFound', unknownToEc2(instanceId), { final: true, details });
    case undefined:
      throw new StepFailure(
        'InstanceStateTimeout',
        `${subject} is ${last} after ${windowMs / 1_000} s, expected ${state}`,
        { final: true, details },
      );
  }
}
