/**
 * Lifecycle hooks and the waits that they make, as pure functions of time.
 *
 * H1 An action ends by CompleteLifecycleAction, by its heartbeat timeout, or by its global timeout, whichever comes first.
 * H2 CONTINUE lets the other hooks of the transition finish; ABANDON ends the wait at once.
 * H3 Every wait knows the time of its own next change, so that a jump of the clock passes through all of them in order.
 *
 * Source: EC2 Auto Scaling user guide, "Considerations and limitations for lifecycle hooks".
 */
import { z } from 'zod';

/** When a lifecycle hook runs. Source: Auto Scaling API reference, LifecycleHook. */
const lifecycleTransitions = ['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING'] as const;
export type LifecycleTransition = (typeof lifecycleTransitions)[number];

/** What an action ended with. */
export const lifecycleActionResults = ['CONTINUE', 'ABANDON'] as const;
export type LifecycleActionResult = (typeof lifecycleActionResults)[number];

/** A lifecycle hook, with AWS's limits and defaults. Source: Auto Scaling API reference, PutLifecycleHook. */
export const lifecycleHook = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[A-Za-z0-9\-_/]+$/),
  transition: z.enum(lifecycleTransitions),
  heartbeatTimeoutSeconds: z.int().min(30).max(7200).default(3600),
  defaultResult: z
    .enum(lifecycleActionResults)
    .default('ABANDON')
    .describe('what a heartbeat timeout, or the global timeout, counts as'),
});
export type LifecycleHook = z.output<typeof lifecycleHook>;

/**
 * Whether the hooks of one transition all start when the wait begins, or each when the one before it continued.
 * Assumed: AWS documents no order, and says that CONTINUE "allows any other lifecycle hooks to complete".
 */
export type HookOrder = 'together' | 'one-by-one';

/** One hook at work on one instance. Times are simulated, in milliseconds since the epoch. */
export interface LifecycleAction {
  readonly hook: LifecycleHook;
  /** LifecycleActionToken: a UUID that names this action. */
  readonly token: string;
  readonly startedAt: number;
  readonly heartbeatAt: number;
}

/** A wait state: the actions that run, and the hooks whose turn comes later. */
export interface Wait {
  readonly actions: readonly LifecycleAction[];
  readonly later: readonly LifecycleHook[];
}

const millisecondsPerSecond = 1000;

/** The longest wait, in seconds: 48 hours. Source: Auto Scaling API reference, LifecycleHook, GlobalTimeout. */
const longestWaitSeconds = 172_800;

/** The longest wait, in heartbeat timeouts. Source: as above. */
const longestWaitHeartbeats = 100;

/** GlobalTimeout of a hook, in seconds: how long an instance can wait for it, however many heartbeats come. */
export const globalTimeoutSeconds = ({ heartbeatTimeoutSeconds }: LifecycleHook): number =>
  Math.min(longestWaitSeconds, longestWaitHeartbeats * heartbeatTimeoutSeconds);

/** When an action ends with its hook's default result, unless somebody completes it or sends a heartbeat. */
export const expiresAt = ({ hook, startedAt, heartbeatAt }: LifecycleAction): number =>
  Math.min(
    heartbeatAt + hook.heartbeatTimeoutSeconds * millisecondsPerSecond,
    startedAt + globalTimeoutSeconds(hook) * millisecondsPerSecond,
  );

/** The wait for these hooks; undefined when there is none to wait for. */
export function waitFor(
  hooks: readonly LifecycleHook[],
  now: number,
  order: HookOrder,
  newToken: () => string,
): Wait | undefined {
  if (hooks.length === 0) return undefined;
  const atOnce = order === 'together' ? hooks.length : 1;
  return {
    actions: hooks.slice(0, atOnce).map((hook) => started(hook, now, newToken)),
    later: hooks.slice(atOnce),
  };
}

const started = (hook: LifecycleHook, now: number, newToken: () => string): LifecycleAction => ({
  hook,
  token: newToken(),
  startedAt: now,
  heartbeatAt: now,
});

/** The action that ends first if nobody does anything. Of several at the same time: the first hook's. */
export const nextToExpire = ({ actions }: Wait): LifecycleAction | undefined =>
  actions.reduce<LifecycleAction | undefined>(
    (first, action) => (first === undefined || expiresAt(action) < expiresAt(first) ? action : first),
    undefined,
  );

/** The wait after RecordLifecycleActionHeartbeat for one of its actions. */
export const beaten = (wait: Wait, token: string, now: number): Wait => ({
  ...wait,
  actions: wait.actions.map((action) => (action.token === token ? { ...action, heartbeatAt: now } : action)),
});

/** What comes after one action of a wait has ended: the rest of the wait, or the result of all of it. */
export function ended(
  wait: Wait,
  token: string,
  result: LifecycleActionResult,
  now: number,
  newToken: () => string,
): Wait | LifecycleActionResult {
  if (result === 'ABANDON') return 'ABANDON';
  const actions = wait.actions.filter((action) => action.token !== token);
  const [next, ...later] = wait.later;
  if (next) return { actions: [...actions, started(next, now, newToken)], later };
  return actions.length === 0 ? 'CONTINUE' : { actions, later };
}
