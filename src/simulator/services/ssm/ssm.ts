import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import { jsonProtocol } from '../../wire/protocol.js';
import type { Service } from '../service.js';
import { describeInstanceInformation } from './instance-information.js';
import { cancelCommand, getCommandInvocation } from './invocations.js';
import { listCommandInvocations, listCommands } from './lists.js';
import { sendCommand } from './send-command.js';

/** Systems Manager, version 2014-11-06: Run Command. */
export const ssm = (world: World, pageSize: number | undefined): Service => ({
  name: 'ssm',
  identity: 'AmazonSSM',
  protocol: jsonProtocol,
  unknownAction: (name) => new AwsError('UnknownOperationException', `The operation ${name} is not known`),
  actions: new Map([
    ['SendCommand', sendCommand(world)],
    ['GetCommandInvocation', getCommandInvocation(world)],
    ['CancelCommand', cancelCommand(world)],
    ['ListCommands', listCommands(world, pageSize)],
    ['ListCommandInvocations', listCommandInvocations(world, pageSize)],
    ['DescribeInstanceInformation', describeInstanceInformation(world, pageSize)],
  ]),
});
