import type { SendCommandCommandInput } from '@aws-sdk/client-ssm';
import { CancelCommandCommand, GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { onTestFinished } from 'vitest';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import { startAws } from './harness.js';

/** One managed instance, an SSM client, and the calls about the two. */
export async function startSsm(options: SimulatorOptions = {}) {
  const aws = await startAws(options);
  const ssm = new SSMClient(aws.config);
  onTestFinished(() => ssm.destroy());
  const { instanceId } = await aws.anInstance();

  const send = (input: Partial<SendCommandCommandInput> = {}) =>
    ssm.send(
      new SendCommandCommand({
        InstanceIds: [instanceId],
        DocumentName: 'AWS-RunShellScript',
        Parameters: { commands: ['drain'] },
        ...input,
      }),
    );
  const get = (CommandId: string, InstanceId = instanceId) =>
    ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
  return {
    ...aws,
    ssm,
    instanceId,
    send,
    get,
    sent: async (input: Partial<SendCommandCommandInput> = {}) => (await send(input)).Command?.CommandId ?? '',
    cancel: (CommandId: string, InstanceIds?: string[]) =>
      ssm.send(new CancelCommandCommand({ CommandId, ...(InstanceIds && { InstanceIds }) })),
    /** `Status/StatusDetails`, and the code that the script left. */
    status: async (commandId: string, id?: string) => {
      const { Status = '', StatusDetails = '', ResponseCode } = await get(commandId, id);
      return `${Status}/${StatusDetails} ${ResponseCode}`;
    },
  };
}
