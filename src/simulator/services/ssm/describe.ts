/** Commands and invocations as the API tells them. Times are epoch seconds here, and texts in GetCommandInvocation. */
import { commandStatus, invocationStatus } from '../../world/commands/command-status.js';
import type { Command, Invocation } from '../../world/commands/command.js';
import type { Ended, InvocationPhase } from '../../world/commands/invocation.js';
import type { Result } from '../../wire/protocol.js';
import type { XmlValue } from '../../wire/xml.js';
import { pluginName } from './document.js';
import { cutStderr, cutStdout, joinOutput } from './output.js';

const millisecondsPerSecond = 1000;
const noResponse = { responseCode: -1, ran: undefined, stdout: '', stderr: '' };
const noLog = { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false };
const noNotification = { NotificationArn: '', NotificationEvents: [], NotificationType: '' };

const epochSeconds = (at: number): number => at / millisecondsPerSecond;

/** A command in SendCommand and ListCommands. */
export function describeCommand(command: Command, region: string, asOf: number): XmlValue {
  const phases = command.invocations.map((invocation) => invocation.phases.at(asOf));
  const { status, statusDetails } = commandStatus(phases);
  const ended = phases.filter((phase) => phase.kind === 'ended');
  const count = (...details: Ended['statusDetails'][]) =>
    ended.filter((phase) => details.includes(phase.statusDetails)).length;
  return {
    CommandId: command.commandId,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    Comment: command.comment,
    ExpiresAfter: epochSeconds(command.times.expiresAt),
    Parameters: command.parameters,
    InstanceIds: command.instanceIds,
    Targets: [],
    RequestedDateTime: epochSeconds(command.requestedAt),
    Status: status,
    StatusDetails: statusDetails,
    OutputS3Region: region,
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    MaxConcurrency: '50',
    MaxErrors: '0',
    TargetCount: phases.length,
    CompletedCount: ended.length,
    ErrorCount: count('Failed', 'ExecutionTimedOut'),
    DeliveryTimedOutCount: count('DeliveryTimedOut'),
    ServiceRole: '',
    NotificationConfig: noNotification,
    CloudWatchOutputConfig: noLog,
    TimeoutSeconds: command.timeoutSeconds,
  };
}

/** An invocation in ListCommandInvocations. */
export function describeInvocation(
  command: Command,
  { instanceId, phases }: Invocation,
  region: string,
  { asOf, details }: { asOf: number; details: boolean },
): XmlValue {
  const phase = phases.at(asOf);
  const { status, statusDetails } = invocationStatus(phase);
  return {
    CommandId: command.commandId,
    InstanceId: instanceId,
    InstanceName: '',
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    RequestedDateTime: epochSeconds(command.requestedAt),
    Status: status,
    StatusDetails: statusDetails,
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CommandPlugins: details ? [describePlugin(phase, region)] : [],
    ServiceRole: '',
    NotificationConfig: noNotification,
    CloudWatchOutputConfig: noLog,
  };
}

function describePlugin(phase: InvocationPhase, region: string): XmlValue {
  const { status, statusDetails } = invocationStatus(phase);
  const { responseCode, ran, stdout, stderr } = phase.kind === 'ended' ? phase : noResponse;
  // A plugin has no status for a cancellation that is under way. Source: SSM API reference, CommandPluginStatus.
  const isCancelling = status === 'Cancelling';
  return {
    Name: pluginName,
    Status: isCancelling ? 'InProgress' : status,
    StatusDetails: isCancelling ? 'InProgress' : statusDetails,
    ResponseCode: responseCode,
    ResponseStartDateTime: ran && epochSeconds(ran.from),
    ResponseFinishDateTime: ran && epochSeconds(ran.to),
    Output: joinOutput(stdout, stderr),
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    OutputS3Region: region,
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
  };
}

/** The answer of GetCommandInvocation. */
export function describeResult(command: Command, { instanceId, phases }: Invocation, asOf: number): Result {
  const phase = phases.at(asOf);
  const { status, statusDetails } = invocationStatus(phase);
  const { responseCode, ran, stdout, stderr } = phase.kind === 'ended' ? phase : noResponse;
  return {
    CommandId: command.commandId,
    InstanceId: instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    PluginName: pluginName,
    ResponseCode: responseCode,
    ...(ran ? execution(ran.from, ran.to - ran.from) : noExecution),
    Status: status,
    StatusDetails: statusDetails,
    StandardOutputContent: cutStdout(stdout),
    StandardOutputUrl: '',
    StandardErrorContent: cutStderr(stderr),
    StandardErrorUrl: '',
    CloudWatchOutputConfig: noLog,
  };
}

const noExecution = { ExecutionStartDateTime: '', ExecutionElapsedTime: '', ExecutionEndDateTime: '' };

/** AWS's end is the start and the whole seconds of what elapsed: seen in published answers. */
function execution(startedAt: number, elapsedMs: number): typeof noExecution {
  const wholeSeconds = elapsedMs - (elapsedMs % millisecondsPerSecond);
  return {
    ExecutionStartDateTime: new Date(startedAt).toISOString(),
    ExecutionElapsedTime: duration(elapsedMs),
    ExecutionEndDateTime: new Date(startedAt + wholeSeconds).toISOString(),
  };
}

/** ISO 8601 with hours as the largest unit, such as `PT1H0.271S`. */
function duration(elapsedMs: number): string {
  const allSeconds = Math.floor(elapsedMs) / millisecondsPerSecond;
  const [hours, minutes] = [Math.floor(allSeconds / 3600), Math.floor(allSeconds / 60) % 60];
  const seconds = Math.round((allSeconds % 60) * millisecondsPerSecond) / millisecondsPerSecond;
  const parts = [hours > 0 ? `${hours}H` : '', minutes > 0 ? `${minutes}M` : '', seconds > 0 ? `${seconds}S` : ''];
  return `PT${parts.join('') || '0S'}`;
}
