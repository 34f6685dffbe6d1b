import { z } from 'zod';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import type { Action } from '../service.js';
import { action } from '../service.js';
import { describeResult } from './describe.js';
import { pluginName } from './document.js';
import {
  commandIdParameter,
  invalidCommandId,
  refuseDuplicates,
  refuseMalformedCommandId,
  refuseMalformedInstanceIds,
  validationException,
} from './validation.js';

const getParameters = z.object({
  CommandId: commandIdParameter,
  InstanceId: z.string(),
  PluginName: z.string().min(4).optional(),
});

const cancelParameters = z.object({
  CommandId: commandIdParameter,
  InstanceIds: z.array(z.string()).max(50).default([]),
});

/** GetCommandInvocation. Not there for a while after SendCommand; the output only when the script has ended. */
export const getCommandInvocation = (world: World): Action =>
  action(validationException, getParameters, ({ CommandId, InstanceId, PluginName }, _caller, asOf) => {
    refuseMalformedInstanceIds(world, [InstanceId]);
    refuseMalformedCommandId(CommandId);
    const command = world.commands.find(CommandId);
    const invocation = command?.invocations.find(({ instanceId }) => instanceId === InstanceId);
    if (!command || !invocation || !world.commands.isVisible(command, asOf)) {
      throw new AwsError('InvocationDoesNotExist', 'The command ID and instance ID did not match any invocations');
    }
    if (PluginName !== undefined && PluginName !== pluginName) {
      throw new AwsError('InvalidPluginName', 'The plugin name is not valid');
    }
    return { result: describeResult(command, invocation, asOf) };
  });

/** CancelCommand: on these instances, or on all that the command went to. Changes nothing of what has ended. */
export const cancelCommand = (world: World): Action =>
  action(validationException, cancelParameters, ({ CommandId, InstanceIds }) => {
    refuseMalformedInstanceIds(world, InstanceIds);
    refuseDuplicates(InstanceIds);
    const command = world.commands.find(CommandId);
    if (!command) throw invalidCommandId();
    const strange = InstanceIds.find((id) => !command.instanceIds.includes(id));
    if (strange !== undefined) throw new AwsError('InvalidInstanceId', `The command did not go to ${strange}`);
    const cancelled = world.commands.cancel(command, InstanceIds.length > 0 ? InstanceIds : command.instanceIds);
    return cancelled.length === 0
      ? { result: {} }
      : { result: {}, effect: `cancelled command ${CommandId} on ${cancelled.join(', ')}` };
  });
