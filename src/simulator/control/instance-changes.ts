import { createRoute, z } from '@hono/zod-openapi';
import { agentStates } from '../world/commands/agents.js';
import { instanceProbe, instanceStates } from '../world/instance.js';
import { findInstance } from './find.js';
import { describeInstance, instanceAnswer, instanceParameters as params } from './instance-answer.js';
import { absent, answers, done, operations, refused, takes, tooLarge, unreadable } from './operation.js';

const tags = ['Instances'];
const changed = {
  200: answers('The instance afterwards.', instanceAnswer),
  ...absent,
  ...unreadable,
  ...tooLarge,
};

/** What happens to an instance. */
export const instanceChanges = operations();

instanceChanges.openapi(
  createRoute({
    method: 'put',
    path: '/instances/{instanceId}/state',
    operationId: 'setInstanceState',
    summary: 'Put an instance into a state',
    description: 'At once, without the states that EC2 passes through. Its targets, its group and its agent notice.',
    tags,
    request: { params, ...takes(z.strictObject({ state: z.enum(instanceStates) }), { stop: { state: 'stopped' } }) },
    responses: changed,
  }),
  ({ env: { simulator }, req, json }) => {
    const instance = findInstance(simulator, req.valid('param').instanceId);
    simulator.setInstanceState(instance.instanceId, req.valid('json').state);
    return json(describeInstance(simulator, instance), 200);
  },
);

instanceChanges.openapi(
  createRoute({
    method: 'put',
    path: '/instances/{instanceId}/probe',
    operationId: 'setInstanceProbe',
    summary: 'Change how an instance answers health checks',
    description: '`real` needs an instance with a `probeAddress`.',
    tags,
    request: {
      params,
      ...takes(z.strictObject({ probe: instanceProbe }), {
        'does not answer in time': { probe: 'timeout' },
        'answers with a status': { probe: 503 },
        'its process is gone': { probe: 'gone' },
      }),
    },
    responses: { ...changed, ...refused },
  }),
  ({ env: { simulator }, req, json }) => {
    const instance = findInstance(simulator, req.valid('param').instanceId);
    simulator.setProbe(instance.instanceId, req.valid('json').probe);
    return json(describeInstance(simulator, instance), 200);
  },
);

const metadataQuery = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('below `/latest/meta-data/`')
    .openapi({ example: 'autoscaling/target-lifecycle-state' }),
});

instanceChanges.openapi(
  createRoute({
    method: 'put',
    path: '/instances/{instanceId}/metadata',
    operationId: 'setInstanceMetadata',
    summary: 'Serve a value of instance metadata',
    description: 'Beside what IMDS derives from the instance, or in its place.',
    tags,
    request: {
      params,
      query: metadataQuery,
      ...takes(z.strictObject({ value: z.string() }), { 'is to go': { value: 'Terminated' } }),
    },
    responses: changed,
  }),
  ({ env: { simulator }, req, json }) => {
    const instance = findInstance(simulator, req.valid('param').instanceId);
    simulator.setMetadata(instance.instanceId, req.valid('query').path, req.valid('json').value);
    return json(describeInstance(simulator, instance), 200);
  },
);

instanceChanges.openapi(
  createRoute({
    method: 'delete',
    path: '/instances/{instanceId}/metadata',
    operationId: 'deleteInstanceMetadata',
    summary: 'Take a value of instance metadata away again',
    description: 'What IMDS derives from the instance cannot be taken away.',
    tags,
    request: { params, query: metadataQuery },
    responses: { ...done, ...absent, ...unreadable },
  }),
  ({ env: { simulator }, req, body }) => {
    const { instanceId } = findInstance(simulator, req.valid('param').instanceId);
    simulator.setMetadata(instanceId, req.valid('query').path, undefined);
    return body(null, 204);
  },
);

instanceChanges.openapi(
  createRoute({
    method: 'post',
    path: '/instances/{instanceId}/tokens/revoke',
    operationId: 'revokeTokens',
    summary: 'Make all IMDS tokens of an instance invalid',
    description: 'As a restart of its metadata service would.',
    tags,
    request: { params },
    responses: { ...done, ...absent },
  }),
  ({ env: { simulator }, req, body }) => {
    simulator.revokeTokens(findInstance(simulator, req.valid('param').instanceId).instanceId);
    return body(null, 204);
  },
);

instanceChanges.openapi(
  createRoute({
    method: 'post',
    path: '/instances/{instanceId}/credentials/rotate',
    operationId: 'rotateCredentials',
    summary: "Give an instance's role new credentials",
    description:
      'IMDS hands out the new ones. With those before every request is refused as expired, whatever time came with them.',
    tags,
    request: { params },
    responses: { ...done, ...absent },
  }),
  ({ env: { simulator }, req, body }) => {
    simulator.rotateCredentials(findInstance(simulator, req.valid('param').instanceId).instanceId);
    return body(null, 204);
  },
);

instanceChanges.openapi(
  createRoute({
    method: 'put',
    path: '/instances/{instanceId}/ssm-agent',
    operationId: 'setSsmAgent',
    summary: 'Cut the SSM Agent of an instance off, or connect it again',
    description: 'An agent that is `online` is connected while its instance runs. An `unmanaged` instance has none.',
    tags,
    request: { params, ...takes(z.strictObject({ state: z.enum(agentStates) }), { 'cut off': { state: 'offline' } }) },
    responses: changed,
  }),
  ({ env: { simulator }, req, json }) => {
    const instance = findInstance(simulator, req.valid('param').instanceId);
    simulator.commands.setAgent(instance.instanceId, req.valid('json').state);
    return json(describeInstance(simulator, instance), 200);
  },
);
