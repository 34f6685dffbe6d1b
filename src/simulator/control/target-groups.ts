import { createRoute, z } from '@hono/zod-openapi';
import { targetGroupOptions } from '../world/targets/target-group.js';
import { defaultAttributes } from '../world/targets/target-group-attributes.js';
import { refuseUnknownAttributes } from './attributes.js';
import { findTargetGroup } from './find.js';
import { absent, answers, done, named, operations, refused, takes, tooLarge, unreadable } from './operation.js';
import { describeTargetGroup, targetGroupAnswer, targetGroupParameters as params } from './target-group-answer.js';

const tags = ['Target groups'];

/** Target groups: those there are, new ones, and their end. */
export const targetGroups = operations();

targetGroups.openapi(
  createRoute({
    method: 'get',
    path: '/target-groups',
    operationId: 'listTargetGroups',
    summary: 'List the target groups and the health of their targets',
    tags,
    responses: { 200: answers('All of them.', z.array(targetGroupAnswer)) },
  }),
  ({ env, json }) => json(env.simulator.targetGroups.map(describeTargetGroup), 200),
);

targetGroups.openapi(
  createRoute({
    method: 'post',
    path: '/target-groups',
    operationId: 'createTargetGroup',
    summary: 'Create a target group',
    description: 'With a load balancer and, unless `inUse` is false, a listener of it that forwards to the group.',
    tags,
    request: takes(named('TargetGroupOptions', targetGroupOptions), {
      'a GENEVE group': {
        name: 'edge-next',
        vpcId: 'vpc-0123456789abcdef0',
        attributes: { 'deregistration_delay.timeout_seconds': '60' },
        healthCheck: { protocol: 'HTTP', path: '/health', port: 8080 },
      },
    }),
    responses: {
      201: answers('The group.', targetGroupAnswer),
      ...refused,
      ...unreadable,
      ...tooLarge,
    },
  }),
  ({ env: { simulator }, req, json }) => {
    const options = req.valid('json');
    refuseUnknownAttributes({ ...defaultAttributes, ...options.attributes });
    return json(describeTargetGroup(simulator.createTargetGroup(options)), 201);
  },
);

targetGroups.openapi(
  createRoute({
    method: 'get',
    path: '/target-groups/{name}',
    operationId: 'getTargetGroup',
    summary: 'Read a target group and the health of its targets',
    tags,
    request: { params },
    responses: { 200: answers('The group.', targetGroupAnswer), ...absent },
  }),
  ({ env: { simulator }, req, json }) =>
    json(describeTargetGroup(findTargetGroup(simulator, req.valid('param').name)), 200),
);

targetGroups.openapi(
  createRoute({
    method: 'delete',
    path: '/target-groups/{name}',
    operationId: 'deleteTargetGroup',
    summary: 'Delete a target group',
    description: 'Even one that is in use, which AWS refuses.',
    tags,
    request: { params },
    responses: { ...done, ...absent },
  }),
  ({ env: { simulator }, req, body }) => {
    simulator.deleteTargetGroup(findTargetGroup(simulator, req.valid('param').name).arn);
    return body(null, 204);
  },
);
