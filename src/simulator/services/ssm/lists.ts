import { z } from 'zod';
import { commandStatus, invocationStatus } from '../../world/commands/command-status.js';
import type { Command } from '../../world/commands/command.js';
import type { World } from '../../world/world.js';
import { pageOf } from '../page.js';
import type { Action } from '../service.js';
import { action } from '../service.js';
import { describeCommand, describeInvocation } from './describe.js';
import { filtersParameter, parseFilters } from './filters.js';
import { commandIdParameter, invalidCommandId, refuseMalformedInstanceIds, validationException } from './validation.js';

/** Items per page. Source: SSM API reference, CommandMaxResults. */
const largestPage = 50;
const invalidToken = 'InvalidNextToken';

const listParameters = z.object({
  CommandId: commandIdParameter.optional(),
  InstanceId: z.string().optional(),
  MaxResults: z.number().int().min(1).max(largestPage).default(largestPage),
  NextToken: z.string().optional(),
  Filters: filtersParameter,
});
type ListInput = z.output<typeof listParameters>;

/** ListCommands, the newest first. A command is not there for a while after SendCommand. */
export const listCommands = (world: World, pageSize = largestPage): Action =>
  action(validationException, listParameters, (input, _caller, asOf) => {
    const { CommandId } = input;
    if (CommandId !== undefined && !world.commands.find(CommandId)) throw invalidCommandId();
    const passes = parseFilters(input.Filters, 'commands');
    const found = visibleCommands(world, input, asOf).filter((command) =>
      passes(command, commandStatus(command.invocations.map(({ phases }) => phases.at(asOf)))),
    );
    const page = pageOf(found, input.NextToken, Math.min(input.MaxResults, pageSize), invalidToken);
    const commands = page.items.map((command) => describeCommand(command, world.region, asOf));
    return { result: { Commands: commands, NextToken: page.next } };
  });

const invocationParameters = listParameters.extend({ Details: z.boolean().default(false) });

/** ListCommandInvocations, of the newest command first. Of a command that is not there it lists none. */
export const listCommandInvocations = (world: World, pageSize = largestPage): Action =>
  action(validationException, invocationParameters, (input, _caller, asOf) => {
    const { InstanceId, Details: details } = input;
    const passes = parseFilters(input.Filters, 'invocations');
    const found = visibleCommands(world, input, asOf).flatMap((command) =>
      command.invocations
        .filter(({ instanceId, phases }) => {
          const isMeant = InstanceId === undefined || instanceId === InstanceId;
          return isMeant && passes(command, invocationStatus(phases.at(asOf)));
        })
        .map((invocation) => ({ command, invocation })),
    );
    const page = pageOf(found, input.NextToken, Math.min(input.MaxResults, pageSize), invalidToken);
    const invocations = page.items.map(({ command, invocation }) =>
      describeInvocation(command, invocation, world.region, { asOf, details }),
    );
    return { result: { CommandInvocations: invocations, NextToken: page.next } };
  });

function visibleCommands(world: World, { CommandId, InstanceId }: ListInput, asOf: number): Command[] {
  if (InstanceId !== undefined) refuseMalformedInstanceIds(world, [InstanceId]);
  return world.commands.all.filter(
    (command) =>
      world.commands.isVisible(command, asOf) &&
      (CommandId === undefined || command.commandId === CommandId) &&
      (InstanceId === undefined || command.instanceIds.includes(InstanceId)),
  );
}
