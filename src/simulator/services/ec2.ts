import type { World } from '../world/world.js';
import { AwsError } from '../wire/aws-error.js';
import { ec2Protocol } from '../wire/protocol.js';
import { describeInstances } from './ec2-instances.js';
import type { Service } from './service.js';

/** Elastic Compute Cloud, version 2016-11-15. */
export const ec2 = (world: World, pageSize: number | undefined): Service => ({
  name: 'ec2',
  identity: '2016-11-15',
  protocol: ec2Protocol('http://ec2.amazonaws.com/doc/2016-11-15/'),
  unknownAction: (name) => new AwsError('InvalidAction', `The action ${name} is not valid for this web service.`),
  actions: new Map([['DescribeInstances', describeInstances(world, pageSize)]]),
});
