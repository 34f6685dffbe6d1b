import type { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { commandDeliverySeconds } from '../domain/timings.js';
import { answer } from './answers.js';
import type { Commands } from './api.js';
import { isNotFound } from './faults.js';

const sentSchema = z.object({ Command: z.object({ CommandId: z.string() }) });
const commandsSchema = z.object({
  Commands: z.array(z.object({ CommandId: z.string(), Comment: z._default(z.string(), '') })),
  NextToken: z.optional(z.string()),
});
const invocationSchema = z.object({
  StatusDetails: z.string(),
  ResponseCode: z._default(z.number(), -1),
  StandardOutputContent: z._default(z.string(), ''),
  StandardErrorContent: z._default(z.string(), ''),
});

/** Remote commands over Systems Manager. The client is loaded at the first call: no life of an appliance needs it. */
export function ssmCommands(load: () => Promise<SSMClient>): Commands {
  let loading: ReturnType<typeof open> | undefined;
  const open = async () => ({ client: await load(), sdk: await import('./ssm-client.js') });

  return {
    async send({ instanceId, script, comment, timeoutSeconds }, abortSignal) {
      const { client, sdk } = await (loading ??= open());
      const input = {
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [instanceId],
        Comment: comment,
        TimeoutSeconds: Math.max(timeoutSeconds, commandDeliverySeconds),
        Parameters: { commands: [script], executionTimeout: [String(timeoutSeconds)] },
      };
      const output = await client.send(new sdk.SendCommandCommand(input), { abortSignal });
      return answer('SendCommand', sentSchema, output).Command.CommandId;
    },

    async findByComment({ instanceId, comment, after }, abortSignal) {
      const { client, sdk } = await (loading ??= open());
      // The API takes whole seconds, and the two clocks need not agree to the second.
      const value = new Date(after - clockSkewMs).toISOString().replace(/\.\d+Z$/, 'Z');
      let token: string | undefined;
      do {
        const input = {
          InstanceId: instanceId,
          Filters: [{ key: 'InvokedAfter' as const, value }],
          ...(token === undefined ? {} : { NextToken: token }),
        };
        const output = await client.send(new sdk.ListCommandsCommand(input), { abortSignal });
        const page = answer('ListCommands', commandsSchema, output);
        const found = page.Commands.find(({ Comment }) => Comment === comment);
        if (found !== undefined) return found.CommandId;
        token = page.NextToken === '' ? undefined : page.NextToken;
      } while (token !== undefined);
      return undefined;
    },

    async invocation(commandId, instanceId, abortSignal) {
      const { client, sdk } = await (loading ??= open());
      try {
        const input = { CommandId: commandId, InstanceId: instanceId };
        const output = await client.send(new sdk.GetCommandInvocationCommand(input), { abortSignal });
        const found = answer('GetCommandInvocation', invocationSchema, output);
        return {
          status: found.StatusDetails,
          exitCode: found.ResponseCode,
          stdout: found.StandardOutputContent,
          stderr: found.StandardErrorContent,
        };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },

    async cancel(commandId, instanceId, abortSignal) {
      const { client, sdk } = await (loading ??= open());
      await client.send(new sdk.CancelCommandCommand({ CommandId: commandId, InstanceIds: [instanceId] }), {
        abortSignal,
      });
    },
  };
}

/** How far this machine's clock may be ahead of Systems Manager's. Ours; requests are refused from five minutes on. */
const clockSkewMs = 5 * 60_000;
