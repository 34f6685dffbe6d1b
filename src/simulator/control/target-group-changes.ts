import { createRoute, z } from '@hono/zod-openapi';
import { changeAttributes } from './attributes.js';
import { findInstance, findTargetGroup, missing } from './find.js';
import { absent, answers, done, operations, takes, tooLarge, unreadable } from './operation.js';
import { describeTargetGroup, targetGroupAnswer, targetGroupParameters as params } from './target-group-answer.js';

const tags = ['Target groups'];
const texts = z.record(z.string(), z.string());
const changed = { 200: answers('The group afterwards.', targetGroupAnswer), ...absent };
const responses = { ...changed, ...unreadable, ...tooLarge };

/** What happens to a target group. */
export const targetGroupChanges = operations();

targetGroupChanges.openapi(
  createRoute({
    method: 'put',
    path: '/target-groups/{name}/listener',
    operationId: 'setListener',
    summary: 'Attach a target group to its listener, or detach it',
    description: 'Targets of a group that no listener forwards to are `unused`.',
    tags,
    request: { params, ...takes(z.strictObject({ attached: z.boolean() }), { detach: { attached: false } }) },
    responses,
  }),
  ({ env: { simulator }, req, json }) => {
    const group = findTargetGroup(simulator, req.valid('param').name);
    simulator.setInUse(group.arn, req.valid('json').attached);
    return json(describeTargetGroup(group), 200);
  },
);

targetGroupChanges.openapi(
  createRoute({
    method: 'put',
    path: '/target-groups/{name}/health',
    operationId: 'setHealthAvailable',
    summary: 'Make the load balancer lose sight of the health of the targets, or find it again',
    description: 'Targets whose health it cannot tell are `unavailable`.',
    tags,
    request: { params, ...takes(z.strictObject({ available: z.boolean() }), { lose: { available: false } }) },
    responses,
  }),
  ({ env: { simulator }, req, json }) => {
    const group = findTargetGroup(simulator, req.valid('param').name);
    simulator.setUnavailable(group.arn, !req.valid('json').available);
    return json(describeTargetGroup(group), 200);
  },
);

targetGroupChanges.openapi(
  createRoute({
    method: 'put',
    path: '/target-groups/{name}/tags',
    operationId: 'setTags',
    summary: 'Replace the tags of a target group',
    tags,
    request: { params, ...takes(texts, { 'of another cluster': { 'neuwerk:cluster': 'other' } }) },
    responses,
  }),
  ({ env: { simulator }, req, json }) => {
    const group = findTargetGroup(simulator, req.valid('param').name);
    simulator.setTags(group.arn, req.valid('json'));
    return json(describeTargetGroup(group), 200);
  },
);

targetGroupChanges.openapi(
  createRoute({
    method: 'put',
    path: '/target-groups/{name}/attributes',
    operationId: 'setAttributes',
    summary: 'Set attributes of a target group',
    description:
      'As ModifyTargetGroupAttributes: the others stay as they are, and a target that drains already keeps its delay.',
    tags,
    request: { params, ...takes(texts, { 'drain longer': { 'deregistration_delay.timeout_seconds': '120' } }) },
    responses,
  }),
  ({ env: { simulator }, req, json }) => {
    const group = findTargetGroup(simulator, req.valid('param').name);
    changeAttributes(group, req.valid('json'));
    return json(describeTargetGroup(group), 200);
  },
);

const targetParameters = params.extend({
  targetId: z
    .string()
    .describe('id of an instance; an address in a group of type ip')
    .openapi({ example: 'i-0123456789abcdef0' }),
});

targetGroupChanges.openapi(
  createRoute({
    method: 'put',
    path: '/target-groups/{name}/targets/{targetId}',
    operationId: 'registerTarget',
    summary: 'Register a target',
    description: 'As RegisterTargets, without an entry in the journal.',
    tags,
    request: { params: targetParameters },
    responses: changed,
  }),
  ({ env: { simulator }, req, json }) => {
    const { name, targetId } = req.valid('param');
    const group = findTargetGroup(simulator, name);
    if (group.targetType === 'instance') findInstance(simulator, targetId);
    simulator.registerTarget(group.arn, targetId);
    return json(describeTargetGroup(group), 200);
  },
);

targetGroupChanges.openapi(
  createRoute({
    method: 'delete',
    path: '/target-groups/{name}/targets/{targetId}',
    operationId: 'deregisterTarget',
    summary: 'Deregister a target',
    description: 'As DeregisterTargets, without an entry in the journal: it drains.',
    tags,
    request: { params: targetParameters },
    responses: { ...done, ...absent },
  }),
  ({ env: { simulator }, req, body }) => {
    const { name, targetId } = req.valid('param');
    const group = findTargetGroup(simulator, name);
    if (![...group.targets.values()].some(({ id, isListed }) => id === targetId && isListed))
      missing(`${targetId} is not registered with ${name}`);
    simulator.deregisterTarget(group.arn, targetId);
    return body(null, 204);
  },
);
