import { z } from '@hono/zod-openapi';
import type { AutoScalingGroup } from '../world/auto-scaling/auto-scaling-group.js';
import { autoScalingGroupOptions } from '../world/auto-scaling/auto-scaling-group.js';
import type { AutoScalingInstance } from '../world/auto-scaling/auto-scaling-instance.js';
import { expiresAt } from '../world/auto-scaling/lifecycle-action.js';
import { named } from './operation.js';

/** LifecycleState of the Auto Scaling API. */
export const lifecycleStateAnswer = z.enum([
  'Pending',
  'Pending:Wait',
  'Pending:Proceed',
  'InService',
  'Terminating',
  'Terminating:Wait',
  'Terminating:Proceed',
  'Terminated',
]);

/** Names an Auto Scaling group in a path. */
export const autoScalingGroupParameters = z.strictObject({
  name: z.string().describe('with `%2F` for a slash').openapi({ example: 'edge' }),
});

const memberAnswer = z.strictObject({
  instanceId: z.string(),
  lifecycleState: lifecycleStateAnswer,
  healthy: z.boolean(),
  actions: z
    .array(
      z.strictObject({
        hook: z.string().describe('name of the lifecycle hook'),
        token: z.string().describe('LifecycleActionToken'),
        startedAt: z.number(),
        heartbeatAt: z.number(),
        expiresAt: z.number().describe("when it ends with its hook's default result"),
      }),
    )
    .describe('lifecycle actions that wait for somebody now'),
  termination: z
    .strictObject({ activityId: z.string(), cause: z.string(), startedAt: z.number() })
    .optional()
    .describe('why it is being terminated'),
});

/** What the control API says of an Auto Scaling group. */
export const autoScalingGroupAnswer = named(
  'AutoScalingGroup',
  z.strictObject({
    name: z.string(),
    arn: z.string(),
    createdAt: z.number(),
    desiredCapacity: z.int(),
    ...autoScalingGroupOptions.pick({
      minSize: true,
      maxSize: true,
      healthCheckType: true,
      healthCheckGracePeriodSeconds: true,
      hooks: true,
      targetGroupArns: true,
      tags: true,
    }).shape,
    instances: z.array(memberAnswer),
  }),
  {
    name: 'edge',
    arn: 'arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:00000000-0000-4000-8000-000000000001:autoScalingGroupName/edge',
    createdAt: 1_767_225_600_000,
    desiredCapacity: 1,
    minSize: 1,
    maxSize: 4,
    hooks: [{ name: 'drain', transition: 'autoscaling:EC2_INSTANCE_TERMINATING', heartbeatTimeoutSeconds: 900 }],
    instances: [
      {
        instanceId: 'i-0123456789abcdef0',
        lifecycleState: 'Terminating:Wait',
        healthy: true,
        actions: [
          {
            hook: 'drain',
            token: '00000000-0000-4000-8000-000000000003',
            startedAt: 1_767_225_660_000,
            heartbeatAt: 1_767_225_660_000,
            expiresAt: 1_767_226_560_000,
          },
        ],
        termination: {
          activityId: '00000000-0000-4000-8000-000000000002',
          cause: 'At 2026-01-01T00:01:00Z an instance was taken out of service in response to a user request.',
          startedAt: 1_767_225_660_000,
        },
      },
    ],
  },
);

/** The group as the control API shows it. */
export function describeAutoScalingGroup(group: AutoScalingGroup): z.output<typeof autoScalingGroupAnswer> {
  const { name, arn, createdAt, settings, instances } = group;
  const { minSize, maxSize, healthCheckType, healthCheckGracePeriodSeconds, hooks, targetGroupArns, tags } = settings;
  return {
    name,
    arn,
    createdAt,
    desiredCapacity: group.desiredCapacity,
    minSize,
    maxSize,
    healthCheckType,
    healthCheckGracePeriodSeconds,
    hooks,
    targetGroupArns,
    tags,
    instances: instances.map(describeMember),
  };
}

const describeMember = ({ instanceId, state, isHealthy, actions, termination }: AutoScalingInstance) => ({
  instanceId,
  lifecycleState: state,
  healthy: isHealthy,
  actions: actions.map((action) => ({
    hook: action.hook.name,
    token: action.token,
    startedAt: action.startedAt,
    heartbeatAt: action.heartbeatAt,
    expiresAt: expiresAt(action),
  })),
  termination,
});
