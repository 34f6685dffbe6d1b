import { hostname, userInfo } from 'node:os';
import type { Command } from 'commander';
import { UsageError } from '../config/usage-error.js';
import type { OperatorSettings } from '../config/settings.js';
import { operatorSettings } from '../config/settings.js';
import { instanceIdSchema } from '../domain/ids.js';
import { triggerLength } from '../domain/input.js';
import type { Operator } from '../temporal/connect.js';
import type { Runs } from '../temporal/runs.js';
import { addSettings, settingsOf } from './settings.js';

/** What a command of an operator works with. */
export interface Desk extends Operator {
  readonly settings: OperatorSettings;
  /** Undefined where no flag says it. */
  readonly typedCluster: string | undefined;
  /** The same of the target group: what a variable or a file says of it may be about another cluster. */
  readonly typedTargetGroupArn: string | undefined;
}

interface Typed {
  readonly cluster?: string;
  readonly targetGroupArn?: string;
}

export const addOperatorSettings = (command: Command): Command => addSettings(command, operatorSettings);

/**
 * Connects, works, and hangs up, however the work ended.
 *
 * @throws UsageError; Error when Temporal cannot be reached.
 */
export async function atTheDesk<T>(command: Command, work: (desk: Desk) => Promise<T>): Promise<T> {
  const settings = await settingsOf(command, operatorSettings);
  const { cluster: typedCluster, targetGroupArn: typedTargetGroupArn } = command.opts<Typed>();
  return atTemporal((operator) => work({ ...operator, settings, typedCluster, typedTargetGroupArn }));
}

/** The same without settings. */
export async function atTemporal<T>(work: (operator: Operator) => Promise<T>): Promise<T> {
  const [{ loadTemporal }, { connectOperator }] = await Promise.all([
    import('../config/temporal.js'),
    import('../temporal/connect.js'),
  ]);
  const operator = await connectOperator(loadTemporal(process.env));
  try {
    return await work(operator);
  } finally {
    await operator.close();
  }
}

/** @throws UsageError for what is no instance id. */
export function instanceIdOf(text: string): string {
  const result = instanceIdSchema.safeParse(text);
  if (result.success) return result.data;
  throw new UsageError(`${text}: found no instance id, expected ${result.error.issues[0]?.message ?? 'one'}`);
}

/**
 * The cluster that is typed, else the one that Temporal knows the instance in, else that of the environment or the file; and what
 * Temporal knows of the instance.
 *
 * @throws UsageError when nobody says.
 */
export async function clusterOfInstance(
  { client, settings, typedCluster }: Desk,
  instanceId: string,
): Promise<{ cluster: string; runs: Runs | undefined }> {
  const { runsOfInstance } = await import('../temporal/runs.js');
  const runs = await runsOfInstance(client, instanceId);
  const cluster = typedCluster ?? runs?.cluster ?? settings.cluster;
  if (cluster !== undefined) return { cluster, runs };
  throw new UsageError(
    `--cluster: found nothing, and Temporal knows nothing of ${instanceId}; expected a cluster name`,
  );
}

/**
 * Who types, for the history: `alice@laptop`, and why.
 *
 * @throws UsageError for a reason that is too long.
 */
export function triggerOf(reason: string | undefined): string {
  const actor = actorOf();
  if (reason === undefined) return actor;
  const room = triggerLength - actor.length - ': '.length;
  if (reason.length <= room) return `${actor}: ${reason}`;
  throw new UsageError(`--reason: found ${reason.length} characters, expected at most ${room}`);
}

/** `alice@laptop`; where the system knows no name for who types, as in many containers, `uid-54321@laptop`. */
export const actorOf = (): string => `${process.env.SUDO_USER ?? nameOfUser()}@${hostname()}`;

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER ?? `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Says on stderr that nobody is there to do the work, and what to do. */
export const warnWhereNobodyWorks = (operator: Operator, cluster: string): Promise<void> =>
  warnUnless('isWorkedOn', operator, `no worker polls the queue of cluster ${cluster}`, cluster);

/** The same of what fleet workers alone do. */
export const warnWhereNobodyVerifies = (operator: Operator, cluster: string): Promise<void> =>
  warnUnless('isOperatedOn', operator, `no fleet worker serves cluster ${cluster}`, cluster);

async function warnUnless(
  isPolled: 'isWorkedOn' | 'isOperatedOn',
  { connection, namespace }: Operator,
  nobody: string,
  cluster: string,
): Promise<void> {
  const pollers = await import('../temporal/pollers-of.js');
  if (await pollers[isPolled](connection, namespace, cluster)) return;
  process.stderr.write(
    `drawbridge: ${nobody}, so nothing moves; start one:\n  drawbridge worker --cluster ${cluster} --region <region>\n`,
  );
}
