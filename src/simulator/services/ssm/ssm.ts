import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import { jsonProtocol } from '../../wire/protocol.js';
import type { Service } from '../service.js';
import { describeInstanceInformation } from './instance-information.js';
import { cancelCommand, getCommandInvocation } from './invocations.js';
import { listCommandInvocations, listCommands } from './lists.js';
import { sendCommand } from './send-command.js';

/** What errors say beside their name. Source: the model of the service. */
const errors = {
  DuplicateInstanceId: 'nothing',
  InternalServerError: 'Message',
  InvalidCommandId: 'nothing',
  InvalidDocument: 'Message',
  InvalidDocumentVersion: 'Message',
  InvalidFilterKey: 'nothing',
  InvalidInstanceId: 'Message',
  InvalidInstanceInformationFilterValue: 'message',
  InvalidNextToken: 'Message',
  InvalidParameters: 'Message',
  InvalidPluginName: 'nothing',
  InvocationDoesNotExist: 'nothing',
} as const;

/** Systems Manager, version 2014-11-06: Run Command. */
export const ssm = (world: World, pageSize: number | undefined): Service => ({
  name: 'ssm',
  identity: 'AmazonSSM',
  protocol: jsonProtocol(errors),
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
