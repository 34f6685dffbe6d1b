import * as z from 'zod/mini';
import { clusterSchema, instanceIdSchema, targetGroupArnSchema } from './ids.js';
import { StepFailure } from './failures.js';
import { tunnelDetections } from './tunnel.js';
import type { RegisteredTarget } from './target-group.js';
import type { TunnelDetection } from './tunnel.js';
import { deregistrationDelayMaximumSeconds } from './timings.js';

const drainWords = `seconds from 0 to ${deregistrationDelayMaximumSeconds}, or "deregistration-delay"`;
export const drainSchema = z.union(
  [
    z
      .number()
      .check(z.minimum(0, { error: drainWords }), z.maximum(deregistrationDelayMaximumSeconds, { error: drainWords })),
    z.literal('deregistration-delay'),
  ],
  { error: drainWords },
);

export const tunnelPolicySchema = z.enum(['require', 'warn', 'skip'], { error: '"require", "warn" or "skip"' });
export const tunnelDetectionSchema = z.enum(tunnelDetections, { error: `one of ${tunnelDetections.join(', ')}` });
export const deviceSchema = z
  .string()
  .check(z.regex(/^[^/\s]{1,15}$/, { error: 'an interface name of 1 to 15 characters' }));
export const windowSchema = z
  .number({ error: 'seconds' })
  .check(z.minimum(0, { error: 'seconds, 0 or more' }), z.maximum(86_400, { error: 'seconds, at most 86400' }));

export const triggerLength = 200;
export const triggerSchema = z
  .string({ error: 'text' })
  .check(z.maxLength(triggerLength, { error: `text of at most ${triggerLength} characters` }));

/** How a startup looks for the interface that receives GENEVE. */
export interface TunnelOptions {
  /** Without one: fail, warn and go on, or do not look. Defaults to `require`. */
  readonly policy?: 'require' | 'warn' | 'skip' | undefined;
  /** The interface by name, instead of detecting it. */
  readonly device?: string | undefined;
  /** How it is recognised. Defaults to `auto`. */
  readonly detection?: TunnelDetection | undefined;
  /** How long to look, in seconds. Defaults to 60. */
  readonly windowSeconds?: number | undefined;
}

const tunnelSchema: z.ZodMiniType<TunnelOptions> = z.strictObject({
  policy: z.optional(tunnelPolicySchema),
  device: z.optional(deviceSchema),
  detection: z.optional(tunnelDetectionSchema),
  windowSeconds: z.optional(windowSchema),
});

/** What the workflow `startup` is started with. Plain JSON. */
export interface StartupInput {
  readonly instanceId: string;
  /** Defaults to the cluster that the workflow's task queue is named after. */
  readonly cluster?: string | undefined;
  /** Skips the search by tag. */
  readonly targetGroupArn?: string | undefined;
  /** How long to wait for `healthy`, in seconds; 0 does not wait. Defaults to 5 minutes. */
  readonly healthyWindowSeconds?: number | undefined;
  readonly tunnel?: TunnelOptions | undefined;
  /** Who asked, for the history; at most 200 characters. */
  readonly trigger?: string | undefined;
}

export const startupInputSchema: z.ZodMiniType<StartupInput> = z.strictObject({
  instanceId: instanceIdSchema,
  cluster: z.optional(clusterSchema),
  targetGroupArn: z.optional(targetGroupArnSchema),
  healthyWindowSeconds: z.optional(windowSchema),
  tunnel: z.optional(tunnelSchema),
  trigger: z.optional(triggerSchema),
});

const targetSchema = z.strictObject({
  id: z
    .string({ error: 'an instance id or an IP address' })
    .check(z.minLength(1, { error: 'an instance id or an IP address' })),
  port: z.optional(
    z.int({ error: 'a port' }).check(z.minimum(1, { error: 'a port' }), z.maximum(65_535, { error: 'a port' })),
  ),
});

/** A drain period: seconds from 0 to 3600, or the target group's own delay. */
export type Drain = number | 'deregistration-delay';

/** What the workflow `shutdown` is started with. Plain JSON. */
export interface ShutdownInput {
  readonly instanceId: string;
  /** Defaults to the cluster that the workflow's task queue is named after. */
  readonly cluster?: string | undefined;
  readonly targetGroupArn?: string | undefined;
  /** The exact registration, when it is known; otherwise it is looked up. */
  readonly registered?: RegisteredTarget | undefined;
  /** Defaults to 60 seconds. */
  readonly drain?: Drain | undefined;
  /** Who asked, for the receipt; at most 200 characters. */
  readonly trigger?: string | undefined;
}

export const shutdownInputSchema: z.ZodMiniType<ShutdownInput> = z.strictObject({
  instanceId: instanceIdSchema,
  cluster: z.optional(clusterSchema),
  targetGroupArn: z.optional(targetGroupArnSchema),
  registered: z.optional(z.strictObject({ targetGroupArn: targetGroupArnSchema, target: targetSchema })),
  drain: z.optional(drainSchema),
  trigger: z.optional(triggerSchema),
});

/** Another request for a shutdown that already runs. */
export interface ShutdownRequest {
  readonly drain?: Drain | undefined;
  /** Who asked, for the receipt; at most 200 characters. */
  readonly trigger: string;
}

export const shutdownRequestSchema: z.ZodMiniType<ShutdownRequest> = z.strictObject({
  drain: z.optional(drainSchema),
  trigger: triggerSchema,
});

/** More time for the flows of a target that drains. */
export interface ExtendDrain {
  /** From 1 to 3600. */
  readonly seconds: number;
  /** Who asked, such as `alice@laptop`. */
  readonly actor?: string | undefined;
  /** At most 500 characters. */
  readonly reason?: string | undefined;
}

const extensionWords = `seconds from 1 to ${deregistrationDelayMaximumSeconds}`;
export const extendDrainSchema: z.ZodMiniType<ExtendDrain> = z.strictObject({
  seconds: z
    .number({ error: extensionWords })
    .check(
      z.minimum(1, { error: extensionWords }),
      z.maximum(deregistrationDelayMaximumSeconds, { error: extensionWords }),
    ),
  actor: z.optional(triggerSchema),
  reason: z.optional(z.string({ error: 'text' }).check(z.maxLength(500, { error: 'text of at most 500 characters' }))),
});

/**
 * The value, checked.
 *
 * @throws InvalidInput (final): one line that names every field, what was found and what was expected.
 */
export function parse<T>(what: string, schema: z.ZodMiniType<T>, value: unknown): T {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw new StepFailure('InvalidInput', `${what}: ${explain(result.error, value).join('; ')}`, { final: true });
}

/** One sentence for each problem: the field, what was found, what was expected. */
export function explain(error: z.core.$ZodError, value: unknown): string[] {
  return error.issues.map((issue) => {
    const field = issue.path.length === 0 ? 'the value' : issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      const inside = issue.path.length === 0 ? '' : ` in ${field}`;
      return `unknown field${inside}: ${issue.keys.join(', ')}`;
    }
    const expected =
      issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')
        ? `expected ${aType(issue.expected)}`
        : `expected ${issue.message}`;
    return `${field}: found ${show(at(value, issue.path))}, ${expected}`;
  });
}

const aType = (type: string): string => (type === 'object' ? 'a JSON object' : `a ${type}`);

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * The reason in a forceShutdown payload. The signal's name alone says what to do, so a payload that is not understood never
 * hinders it: what can be read of it is kept as the reason.
 */
export function forceReason(payload: unknown): string {
  const reason = typeof payload === 'object' && payload !== null && 'reason' in payload ? payload.reason : payload;
  if (reason === undefined || reason === null || reason === '') return 'no reason given';
  if (typeof reason === 'string') return reason.slice(0, 500);
  return `a payload that was not understood, expected text or {"reason": text}: ${show(reason)}`;
}
