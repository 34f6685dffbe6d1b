/** A shell script on one instance, as Systems Manager tells of it. */
export interface Invocation {
  /** StatusDetails, such as `InProgress`. */
  readonly status: string;
  /** What the script exited with; -1 while it has not. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type InvocationVerdict = 'ended' | 'timed out' | 'not run' | 'look again';

/** Still under way. Source: SSM API reference, CommandInvocation, StatusDetails. */
const underWay: readonly string[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];

/** `ended`: the script ran to its end, and its exit code is its own. Anything else that is final means that nobody knows one. */
export function judgeInvocation(status: string): InvocationVerdict {
  if (status === 'Success' || status === 'Failed') return 'ended';
  if (status === 'ExecutionTimedOut') return 'timed out';
  return underWay.includes(status) || status === 'unknown' ? 'look again' : 'not run';
}

/** How a remote command ended that ran to its end. */
export interface RemoteOutput {
  readonly commandId: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The streams that Systems Manager cut. */
  readonly cut: readonly ('stdout' | 'stderr')[];
}

/** The most characters of each stream that there are to be had. Source: SSM API reference, GetCommandInvocation. */
export const longestOutput = { stdout: 24_000, stderr: 8_000 } as const;

/** What the SSM Agent writes in the place of the rest. Source: amazon-ssm-agent, pluginutil.go. */
const cutMark = '--output truncated--';

export function outputOf(commandId: string, { exitCode, stdout, stderr }: Invocation): RemoteOutput {
  const isCut = (text: string, longest: number) => text.length >= longest || text.endsWith(cutMark);
  const cut = (['stdout', 'stderr'] as const).filter((stream) =>
    isCut(stream === 'stdout' ? stdout : stderr, longestOutput[stream]),
  );
  return { commandId, exitCode, stdout, stderr, cut };
}
