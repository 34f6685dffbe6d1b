import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import type { Stage } from '../stage.js';
import type { Examples } from './example.js';
import { answers, refuses } from './example.js';
import { absentInstanceId, anInstance, longEnoughMs } from './world.js';

const absentCommandId = '01234567-89ab-4cde-8f01-23456789abcd';

const script = (InstanceIds: string[], ...commands: string[]) => ({
  InstanceIds,
  DocumentName: 'AWS-RunShellScript',
  Parameters: { commands },
});

/** Systems Manager, Run Command. */
export const ssmExamples: Examples = {
  SendCommand: [
    answers('with the command', async (stage) => {
      const ids = [await anInstance(stage), await anInstance(stage)];
      return new SendCommandCommand({ ...script(ids, 'echo "<1>"', 'drain'), Comment: 'a & b' });
    }),
    refuses('InvalidInstanceId', 'an instance that is not there', () => {
      return new SendCommandCommand(script([absentInstanceId], 'drain'));
    }),
    refuses('InvalidDocument', 'a document that is not there', async (stage) => {
      return new SendCommandCommand({ ...script([await anInstance(stage)], 'drain'), DocumentName: 'absent' });
    }),
    refuses('InvalidDocumentVersion', 'a version that is not there', async (stage) => {
      return new SendCommandCommand({ ...script([await anInstance(stage)], 'drain'), DocumentVersion: '99' });
    }),
    refuses('InvalidParameters', 'no command', async (stage) => {
      return new SendCommandCommand(script([await anInstance(stage)]));
    }),
    refuses('DuplicateInstanceId', 'the same instance twice', async (stage) => {
      const id = await anInstance(stage);
      return new SendCommandCommand(script([id, id], 'drain'));
    }),
    refuses('ValidationException', 'an instance id that is none', () => {
      return new SendCommandCommand(script(['firewall'], 'drain'));
    }),
  ],
  GetCommandInvocation: [
    answers('with one that has yet to start', async (stage) => {
      const { CommandId, InstanceId } = await aCommand(stage, 'drain');
      return new GetCommandInvocationCommand({ CommandId, InstanceId });
    }),
    answers('with one that succeeded, and its output', async (stage) => {
      stage.sim.commands.script({ match: 'drain', stdout: 'a < b & c\n', seconds: 90.5 });
      const { CommandId, InstanceId } = await aCommand(stage, 'drain');
      await stage.clock.advance(longEnoughMs);
      return new GetCommandInvocationCommand({ CommandId, InstanceId });
    }),
    answers('with one that failed', async (stage) => {
      stage.sim.commands.script({ match: 'drain', stderr: 'no such file', exitCode: 2 });
      const { CommandId, InstanceId } = await aCommand(stage, 'drain');
      await stage.clock.advance(longEnoughMs);
      return new GetCommandInvocationCommand({ CommandId, InstanceId });
    }),
    refuses('InvocationDoesNotExist', 'a command that was just sent', async (stage) => {
      const InstanceId = await anInstance(stage);
      await stage.send('ssm', new SendCommandCommand(script([InstanceId], 'drain')));
      return new GetCommandInvocationCommand({ CommandId: firstCommandId, InstanceId });
    }),
    refuses('InvalidCommandId', 'an id that is none', () => {
      const CommandId = absentCommandId.replaceAll('-', '_');
      return new GetCommandInvocationCommand({ CommandId, InstanceId: absentInstanceId });
    }),
    refuses('InvalidPluginName', 'a step that the document has not', async (stage) => {
      const { CommandId, InstanceId } = await aCommand(stage, 'drain');
      return new GetCommandInvocationCommand({ CommandId, InstanceId, PluginName: 'absent' });
    }),
    refuses('ValidationException', 'an instance id that is none', () => {
      return new GetCommandInvocationCommand({ CommandId: absentCommandId, InstanceId: 'firewall' });
    }),
  ],
  CancelCommand: [
    answers('with nothing', async (stage) => {
      const { CommandId } = await aCommand(stage, 'drain');
      return new CancelCommandCommand({ CommandId });
    }),
    refuses('InvalidCommandId', 'a command that is not there', () => {
      return new CancelCommandCommand({ CommandId: absentCommandId });
    }),
    refuses('InvalidInstanceId', 'an instance that the command did not go to', async (stage) => {
      const { CommandId } = await aCommand(stage, 'drain');
      return new CancelCommandCommand({ CommandId, InstanceIds: [await anInstance(stage)] });
    }),
    refuses('DuplicateInstanceId', 'the same instance twice', async (stage) => {
      const { CommandId, InstanceId } = await aCommand(stage, 'drain');
      return new CancelCommandCommand({ CommandId, InstanceIds: [InstanceId, InstanceId] });
    }),
  ],
  ListCommands: [
    answers('with commands in several states', async (stage) => {
      await commandsInSeveralStates(stage);
      return new ListCommandsCommand({});
    }),
    answers('with a page of them', async (stage) => {
      await commandsInSeveralStates(stage);
      return new ListCommandsCommand({ MaxResults: 1 });
    }),
    answers('with none', () => new ListCommandsCommand({})),
    refuses('InvalidCommandId', 'a command that is not there', () => {
      return new ListCommandsCommand({ CommandId: absentCommandId });
    }),
    refuses('ValidationException', 'a status that is none', () => {
      return new ListCommandsCommand({ Filters: [{ key: 'Status', value: 'Blue' }] });
    }),
  ],
  ListCommandInvocations: [
    answers('with invocations in several states', async (stage) => {
      await commandsInSeveralStates(stage);
      return new ListCommandInvocationsCommand({ Details: true });
    }),
    answers('without their details', async (stage) => {
      await commandsInSeveralStates(stage);
      return new ListCommandInvocationsCommand({});
    }),
    refuses('InvalidFilterKey', 'a filter that this list has not', () => {
      return new ListCommandInvocationsCommand({ Filters: [{ key: 'ExecutionStage', value: 'Complete' }] });
    }),
    refuses('InvalidNextToken', 'a token that was never given out', () => {
      return new ListCommandInvocationsCommand({ NextToken: 'absent' });
    }),
  ],
  DescribeInstanceInformation: [
    answers('with an agent that is online and one that is not', async (stage) => {
      await anInstance(stage);
      const lost = await anInstance(stage);
      await stage.clock.advance(longEnoughMs);
      stage.sim.setInstanceState(lost, 'stopped');
      await stage.clock.advance(longEnoughMs);
      return new DescribeInstanceInformationCommand({});
    }),
    answers('with none', () => new DescribeInstanceInformationCommand({})),
    refuses('InvalidFilterKey', 'a filter that is none', () => {
      return new DescribeInstanceInformationCommand({ Filters: [{ Key: 'Colour', Values: ['blue'] }] });
    }),
    refuses('InvalidInstanceInformationFilterValue', 'a value that the filter does not know', () => {
      return new DescribeInstanceInformationCommand({ Filters: [{ Key: 'PingStatus', Values: ['Blue'] }] });
    }),
    refuses('InvalidNextToken', 'a token that was never given out', () => {
      return new DescribeInstanceInformationCommand({ NextToken: 'absent' });
    }),
  ],
};

/** The id of the first command that a simulator sends. */
const firstCommandId = '00000000-0000-4000-8000-000000000001';

/** A command on one instance, a moment after it was sent. It is the first of the simulator. */
async function aCommand(stage: Stage, line: string): Promise<{ CommandId: string; InstanceId: string }> {
  const InstanceId = await anInstance(stage);
  await stage.send('ssm', new SendCommandCommand(script([InstanceId], line)));
  await stage.clock.advance(1_500);
  return { CommandId: firstCommandId, InstanceId };
}

/** Succeeded, failed, cancelled, timed out and in progress. */
async function commandsInSeveralStates(stage: Stage): Promise<void> {
  const { sim, clock } = stage;
  const [id, offline] = [await anInstance(stage), await anInstance(stage)];
  sim.commands.script({ match: 'succeed', stdout: 'done' });
  sim.commands.script({ match: 'fail', stderr: 'no such file', exitCode: 1 });
  sim.commands.script({ match: 'sleep', seconds: 100_000 });
  const send = (ids: string[], line: string) => stage.send('ssm', new SendCommandCommand(script(ids, line)));
  await send([id], 'succeed');
  await send([id], 'fail');
  await send([id], 'sleep');
  await clock.advance(2_000);
  await stage.send('ssm', new CancelCommandCommand({ CommandId: firstCommandId.replace(/1$/, '3') }));
  sim.commands.setAgent(offline, 'offline');
  await stage.send('ssm', new SendCommandCommand({ ...script([offline], 'drain'), TimeoutSeconds: 30 }));
  await clock.advance(longEnoughMs);
  await send([id, offline], 'sleep');
  await clock.advance(2_000);
}
