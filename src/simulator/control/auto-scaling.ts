import { createRoute, z } from '@hono/zod-openapi';
import { autoScalingGroupOptions } from '../world/auto-scaling/auto-scaling-group.js';
import {
  autoScalingGroupAnswer,
  autoScalingGroupParameters as params,
  describeAutoScalingGroup,
  lifecycleStateAnswer,
} from './auto-scaling-answer.js';
import { findAutoScalingGroup, findInstance } from './find.js';
import { absent, answers, named, operations, refused, takes, tooLarge, unreadable } from './operation.js';

const tags = ['Auto Scaling'];
const instanceId = z.string();
const changed = {
  200: answers('The group afterwards.', autoScalingGroupAnswer),
  ...absent,
  ...refused,
  ...unreadable,
  ...tooLarge,
};

/** Auto Scaling groups, and what makes them grow and shrink: they do so only when told to. */
export const autoScaling = operations();

autoScaling.openapi(
  createRoute({
    method: 'get',
    path: '/auto-scaling-groups',
    operationId: 'listAutoScalingGroups',
    summary: 'List the Auto Scaling groups and the lifecycle states of their instances',
    tags,
    responses: { 200: answers('All of them.', z.array(autoScalingGroupAnswer)) },
  }),
  ({ env, json }) => json([...env.simulator.autoScaling.groups.values()].map(describeAutoScalingGroup), 200),
);

autoScaling.openapi(
  createRoute({
    method: 'post',
    path: '/auto-scaling-groups',
    operationId: 'createAutoScalingGroup',
    summary: 'Create an Auto Scaling group',
    description: 'It has the instances that it is given, and launches none by itself.',
    tags,
    request: takes(named('AutoScalingGroupOptions', autoScalingGroupOptions), {
      'with a termination hook': {
        name: 'edge-next',
        instances: ['i-0123456789abcdef2'],
        hooks: [{ name: 'drain', transition: 'autoscaling:EC2_INSTANCE_TERMINATING', heartbeatTimeoutSeconds: 900 }],
      },
    }),
    responses: {
      201: answers('The group.', autoScalingGroupAnswer),
      ...refused,
      ...unreadable,
      ...tooLarge,
    },
  }),
  ({ env: { simulator }, req, json }) =>
    json(describeAutoScalingGroup(simulator.autoScaling.createGroup(req.valid('json'))), 201),
);

autoScaling.openapi(
  createRoute({
    method: 'post',
    path: '/auto-scaling-groups/{name}/launch',
    operationId: 'launchInstance',
    summary: 'Launch an instance into a group',
    description: 'An instance that runs and is in no group, as by a scale-out: launch hooks run, one more is desired.',
    tags,
    request: { params, ...takes(z.strictObject({ instanceId }), { one: { instanceId: 'i-0123456789abcdef2' } }) },
    responses: changed,
  }),
  ({ env: { simulator }, req, json }) => {
    const group = findAutoScalingGroup(simulator, req.valid('param').name);
    group.launch(findInstance(simulator, req.valid('json').instanceId).instanceId);
    return json(describeAutoScalingGroup(group), 200);
  },
);

autoScaling.openapi(
  createRoute({
    method: 'post',
    path: '/auto-scaling-groups/{name}/scale-in',
    operationId: 'scaleIn',
    summary: 'Take an instance out of a group',
    description:
      'As a scale-in event: one less is desired, its targets drain, termination hooks run, it is terminated.',
    tags,
    request: {
      params,
      ...takes(z.strictObject({ instanceId: instanceId.optional().describe('default: the one that came first') }), {
        'this one': { instanceId: 'i-0123456789abcdef0' },
        'any one': {},
      }),
    },
    responses: changed,
  }),
  ({ env: { simulator }, req, json }) => {
    const group = findAutoScalingGroup(simulator, req.valid('param').name);
    group.scaleIn(req.valid('json').instanceId);
    return json(describeAutoScalingGroup(group), 200);
  },
);

const transitionAnswer = named(
  'LifecycleTransition',
  z.strictObject({
    at: z.number(),
    autoScalingGroupName: z.string(),
    instanceId,
    from: lifecycleStateAnswer.optional().describe('left out for the first'),
    to: lifecycleStateAnswer,
  }),
  {
    at: 1_767_225_600_000,
    autoScalingGroupName: 'edge',
    instanceId: 'i-0123456789abcdef0',
    to: 'InService',
  },
);

autoScaling.openapi(
  createRoute({
    method: 'get',
    path: '/lifecycle-transitions',
    operationId: 'listLifecycleTransitions',
    summary: "List every change of an instance's lifecycle state",
    tags,
    responses: {
      200: answers('All of them, in order.', z.array(transitionAnswer)),
    },
  }),
  ({ env, json }) => json([...env.simulator.autoScaling.transitions], 200),
);
