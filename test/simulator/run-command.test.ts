import type {
  DescribeInstanceInformationCommandInput,
  ListCommandInvocationsCommandInput,
  ListCommandsCommandInput,
  SendCommandCommandInput,
} from '@aws-sdk/client-ssm';
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  paginateDescribeInstanceInformation,
  paginateListCommandInvocations,
  paginateListCommands,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import { startSsm } from './run-command.js';

const absentInstance = 'i-0123456789abcdef0';
const absentCommand = '01234567-89ab-4cde-8f01-23456789abcd';
/** Nothing takes time that the test does not give it. */
const atOnce = { assumptions: { commandVisibleSeconds: 0, commandDeliverySeconds: 0 } };
const refusal = (name: string) => ({ name, $metadata: { httpStatusCode: 400 } });

describe('SendCommand', () => {
  it('answers with the command, which expires after both timeouts', async () => {
    const { clock, sim, instanceId, send } = await startSsm();
    const parameters = { commands: ['echo <1> & "2"', 'drain'], workingDirectory: ['/opt'], executionTimeout: ['60'] };
    const { Command } = await send({ Comment: 'drain/i-1', TimeoutSeconds: 30, Parameters: parameters });
    expect(Command).toMatchObject({
      CommandId: '00000000-0000-4000-8000-000000000001',
      DocumentName: 'AWS-RunShellScript',
      Comment: 'drain/i-1',
      Parameters: parameters,
      InstanceIds: [instanceId],
      Status: 'Pending',
      StatusDetails: 'Pending',
      TimeoutSeconds: 30,
      TargetCount: 1,
      CompletedCount: 0,
      RequestedDateTime: new Date(clock.now()),
      ExpiresAfter: new Date(clock.now() + 90_000),
    });
    expect(sim.requests('SendCommand')).toMatchObject([
      { service: 'ssm', effect: `sent command ${Command?.CommandId} to ${instanceId}` },
    ]);
  });

  it('waits for the agent and for the script an hour each, unless told otherwise', async () => {
    const { clock, send } = await startSsm();
    const { Command } = await send();
    expect(Command).toMatchObject({ TimeoutSeconds: 3600, ExpiresAfter: new Date(clock.now() + 7_200_000) });
  });

  it.each<[string, Partial<SendCommandCommandInput>, string]>([
    ['an instance that is not there', { InstanceIds: [absentInstance] }, 'InvalidInstanceId'],
    ['an id that is none', { InstanceIds: ['firewall'] }, 'ValidationException'],
    ['no instance', { InstanceIds: [] }, 'ValidationException'],
    ['51 instances', { InstanceIds: Array.from({ length: 51 }, () => absentInstance) }, 'ValidationException'],
    ['an instance twice', { InstanceIds: [absentInstance, absentInstance] }, 'DuplicateInstanceId'],
    ['targets by tag', { Targets: [{ Key: 'tag:cluster', Values: ['blue'] }] }, 'ValidationException'],
    ['a log group', { CloudWatchOutputConfig: { CloudWatchOutputEnabled: true } }, 'ValidationException'],
    ['another document', { DocumentName: 'AWS-RunPowerShellScript' }, 'InvalidDocument'],
    ['a name that no document can have', { DocumentName: 'a b' }, 'ValidationException'],
    ['a version that the document lacks', { DocumentVersion: '2' }, 'InvalidDocumentVersion'],
    ['a version that is none', { DocumentVersion: 'newest' }, 'ValidationException'],
    ['no parameters', { Parameters: {} }, 'InvalidParameters'],
    ['no commands', { Parameters: { commands: [] } }, 'InvalidParameters'],
    ['a parameter of another document', { Parameters: { commands: ['x'], color: ['red'] } }, 'InvalidParameters'],
    ['two directories', { Parameters: { commands: ['x'], workingDirectory: ['/', '/'] } }, 'InvalidParameters'],
    ['an execution timeout of 0', { Parameters: { commands: ['x'], executionTimeout: ['0'] } }, 'InvalidParameters'],
    ['one above 48 hours', { Parameters: { commands: ['x'], executionTimeout: ['172801'] } }, 'InvalidParameters'],
    ['one that is no number', { Parameters: { commands: ['x'], executionTimeout: ['1h'] } }, 'InvalidParameters'],
    ['a delivery timeout below 30 s', { TimeoutSeconds: 29 }, 'ValidationException'],
    ['a delivery timeout above 30 days', { TimeoutSeconds: 2_592_001 }, 'ValidationException'],
    ['a comment of 101 characters', { Comment: 'c'.repeat(101) }, 'ValidationException'],
  ])('refuses %s', async (_what, input, name) => {
    const { sim, send } = await startSsm();
    await expect(send(input)).rejects.toMatchObject(refusal(name));
    expect(sim.commands.all).toEqual([]);
  });

  it('takes the longest of everything', async () => {
    const { send } = await startSsm();
    const Parameters = { commands: ['x'], executionTimeout: ['172800'] };
    const { Command } = await send({ Comment: 'c'.repeat(100), TimeoutSeconds: 2_592_000, Parameters });
    expect(Command?.Status).toBe('Pending');
  });

  it.each(['pending', 'stopped', 'terminated'] as const)('refuses an instance that is %s', async (state) => {
    const { sim, instanceId, send } = await startSsm();
    sim.setInstanceState(instanceId, state);
    await expect(send()).rejects.toMatchObject({
      ...refusal('InvalidInstanceId'),
      message: `Instances [[${instanceId}]] not in a valid state for account 123456789012`,
    });
  });

  it('refuses an instance that is not managed, and sends to none of the others', async () => {
    const { sim, clock, instanceId, anInstance, send } = await startSsm();
    const { instanceId: other } = await anInstance();
    sim.commands.setAgent(other, 'unmanaged');
    await expect(send({ InstanceIds: [instanceId, other] })).rejects.toMatchObject(refusal('InvalidInstanceId'));
    await clock.advance(60_000);
    expect(sim.commands.runs).toEqual([]);
    sim.commands.setAgent(other, 'online');
    expect((await send({ InstanceIds: [instanceId, other] })).Command?.TargetCount).toBe(2);
  });

  it('whose reply is lost has sent the command, and sending it again runs the script twice', async () => {
    const { sim, clock, send } = await startSsm();
    sim.addFault({ kind: 'resetAfter', action: 'SendCommand', nth: 1 });
    await expect(send()).rejects.toThrow();
    await send();
    await clock.advance(1000);
    expect(sim.commands.runs).toHaveLength(2);
  });
});

describe('GetCommandInvocation', () => {
  it('knows a command only a while after SendCommand', async () => {
    const { clock, sent, get, status } = await startSsm({
      assumptions: { commandVisibleSeconds: 3, commandDeliverySeconds: 5 },
    });
    const id = await sent();
    await clock.advance(2999);
    await expect(get(id)).rejects.toMatchObject(refusal('InvocationDoesNotExist'));
    await clock.advance(1);
    expect(await status(id)).toBe('Pending/Pending -1');
  });

  it.each([
    ['a command that is not there', { CommandId: absentCommand }, 'InvocationDoesNotExist'],
    ['an instance that is not there', { InstanceId: absentInstance }, 'InvocationDoesNotExist'],
    ['a command id that is none', { CommandId: 'x'.repeat(36) }, 'InvalidCommandId'],
    ['a command id of the wrong length', { CommandId: 'drain' }, 'ValidationException'],
    ['an instance id that is none', { InstanceId: 'firewall' }, 'ValidationException'],
    ['a step that the document lacks', { PluginName: 'aws:runPowerShellScript' }, 'InvalidPluginName'],
  ])('refuses %s', async (_what, input, name) => {
    const { ssm, clock, instanceId, sent } = await startSsm();
    const CommandId = await sent();
    await clock.advance(1000);
    const command = new GetCommandInvocationCommand({ CommandId, InstanceId: instanceId, ...input });
    await expect(ssm.send(command)).rejects.toMatchObject(refusal(name));
  });

  it('takes the name of the only step', async () => {
    const { ssm, clock, instanceId, sent } = await startSsm();
    const CommandId = await sent();
    await clock.advance(1000);
    const input = { CommandId, InstanceId: instanceId, PluginName: 'aws:runShellScript' };
    expect((await ssm.send(new GetCommandInvocationCommand(input))).Status).toBe('Success');
  });
});

describe('CancelCommand', () => {
  it.each([
    ['a command that is not there', { CommandId: absentCommand }, 'InvalidCommandId'],
    ['a command id of the wrong length', { CommandId: 'drain' }, 'ValidationException'],
    ['an instance that the command did not go to', { InstanceIds: [absentInstance] }, 'InvalidInstanceId'],
    ['an instance twice', { InstanceIds: [absentInstance, absentInstance] }, 'DuplicateInstanceId'],
    ['an instance id that is none', { InstanceIds: ['firewall'] }, 'ValidationException'],
  ])('refuses %s', async (_what, input, name) => {
    const { ssm, clock, sent, status } = await startSsm();
    const CommandId = await sent();
    await expect(ssm.send(new CancelCommandCommand({ CommandId, ...input }))).rejects.toMatchObject(refusal(name));
    await clock.advance(1000);
    expect(await status(CommandId)).toBe('Success/Success 0');
  });
});

/** Three commands, a minute apart: one that succeeded, one that failed and one that runs, on two instances. */
async function threeCommands(options: SimulatorOptions = {}) {
  const aws = await startSsm(options);
  const { sim, clock, instanceId, anInstance, sent } = aws;
  const { instanceId: other } = await anInstance();
  sim.commands.script({ match: 'fail', exitCode: 3, stdout: 'out', stderr: 'err' });
  sim.commands.script({ match: 'run', seconds: 600 });
  const names = new Map<string | undefined, string>();
  for (const name of ['succeed', 'fail', 'run']) {
    const Parameters = { commands: [name] };
    const id = await sent({
      Comment: name,
      InstanceIds: name === 'run' ? [instanceId] : [instanceId, other],
      Parameters,
    });
    names.set(id, name);
    await clock.advance(60_000);
  }
  const idOf = (name: string) => [...names].find(([, named]) => named === name)?.[0];
  return { ...aws, other, names, idOf };
}

describe('ListCommands', () => {
  it('lists the newest command first, with what its invocations amount to', async () => {
    const { ssm } = await threeCommands();
    const { Commands, NextToken } = await ssm.send(new ListCommandsCommand({}));
    expect(NextToken).toBeUndefined();
    expect(Commands).toMatchObject([
      { Comment: 'run', Status: 'InProgress', TargetCount: 1, CompletedCount: 0, ErrorCount: 0 },
      { Comment: 'fail', Status: 'Failed', StatusDetails: 'Failed', CompletedCount: 2, ErrorCount: 2 },
      { Comment: 'succeed', Status: 'Success', CompletedCount: 2, RequestedDateTime: new Date('2026-01-01T00:00:00Z') },
    ]);
  });

  it.each<[string, ListCommandsCommandInput, string[]]>([
    ['from a time on', { Filters: [{ key: 'InvokedAfter', value: '2026-01-01T00:01:00Z' }] }, ['run', 'fail']],
    ['before a time', { Filters: [{ key: 'InvokedBefore', value: '2026-01-01T00:01:00Z' }] }, ['succeed']],
    ['of a status', { Filters: [{ key: 'Status', value: 'Failed' }] }, ['fail']],
    ['that still run', { Filters: [{ key: 'ExecutionStage', value: 'Executing' }] }, ['run']],
    ['that are over', { Filters: [{ key: 'ExecutionStage', value: 'Complete' }] }, ['fail', 'succeed']],
    ['of a document', { Filters: [{ key: 'DocumentName', value: 'AWS-RunPatchBaseline' }] }, []],
    [
      'by all of the filters',
      {
        Filters: [
          { key: 'InvokedAfter', value: '2026-01-01T00:01:00Z' },
          { key: 'Status', value: 'Success' },
        ],
      },
      [],
    ],
  ])('finds commands %s', async (_what, input, expected) => {
    const { ssm } = await threeCommands();
    const { Commands = [] } = await ssm.send(new ListCommandsCommand(input));
    expect(Commands.map(({ Comment }) => Comment)).toEqual(expected);
  });

  it('finds the commands of an instance, and a command by its id', async () => {
    const { ssm, other, idOf } = await threeCommands();
    const list = async (input: ListCommandsCommandInput) => {
      const { Commands = [] } = await ssm.send(new ListCommandsCommand(input));
      return Commands.map(({ Comment }) => Comment);
    };
    expect(await list({ InstanceId: other })).toEqual(['fail', 'succeed']);
    expect(await list({ InstanceId: absentInstance })).toEqual([]);
    expect(await list({ CommandId: idOf('fail') })).toEqual(['fail']);
    expect(await list({ CommandId: idOf('run'), InstanceId: other })).toEqual([]);
  });

  it('finds a command from the time on that SendCommand told', async () => {
    const { ssm, clock, send } = await startSsm(atOnce);
    await clock.advance(0.6);
    const { Command } = await send();
    const Filters = [{ key: 'InvokedAfter' as const, value: Command?.RequestedDateTime?.toISOString() }];
    expect((await ssm.send(new ListCommandsCommand({ Filters }))).Commands).toHaveLength(1);
  });

  it('does not list a command right after SendCommand', async () => {
    const { ssm, clock, sent } = await startSsm();
    const list = async () => (await ssm.send(new ListCommandsCommand({}))).Commands?.map(({ CommandId }) => CommandId);
    const id = await sent();
    expect(await list()).toEqual([]);
    await clock.advance(1000);
    expect(await list()).toEqual([id]);
  });

  it.each([
    ['that is asked for', {}, [2, 1]],
    ['that is forced on it', { pageSize: 1 }, [1, 1, 1]],
  ])('hands out pages of the size %s', async (_what, options, expected) => {
    const { ssm, names } = await threeCommands(options);
    const pages = [];
    for await (const { Commands = [] } of paginateListCommands({ client: ssm }, { MaxResults: 2 })) {
      pages.push(Commands.map(({ CommandId }) => names.get(CommandId)));
    }
    expect(pages.map((page) => page.length)).toEqual(expected);
    expect(pages.flat()).toEqual(['run', 'fail', 'succeed']);
  });

  it.each<[string, object, string]>([
    ['a command that is not there', { CommandId: absentCommand }, 'InvalidCommandId'],
    ['an instance id that is none', { InstanceId: 'firewall' }, 'ValidationException'],
    ['a page of nothing', { MaxResults: 0 }, 'ValidationException'],
    ['a page that is too large', { MaxResults: 51 }, 'ValidationException'],
    ['a token that was never given out', { NextToken: 'absent' }, 'InvalidNextToken'],
    ['a filter that is none', { Filters: [{ key: 'Comment', value: 'x' }] }, 'ValidationException'],
    ['a status that is none', { Filters: [{ key: 'Status', value: 'Undeliverable' }] }, 'ValidationException'],
    ['a stage that is none', { Filters: [{ key: 'ExecutionStage', value: 'Done' }] }, 'ValidationException'],
    ['a time that is none', { Filters: [{ key: 'InvokedAfter', value: 'yesterday' }] }, 'ValidationException'],
  ])('refuses %s', async (_what, input, name) => {
    const { ssm } = await startSsm();
    await expect(ssm.send(new ListCommandsCommand(input))).rejects.toMatchObject(refusal(name));
  });
});

describe('the status of a command', () => {
  const at = async (options: { script?: object; state?: 'stopped' | 'terminated'; cancel?: boolean; ms: number }) => {
    const aws = await startSsm();
    const { sim, clock, anInstance, instanceId, sent, cancel, ssm } = aws;
    const { instanceId: other } = await anInstance();
    if (options.script) sim.commands.script({ match: 'drain', instanceId, ...options.script });
    const Parameters = { commands: ['drain'], executionTimeout: ['60'] };
    const CommandId = await sent({ InstanceIds: [instanceId, other], TimeoutSeconds: 30, Parameters });
    if (options.state) sim.setInstanceState(instanceId, options.state);
    if (options.cancel) {
      await clock.advance(1000);
      await cancel(CommandId, [instanceId]);
    }
    await clock.advance(options.ms);
    const { Commands } = await ssm.send(new ListCommandsCommand({ CommandId }));
    const { Status, StatusDetails, CompletedCount, ErrorCount, DeliveryTimedOutCount } = Commands?.[0] ?? {};
    return [Status, StatusDetails, CompletedCount, ErrorCount, DeliveryTimedOutCount];
  };

  it.each<[string, Parameters<typeof at>[0], unknown[]]>([
    ['InProgress while one runs', { script: { seconds: 20 }, ms: 5000 }, ['InProgress', 'InProgress', 1, 0, 0]],
    ['InProgress while one waits', { state: 'stopped', ms: 5000 }, ['InProgress', 'InProgress', 1, 0, 0]],
    ['Failed when one failed', { script: { exitCode: 1 }, ms: 5000 }, ['Failed', 'Failed', 2, 1, 0]],
    [
      'TimedOut when one ran too long',
      { script: { seconds: 61 }, ms: 61_000 },
      ['TimedOut', 'ExecutionTimedOut', 2, 1, 0],
    ],
    [
      'TimedOut when one was not delivered',
      { state: 'stopped', ms: 90_000 },
      ['TimedOut', 'DeliveryTimedOut', 2, 0, 1],
    ],
    ['Success when the rest is undeliverable', { state: 'terminated', ms: 5000 }, ['Success', 'Success', 2, 0, 0]],
    [
      'Cancelling while one is',
      { script: { seconds: 20 }, cancel: true, ms: 0 },
      ['Cancelling', 'Cancelling', 1, 0, 0],
    ],
    [
      'Cancelled when one was',
      { script: { seconds: 20 }, cancel: true, ms: 5000 },
      ['Cancelled', 'Cancelled', 2, 0, 0],
    ],
  ])('is %s', async (_what, options, expected) => {
    expect(await at(options)).toEqual(expected);
  });

  it('is Failed when nothing could be delivered', async () => {
    const { sim, clock, instanceId, sent, ssm } = await startSsm();
    await sent();
    sim.setInstanceState(instanceId, 'terminated');
    await clock.advance(5000);
    const { Commands } = await ssm.send(new ListCommandsCommand({}));
    expect(Commands).toMatchObject([{ Status: 'Failed', CompletedCount: 1, ErrorCount: 0 }]);
  });
});

describe('ListCommandInvocations', () => {
  it('tells how each instance fared, and what it said only when details are asked for', async () => {
    const { ssm, instanceId, other, idOf } = await threeCommands();
    const list = async (input: ListCommandInvocationsCommandInput) =>
      (await ssm.send(new ListCommandInvocationsCommand(input))).CommandInvocations;
    expect(await list({ CommandId: idOf('fail'), Details: true })).toMatchObject(
      [instanceId, other].map((InstanceId) => ({
        InstanceId,
        Comment: 'fail',
        Status: 'Failed',
        RequestedDateTime: new Date('2026-01-01T00:01:00Z'),
        CommandPlugins: [
          {
            Name: 'aws:runShellScript',
            Status: 'Failed',
            ResponseCode: 3,
            ResponseStartDateTime: new Date('2026-01-01T00:01:01Z'),
            ResponseFinishDateTime: new Date('2026-01-01T00:01:01Z'),
            Output: 'out\n----------ERROR-------\nerr\nfailed to run commands: exit status 3',
          },
        ],
      })),
    );
    expect(await list({ CommandId: idOf('run'), Details: true })).toMatchObject([
      { Status: 'InProgress', CommandPlugins: [{ Status: 'InProgress', ResponseCode: -1, Output: '' }] },
    ]);
    expect(await list({ CommandId: idOf('fail') })).toMatchObject([{ CommandPlugins: [] }, { CommandPlugins: [] }]);
  });

  it.each([
    [3000, 10, /^o{2443}\n---Output truncated---\n-{10}ERROR-{7}\ne{10}$/],
    [10, 3000, /^o{10}\n-{10}ERROR-{7}\ne{2443}\n---Error truncated----$/],
    [3000, 3000, /^o{1215}\n---Output truncated---\n-{10}ERROR-{7}\ne{1215}\n---Error truncated----$/],
    [3000, 0, /^o{2477}\n---Output truncated---$/],
  ])('cuts %i characters of output and %i of errors to 2500 together', async (out, err, expected) => {
    const { sim, ssm, clock, sent } = await startSsm();
    sim.commands.script({ match: 'drain', stdout: 'o'.repeat(out), stderr: 'e'.repeat(err) });
    await sent();
    await clock.advance(1000);
    const { CommandInvocations } = await ssm.send(new ListCommandInvocationsCommand({ Details: true }));
    expect(CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output).toMatch(expected);
  });

  it.each<[string, ListCommandInvocationsCommandInput, string[]]>([
    ['of a status', { Filters: [{ key: 'Status', value: 'Failed' }] }, ['fail', 'fail']],
    ['from a time on', { Filters: [{ key: 'InvokedAfter', value: '2026-01-01T00:02:00Z' }] }, ['run']],
    ['of a command that is not there', { CommandId: absentCommand }, []],
    ['of an instance that is not there', { InstanceId: absentInstance }, []],
  ])('finds invocations %s', async (_what, input, expected) => {
    const { ssm } = await threeCommands();
    const { CommandInvocations = [] } = await ssm.send(new ListCommandInvocationsCommand(input));
    expect(CommandInvocations.map(({ Comment }) => Comment)).toEqual(expected);
  });

  it('lists none of a command right after SendCommand', async () => {
    const { ssm, clock, sent } = await startSsm();
    const CommandId = await sent();
    const list = async () => (await ssm.send(new ListCommandInvocationsCommand({ CommandId }))).CommandInvocations;
    expect(await list()).toEqual([]);
    await clock.advance(1000);
    expect(await list()).toHaveLength(1);
  });

  it('hands out pages, of an instance too', async () => {
    const { ssm, other } = await threeCommands();
    const pages = [];
    for await (const { CommandInvocations = [] } of paginateListCommandInvocations(
      { client: ssm },
      { MaxResults: 2 },
    )) {
      pages.push(
        CommandInvocations.map(({ Comment, InstanceId }) => `${Comment}${InstanceId === other ? ' other' : ''}`),
      );
    }
    expect(pages).toEqual([['run', 'fail'], ['fail other', 'succeed'], ['succeed other']]);
  });

  it.each<[string, object, string]>([
    ['a filter of ListCommands', { Filters: [{ key: 'ExecutionStage', value: 'Complete' }] }, 'InvalidFilterKey'],
    ['a status of ListCommands', { Filters: [{ key: 'Status', value: 'Incomplete' }] }, 'ValidationException'],
    ['a command id of the wrong length', { CommandId: 'drain' }, 'ValidationException'],
    ['an instance id that is none', { InstanceId: 'firewall' }, 'ValidationException'],
    ['a token that was never given out', { NextToken: 'absent' }, 'InvalidNextToken'],
  ])('refuses %s', async (_what, input, name) => {
    const { ssm } = await startSsm();
    await expect(ssm.send(new ListCommandInvocationsCommand(input))).rejects.toMatchObject(refusal(name));
  });
});

describe('DescribeInstanceInformation', () => {
  it('tells which instances are managed, and which of them are heard of', async () => {
    const { ssm, sim, clock, instanceId, anInstance } = await startSsm();
    const { instanceId: cutOff } = await anInstance();
    const { instanceId: unmanaged } = await anInstance();
    const { instanceId: stopped } = await anInstance();
    await anInstance({ state: 'pending' });
    const { instanceId: terminated } = await anInstance();
    sim.setInstanceState(terminated, 'terminated');
    await clock.advance(7 * 60_000);
    sim.commands.setAgent(cutOff, 'offline');
    sim.commands.setAgent(unmanaged, 'unmanaged');
    sim.setInstanceState(stopped, 'stopped');
    await clock.advance(8 * 60_000);
    const { InstanceInformationList } = await ssm.send(new DescribeInstanceInformationCommand({}));
    const lost = { PingStatus: 'ConnectionLost', LastPingDateTime: new Date('2026-01-01T00:05:00Z') };
    expect(InstanceInformationList).toMatchObject([
      {
        InstanceId: instanceId,
        PingStatus: 'Online',
        LastPingDateTime: new Date('2026-01-01T00:15:00Z'),
        PlatformType: 'Linux',
        ResourceType: 'EC2Instance',
        SourceType: 'AWS::EC2::Instance',
      },
      { InstanceId: cutOff, ...lost },
      { InstanceId: stopped, ...lost },
    ]);
    sim.addFault({ kind: 'staleRead', seconds: 9 * 60 });
    const { InstanceInformationList: before = [] } = await ssm.send(new DescribeInstanceInformationCommand({}));
    const online = { PingStatus: 'Online', LastPingDateTime: new Date('2026-01-01T00:05:00Z') };
    expect(before).toMatchObject(
      [instanceId, cutOff, unmanaged, stopped].map((InstanceId) => ({ InstanceId, ...online })),
    );
  });

  it('tells the last ping of an agent, however it is registered after it was lost', async () => {
    const { ssm, sim, clock, instanceId } = await startSsm();
    for (const state of ['offline', 'unmanaged', 'offline'] as const) {
      await clock.advance(7 * 60_000);
      sim.commands.setAgent(instanceId, state);
    }
    const { InstanceInformationList } = await ssm.send(new DescribeInstanceInformationCommand({}));
    expect(InstanceInformationList).toMatchObject([{ LastPingDateTime: new Date('2026-01-01T00:05:00Z') }]);
  });

  it.each<[string, DescribeInstanceInformationCommandInput, number]>([
    ['by how they are heard of', { Filters: [{ Key: 'PingStatus', Values: ['Online'] }] }, 1],
    ['by any of the values', { Filters: [{ Key: 'PingStatus', Values: ['Online', 'ConnectionLost'] }] }, 2],
    ['by a tag', { Filters: [{ Key: 'tag:cluster', Values: ['blue'] }] }, 1],
    ['by the key of a tag', { Filters: [{ Key: 'tag-key', Values: ['cluster'] }] }, 1],
    ['by their id', { Filters: [{ Key: 'InstanceIds', Values: [absentInstance] }] }, 0],
    ['by the older list', { InstanceInformationFilterList: [{ key: 'PingStatus', valueSet: ['Online'] }] }, 1],
    [
      'by all of the filters',
      {
        Filters: [
          { Key: 'PingStatus', Values: ['Online'] },
          { Key: 'tag:cluster', Values: ['blue'] },
        ],
      },
      0,
    ],
  ])('finds instances %s', async (_what, input, count) => {
    const { ssm, sim, anInstance } = await startSsm();
    const { instanceId } = await anInstance({ tags: { cluster: 'blue' } });
    sim.commands.setAgent(instanceId, 'offline');
    const { InstanceInformationList } = await ssm.send(new DescribeInstanceInformationCommand(input));
    expect(InstanceInformationList).toHaveLength(count);
  });

  it('hands out pages', async () => {
    const { ssm, anInstance } = await startSsm();
    for (let count = 0; count < 6; count++) await anInstance();
    const sizes = [];
    for await (const page of paginateDescribeInstanceInformation({ client: ssm }, { MaxResults: 5 })) {
      sizes.push(page.InstanceInformationList?.length);
    }
    expect(sizes).toEqual([5, 2]);
  });

  it.each<[string, object, string]>([
    ['a page that is too small', { MaxResults: 4 }, 'ValidationException'],
    ['a page that is too large', { MaxResults: 51 }, 'ValidationException'],
    ['a token that was never given out', { NextToken: 'absent' }, 'InvalidNextToken'],
    ['a filter that is none', { Filters: [{ Key: 'Colour', Values: ['blue'] }] }, 'InvalidFilterKey'],
    [
      'a ping status that is none',
      { Filters: [{ Key: 'PingStatus', Values: ['Lost'] }] },
      'InvalidInstanceInformationFilterValue',
    ],
    ['a filter without values', { Filters: [{ Key: 'PingStatus', Values: [] }] }, 'ValidationException'],
  ])('refuses %s', async (_what, input, name) => {
    const { ssm } = await startSsm();
    await expect(ssm.send(new DescribeInstanceInformationCommand(input))).rejects.toMatchObject(refusal(name));
  });
});

describe('SSM', () => {
  it.each([
    ['an action that it does not have', 'DeleteParameter', '{}', 'UnknownOperationException'],
    ['a body that is not JSON', 'SendCommand', '{', 'SerializationException'],
    ['parameters of the wrong type', 'SendCommand', '{"InstanceIds":"i-1","DocumentName":7}', 'ValidationException'],
    ['no parameters at all', 'GetCommandInvocation', '', 'ValidationException'],
    ['a filter that is a number', 'ListCommands', '{"Filters":7}', 'ValidationException'],
  ])('answers %s with an error of its own', async (_what, action, body, code) => {
    const { sim } = await startSsm();
    const headers = { 'x-amz-target': `AmazonSSM.${action}`, 'content-type': 'application/x-amz-json-1.1' };
    const response = await fetch(sim.endpoint, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: code });
  });
});
