import { faultOf, isNotManaged } from '../aws/faults.js';
import { StepFailure } from '../domain/failures.js';
import { judgeInvocation, outputOf } from '../domain/remote-command.js';
import type { Invocation, RemoteOutput } from '../domain/remote-command.js';
import { sayHealth } from '../domain/target-health.js';
import type { Sight } from '../domain/target-health.js';
import { aliveBeat, awsRequestMs, awsRetry, commandAppearsMs, commandLook } from '../domain/timings.js';
import { withSignsOfLife } from './attempt.js';
import type { Attempt } from './attempt.js';
import type { OperationsDependencies } from './dependencies.js';
import { lookUntil, sinceOf } from './look.js';

export interface RemoteCommandInput {
  readonly instanceId: string;
  /** For sh, as it stands: put together by `quoteForShell` where it is made of arguments. Kept in histories: no secrets. */
  readonly script: string;
  /** From when it is sent. */
  readonly timeoutMs: number;
  /** Unique to this run of it, at most 80 characters: how another attempt finds it among those that were sent. */
  readonly mark: string;
}

/** What an attempt puts down for the next one. */
interface Sending {
  readonly since: number;
  readonly commandId?: string;
  /** The number of the attempt that was refused, and so has sent nothing. */
  readonly notSentBy?: number;
}

/**
 * Runs the script on the instance, by Systems Manager, and waits for its end.
 *
 * Not sent twice: the command's id is put down before the wait, and an attempt that follows another looks for the mark first,
 * for as long as Systems Manager may take to list it. What remains: a command that is listed later than that.
 *
 * @returns its exit code, whatever that is, and its output, of which Systems Manager has the beginning alone.
 * @throws InstanceNotManaged (final); CommandTimeout (final), after it was cancelled; CommandNotRun (final): it did not come to an
 *   end of its own; AwsThrottled and kin, before it was sent. A cancellation cancels the command, too.
 */
export async function executeRemoteCommand(
  dependencies: OperationsDependencies,
  input: RemoteCommandInput,
  attempt: Attempt,
): Promise<RemoteOutput> {
  const commandId = await ensureSent(dependencies, input, attempt);
  try {
    return await awaitEnd(dependencies, input, commandId, attempt);
  } catch (error) {
    const isOver = attempt.signal.aborted ? !attempt.unwanted : !(error instanceof StepFailure);
    if (!isOver) await cancel(dependencies, input, commandId);
    throw error;
  }
}

async function ensureSent(
  { commands }: OperationsDependencies,
  { instanceId, script, timeoutMs, mark }: RemoteCommandInput,
  attempt: Attempt,
): Promise<string> {
  const { signal } = attempt;
  const before = attempt.resumed as Partial<Sending> | undefined;
  if (before?.commandId !== undefined) return before.commandId;
  const since = attempt.now();
  const comment = `drawbridge ${mark}`;
  const alive = <T>(work: Promise<T>) => withSignsOfLife(attempt, aliveBeat.everyMs, work, { since });
  if (attempt.number > 1 && before?.notSentBy !== attempt.number - 1) {
    const found = await findSent();
    if (found !== undefined) return found;
  }
  try {
    const timeoutSeconds = Math.max(1, Math.ceil(timeoutMs / 1_000));
    return await alive(commands.send({ instanceId, script, comment, timeoutSeconds }, signal));
  } catch (error) {
    if (isNotManaged(error)) throw notManaged(instanceId, error);
    const kind = faultOf(error)?.kind;
    if (kind === 'throttled' || kind === 'expired') attempt.heartbeat({ since, notSentBy: attempt.number });
    throw error;
  }

  async function findSent(): Promise<string | undefined> {
    const sent = { instanceId, comment, after: since - timeoutMs - awsRetry.budgetMs };
    for (;;) {
      const found = await alive(commands.findByComment(sent, signal));
      if (found !== undefined || attempt.now() + commandLook.maximumMs > since + commandAppearsMs) return found;
      await attempt.pause(commandLook.maximumMs);
    }
  }
}

const notListed = 'not listed';

async function awaitEnd(
  { commands, metrics }: OperationsDependencies,
  { instanceId, timeoutMs }: RemoteCommandInput,
  commandId: string,
  attempt: Attempt,
): Promise<RemoteOutput> {
  const subject = `command ${commandId} on ${instanceId}`;
  const listedBy = attempt.now() + commandAppearsMs;
  // Before the first wait, or an attempt that follows would not know that it was sent.
  attempt.heartbeat({ ...(attempt.resumed as object | undefined), since: sinceOf(attempt), commandId });
  let invocation: Invocation | undefined;
  const { verdict, observations } = await lookUntil(
    attempt,
    {
      step: 'GetCommandInvocation',
      subject,
      whose: 'the command',
      windowMs: timeoutMs,
      ...commandLook,
      unanswered: (type) => metrics?.unanswered('executeRemoteCommand', type),
      remember: { commandId },
    },
    async (): Promise<Sight> => {
      invocation = await commands.invocation(commandId, instanceId, attempt.signal);
      return { state: invocation?.status ?? notListed };
    },
    ({ state }) => {
      if (state !== notListed) return judgeInvocation(state);
      return attempt.now() < listedBy ? 'look again' : 'lost';
    },
  );
  if (verdict === 'ended' && invocation !== undefined) return outputOf(commandId, invocation);
  const details = { commandId, observations };
  const last = sayHealth(observations.at(-1));
  if (verdict === undefined || verdict === 'timed out') {
    const message = `${subject} is ${last} after ${timeoutMs / 1_000} s: it is cancelled; a longer timeout may be what it needs`;
    throw new StepFailure('CommandTimeout', message, { final: true, details });
  }
  const message =
    verdict === 'lost'
      ? `${subject}: Systems Manager took it, and does not list it ${commandAppearsMs / 1_000} s later; whether it runs is not known`
      : `${subject} is ${last}: it did not come to an end of its own; is the SSM Agent connected, or did somebody cancel it?`;
  throw new StepFailure('CommandNotRun', message, { final: true, details });
}

/** Best effort, once: should it be lost, the instance ends the script when its own time is over. */
async function cancel(
  { commands }: OperationsDependencies,
  { instanceId }: RemoteCommandInput,
  commandId: string,
): Promise<void> {
  await commands.cancel(commandId, instanceId, AbortSignal.timeout(awsRequestMs)).catch(() => undefined);
}

function notManaged(instanceId: string, cause: unknown): StepFailure {
  const message = `Systems Manager takes no commands for instance ${instanceId}: it must run, with the SSM Agent on it and a role that lets it register (AmazonSSMManagedInstanceCore)`;
  return new StepFailure('InstanceNotManaged', message, { final: true, cause });
}
