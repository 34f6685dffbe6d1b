import { z } from 'zod';
import type { World } from '../../world/world.js';
import { AwsError } from '../../wire/aws-error.js';
import type { Action } from '../service.js';
import { action } from '../service.js';
import { describeCommand } from './describe.js';
import { documentName, readDocumentParameters } from './document.js';
import { refuseDuplicates, refuseMalformedInstanceIds, validationException } from './validation.js';

/** Source: SSM API reference, SendCommand. The usual delivery timeout: Systems Manager user guide, command timeout values. */
const usualTimeoutSeconds = 3600;

const parameters = z.object({
  InstanceIds: z.array(z.string()).max(50).default([]),
  DocumentName: z.string().regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/),
  DocumentVersion: z
    .string()
    .regex(/^(\$LATEST|\$DEFAULT|[1-9][0-9]*)$/)
    .default('$DEFAULT'),
  TimeoutSeconds: z.number().int().min(30).max(2_592_000).default(usualTimeoutSeconds),
  Comment: z.string().max(100).default(''),
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
});

/** What AWS knows and this simulator would have to ignore: better refused. */
const notSimulated = [
  'Targets',
  'DocumentHash',
  'OutputS3BucketName',
  'OutputS3KeyPrefix',
  'MaxConcurrency',
  'MaxErrors',
  'ServiceRoleArn',
  'NotificationConfig',
  'CloudWatchOutputConfig',
  'AlarmConfiguration',
] as const;

/** Versions of the document. Source: there is one of AWS-RunShellScript. */
const documentVersions = ['$LATEST', '$DEFAULT', '1'];

/** SendCommand: to all of the instances, or to none of them. */
export const sendCommand = (world: World): Action => {
  const send = action(validationException, parameters, (input) => {
    const { InstanceIds: instanceIds, Comment: comment, Parameters, TimeoutSeconds: timeoutSeconds } = input;
    refuseMalformedInstanceIds(world, instanceIds);
    if (instanceIds.length === 0)
      throw new AwsError(validationException, 'InstanceIds must name at least one instance');
    if (input.DocumentName !== documentName) {
      throw new AwsError('InvalidDocument', `Document with name ${input.DocumentName} does not exist.`);
    }
    if (!documentVersions.includes(input.DocumentVersion)) {
      throw new AwsError('InvalidDocumentVersion', 'The document version is not valid or does not exist.');
    }
    refuseDuplicates(instanceIds);
    const command = {
      instanceIds,
      comment,
      documentName,
      documentVersion: input.DocumentVersion,
      parameters: Parameters,
      timeoutSeconds,
      ...readDocumentParameters(Parameters),
    };
    refuseInstances(world, instanceIds);
    const sent = world.commands.send(command);
    return {
      result: { Command: describeCommand(sent, world.region, world.clock.now()) },
      effect: `sent command ${sent.commandId} to ${instanceIds.join(', ')}`,
    };
  });
  return (given, caller, asOf) => {
    const refused = notSimulated.find((name) => given[name] !== undefined);
    if (refused !== undefined) throw new AwsError(validationException, `The parameter ${refused} is not simulated`);
    return send(given, caller, asOf);
  };
};

/** @throws `AwsError` InvalidInstanceId, in AWS's words, when one of the instances takes no commands. */
function refuseInstances(world: World, ids: readonly string[]): void {
  const refused = ids.filter((id) => !world.commands.accepts(id));
  if (refused.length === 0) return;
  throw new AwsError(
    'InvalidInstanceId',
    `Instances [[${refused.join(', ')}]] not in a valid state for account ${world.account}`,
  );
}
