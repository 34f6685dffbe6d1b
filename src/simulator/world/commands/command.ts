import type { CommandTimes, InvocationPhase } from './invocation.js';
import type { Timeline } from '../timeline.js';

/** A command, as it was asked for. */
export interface CommandRequest {
  readonly instanceIds: readonly string[];
  readonly comment: string;
  readonly documentName: string;
  readonly documentVersion: string;
  /** Parameters of the document, as they came. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** The lines to run, joined by line feeds. */
  readonly script: string;
  /** How long the command may wait for its agent. */
  readonly timeoutSeconds: number;
  readonly executionTimeoutSeconds: number;
}

/** A command on one instance. */
export interface Invocation {
  readonly instanceId: string;
  readonly phases: Timeline<InvocationPhase>;
}

/** A command that was sent. Times are simulated, in milliseconds since the epoch. */
export interface Command extends CommandRequest {
  readonly commandId: string;
  readonly requestedAt: number;
  readonly times: CommandTimes;
  readonly invocations: readonly Invocation[];
}

/** One run of a script on an instance. */
export interface ScriptRun {
  readonly commandId: string;
  readonly instanceId: string;
  readonly script: string;
  /** Simulated time, in milliseconds since the epoch. */
  readonly at: number;
}

const millisecondsPerSecond = 1000;
/** The shortest execution timeout that the agent accepts, and what it takes in place of a shorter one. Source: amazon-ssm-agent, pluginutil.go. */
const shortestExecutionSeconds = 5;
const usualExecutionSeconds = 3600;

/** The times of a command that was sent at `requestedAt`. Source: Systems Manager user guide, command timeout values. */
export function commandTimes(request: CommandRequest, requestedAt: number): CommandTimes {
  const { timeoutSeconds, executionTimeoutSeconds } = request;
  const longestRunSeconds =
    executionTimeoutSeconds < shortestExecutionSeconds ? usualExecutionSeconds : executionTimeoutSeconds;
  return {
    startBefore: requestedAt + timeoutSeconds * millisecondsPerSecond,
    expiresAt: requestedAt + (timeoutSeconds + executionTimeoutSeconds) * millisecondsPerSecond,
    longestRunMs: longestRunSeconds * millisecondsPerSecond,
  };
}
