/**
 * What this simulator assumes of AWS and nobody outside AWS knows for sure. Each can be set otherwise, so that a product is
 * tested against both. Everything else is documented by AWS, or was measured. `docs/simulator.md` lists them.
 */
import { z } from 'zod';

const seconds = z.number().min(0);

/** The schema, with the defaults and the reasons. */
export const assumptionsSchema = z.strictObject({
  registrationSeconds: seconds
    .default(5)
    .describe('How long a target shows Elb.RegistrationInProgress. AWS only says that it can take a few minutes.'),
  firstProbe: z
    .enum(['after-interval', 'at-once'])
    .default('after-interval')
    .describe('When the first health check comes, once registration is complete.'),
  registerWhileDraining: z
    .enum(['initial', 'resume'])
    .default('initial')
    .describe('RegisterTargets of a draining target: it starts over as initial, or is again what it was before.'),
  deregisterWhileUnused: z
    .enum(['gone', 'draining'])
    .default('gone')
    .describe('DeregisterTargets of a target that is not in use: it is gone at once, or drains for the delay.'),
  deregisterUnknown: z
    .enum(['success', 'InvalidTarget'])
    .default('success')
    .describe(
      'DeregisterTargets of a target that is not registered. The documentation says success, and lists the error.',
    ),
  stopWhileDraining: z
    .enum(['drain', 'gone'])
    .default('drain')
    .describe('The instance of a draining target stops or is terminated: it drains to the end, or is gone at once.'),
  terminateWhileRegistered: z
    .enum(['invalid-state', 'draining'])
    .default('invalid-state')
    .describe(
      'The instance of a registered target is terminated: unused (Target.InvalidState), or draining for the delay.',
    ),
  elbv2ThrottlingCode: z
    .enum(['Throttling', 'ThrottlingException'])
    .default('Throttling')
    .describe('Error code of a throttled ELBv2 request. Seen in the field is the first, documented the second.'),
  instanceTransitionSeconds: seconds
    .default(15)
    .describe('How long an instance is pending, stopping or shutting-down after a call of EC2.'),
  failOpen: z
    .boolean()
    .default(true)
    .describe('Whether new flows go to any registered target when none is healthy, instead of being refused.'),
  rebalanceSeconds: seconds
    .default(60)
    .describe(
      'With target failover "rebalance": time from the end of the deregistration delay until flows are rehashed.',
    ),
  lostTarget: z
    .enum(['cut', 'fail-over'])
    .default('cut')
    .describe(
      'Flows whose target has no process or no running instance any more: cut at once, or with target failover "rebalance" ' +
        'kept until the load balancer notices and rehashes them.',
    ),
  lifecycleHookOrder: z
    .enum(['together', 'one-by-one'])
    .default('together')
    .describe('Whether several lifecycle hooks of one transition wait at the same time, or one after the other.'),
  repeatedTermination: z
    .enum(['same-activity', 'ScalingActivityInProgress'])
    .default('same-activity')
    .describe(
      'TerminateInstanceInAutoScalingGroup of an instance that is being terminated: the activity under way, or an error.',
    ),
  repeatedCreateRoute: z
    .enum(['RouteAlreadyExists', 'success'])
    .default('RouteAlreadyExists')
    .describe('CreateRoute of a route that is there with the same target. Reports say both.'),
  routeToStopped: z
    .enum(['blackhole', 'active'])
    .default('blackhole')
    .describe('State of a route to a network interface whose instance is stopped.'),
  commandVisibleSeconds: seconds
    .default(1)
    .describe('Time from SendCommand until GetCommandInvocation knows the invocation.'),
  commandDeliverySeconds: seconds
    .default(1)
    .describe('Time from SendCommand until the agent of a managed instance starts to run the script.'),
});

/** All assumptions, each with a value. */
export type Assumptions = z.output<typeof assumptionsSchema>;

/** Those that differ from the default. */
export type AssumptionsInput = z.input<typeof assumptionsSchema>;
