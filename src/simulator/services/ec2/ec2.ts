import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import { ec2Protocol } from '../../wire/protocol.js';
import { describeInstances } from './instances.js';
import { startInstances, stopInstances, terminateInstances } from './instance-states.js';
import { describeNetworkInterfaces } from './network-interfaces.js';
import { describeRouteTables } from './route-tables.js';
import { createRoute, replaceRoute } from './routes.js';
import { describeSubnets } from './subnets.js';
import type { Service } from '../service.js';

/** Elastic Compute Cloud, version 2016-11-15. */
export const ec2 = (world: World, pageSize: number | undefined): Service => ({
  name: 'ec2',
  identity: '2016-11-15',
  protocol: ec2Protocol('http://ec2.amazonaws.com/doc/2016-11-15/'),
  unknownAction: (name) => new AwsError('InvalidAction', `The action ${name} is not valid for this web service.`),
  actions: new Map([
    ['DescribeInstances', describeInstances(world, pageSize)],
    ['StartInstances', startInstances(world)],
    ['StopInstances', stopInstances(world)],
    ['TerminateInstances', terminateInstances(world)],
    ['DescribeNetworkInterfaces', describeNetworkInterfaces(world, pageSize)],
    ['DescribeSubnets', describeSubnets(world, pageSize)],
    ['DescribeRouteTables', describeRouteTables(world, pageSize)],
    ['CreateRoute', createRoute(world)],
    ['ReplaceRoute', replaceRoute(world)],
  ]),
});
