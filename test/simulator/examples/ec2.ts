import {
  DescribeInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { networkExamples } from './ec2-network.js';
import type { Examples } from './example.js';
import { answers, refuses } from './example.js';
import { absentInstanceId, anInstance, awkwardTag } from './world.js';

/** EC2. */
export const ec2Examples: Examples = {
  DescribeInstances: [
    answers('with instances in every state', async (stage) => {
      await anInstance(stage, { tags: awkwardTag, metadataTags: false });
      await anInstance(stage, { nics: [{}, {}] });
      for (const state of ['pending', 'stopping', 'stopped', 'shutting-down', 'terminated'] as const) {
        stage.sim.setInstanceState(await anInstance(stage), state);
      }
      return new DescribeInstancesCommand({});
    }),
    answers('with a page of them', async (stage) => {
      for (let count = 0; count < 6; count += 1) await anInstance(stage);
      return new DescribeInstancesCommand({ MaxResults: 5 });
    }),
    answers('with none', () => {
      return new DescribeInstancesCommand({ Filters: [{ Name: 'vpc-id', Values: ['vpc-2'] }] });
    }),
    refuses('InvalidInstanceID.NotFound', 'an instance that is not there', () => {
      return new DescribeInstancesCommand({ InstanceIds: [absentInstanceId] });
    }),
    refuses('InvalidInstanceID.Malformed', 'an id that is none', () => {
      return new DescribeInstancesCommand({ InstanceIds: ['i-<1>'] });
    }),
    refuses('InvalidParameterValue', 'a filter that is none', () => {
      return new DescribeInstancesCommand({ Filters: [{ Name: 'colour', Values: ['blue'] }] });
    }),
    refuses('InvalidParameterCombination', 'ids and a page size', () => {
      return new DescribeInstancesCommand({ InstanceIds: [absentInstanceId], MaxResults: 5 });
    }),
    refuses('DryRunOperation', 'a dry run', () => new DescribeInstancesCommand({ DryRun: true })),
  ],
  StartInstances: [
    answers('with the changes of state', async (stage) => {
      const InstanceIds = [await anInstance(stage, { state: 'stopped' }), await anInstance(stage)];
      return new StartInstancesCommand({ InstanceIds });
    }),
    refuses('IncorrectInstanceState', 'a terminated instance', async (stage) => {
      return new StartInstancesCommand({ InstanceIds: [await anInstance(stage, { state: 'terminated' })] });
    }),
    refuses('InvalidInstanceID.NotFound', 'an instance that is not there', () => {
      return new StartInstancesCommand({ InstanceIds: [absentInstanceId] });
    }),
    refuses('MissingParameter', 'no instance', () => new StartInstancesCommand({ InstanceIds: [] })),
  ],
  StopInstances: [
    answers('with the changes of state', async (stage) => {
      const InstanceIds = [await anInstance(stage), await anInstance(stage, { state: 'stopped' })];
      return new StopInstancesCommand({ InstanceIds });
    }),
    refuses('IncorrectInstanceState', 'a terminated instance', async (stage) => {
      return new StopInstancesCommand({ InstanceIds: [await anInstance(stage, { state: 'terminated' })] });
    }),
    refuses('DryRunOperation', 'a dry run', async (stage) => {
      return new StopInstancesCommand({ InstanceIds: [await anInstance(stage)], DryRun: true });
    }),
  ],
  TerminateInstances: [
    answers('with the changes of state', async (stage) => {
      const InstanceIds = [await anInstance(stage), await anInstance(stage, { state: 'terminated' })];
      return new TerminateInstancesCommand({ InstanceIds });
    }),
    refuses('InvalidInstanceID.Malformed', 'an id that is none', () => {
      return new TerminateInstancesCommand({ InstanceIds: ['firewall'] });
    }),
  ],
  ...networkExamples,
};
