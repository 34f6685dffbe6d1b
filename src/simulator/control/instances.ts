import { createRoute, z } from '@hono/zod-openapi';
import { instanceOptions } from '../world/instance.js';
import { findInstance } from './find.js';
import { describeInstance, instanceAnswer, instanceParameters } from './instance-answer.js';
import { absent, answers, named, operations, refused, takes, tooLarge, unreadable } from './operation.js';

const tags = ['Instances'];

/** EC2 instances: those there are, and new ones. */
export const instances = operations();

instances.openapi(
  createRoute({
    method: 'get',
    path: '/instances',
    operationId: 'listInstances',
    summary: 'List the instances',
    tags,
    responses: { 200: answers('All of them.', z.array(instanceAnswer)) },
  }),
  ({ env: { simulator }, json }) =>
    json(
      simulator.instances.map((instance) => describeInstance(simulator, instance)),
      200,
    ),
);

instances.openapi(
  createRoute({
    method: 'post',
    path: '/instances',
    operationId: 'createInstance',
    summary: 'Create an instance',
    description:
      'It has a metadata service of its own, at `imdsEndpoint`. What is not said of it is made up, the same in every run.',
    tags,
    request: takes(named('InstanceOptions', instanceOptions), {
      'one that is healthy': { vpcId: 'vpc-0123456789abcdef0', probe: 'healthy' },
      'one that another process plays': {
        instanceId: 'i-0123456789abcdef7',
        vpcId: 'vpc-0123456789abcdef0',
        tags: { 'neuwerk:cluster': 'demo' },
        probe: 'real',
        probeAddress: { host: '127.0.0.1', port: 8080 },
      },
    }),
    responses: {
      201: answers('The instance.', instanceAnswer),
      ...refused,
      ...unreadable,
      ...tooLarge,
    },
  }),
  async ({ env: { simulator }, req, json }) =>
    json(describeInstance(simulator, await simulator.createInstance(req.valid('json'))), 201),
);

instances.openapi(
  createRoute({
    method: 'get',
    path: '/instances/{instanceId}',
    operationId: 'getInstance',
    summary: 'Read an instance',
    tags,
    request: { params: instanceParameters },
    responses: { 200: answers('The instance.', instanceAnswer), ...absent },
  }),
  ({ env: { simulator }, req, json }) =>
    json(describeInstance(simulator, findInstance(simulator, req.valid('param').instanceId)), 200),
);
