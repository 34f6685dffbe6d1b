import { regionOfGroup } from '../domain/ids.js';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { OperationsDependencies } from '../activities/dependencies.js';
import type { Table } from '../config/setting.js';
import { statusSettings } from '../config/settings.js';
import { UsageError } from '../config/usage-error.js';
import { readSeconds } from '../domain/drain.js';
import { windowSchema } from '../domain/input.js';
import type { RunStep } from '../workers/in-process.js';
import { untilInterrupted } from './interrupted.js';
import { addSettings, settingsOf } from './settings.js';

const { cluster, targetGroupArn, region } = statusSettings;

/** What says which group is meant, and where. */
export const groupSettings = {
  cluster: { ...cluster, otherwise: 'required' },
  targetGroupArn: { ...targetGroupArn, otherwise: 'the one tagged with the cluster' },
  region: { ...region, otherwise: 'that of the ARN, else required' },
} satisfies Table;

/** An instance's id says nothing of its region. */
export const regionSettings = { region: { ...region, otherwise: 'required' } } satisfies Table;

/** What a command that asks AWS itself works with: the steps of the activities, in this process. */
export interface AwsDesk {
  readonly run: RunStep<OperationsDependencies>;
  /** Ends with Ctrl-C. */
  readonly stop: AbortSignal;
}

/** @throws UsageError where nobody says which region. */
export async function deskAtAws(where: string | undefined): Promise<AwsDesk> {
  if (where === undefined) throw new UsageError('--region: found nothing, expected a region such as eu-central-1');
  const [{ connectAws }, { stepsInProcess }] = await Promise.all([
    import('../aws/clients.js'),
    import('../workers/in-process.js'),
  ]);
  const stop = untilInterrupted();
  const say = (sentence: string) => void process.stderr.write(`drawbridge: ${sentence}\n`);
  return { stop, run: stepsInProcess(connectAws(where), { signal: stop, say }) };
}

/** The settings that name a group, and a desk in its region. @throws UsageError */
export async function atGroup(
  command: Command,
): Promise<AwsDesk & { readonly which: { cluster: string | undefined; targetGroupArn: string | undefined } }> {
  const settings = await settingsOf(command, groupSettings);
  const { targetGroupArn: arn, cluster: name } = settings;
  if (name === undefined && arn === undefined)
    throw new UsageError('--cluster: found nothing, expected a cluster name, or --target-group-arn');
  // A group is nowhere but in its own region.
  const desk = await deskAtAws((arn && regionOfGroup(arn)) ?? settings.region);
  return { ...desk, which: { cluster: name, targetGroupArn: arn } };
}

/** A desk in the region that the settings name. @throws UsageError */
export async function atRegion(command: Command): Promise<AwsDesk> {
  return deskAtAws((await settingsOf(command, regionSettings)).region);
}

export const addGroupSettings = (command: Command): Command => addSettings(command, groupSettings);
export const addRegionSettings = (command: Command): Command => addSettings(command, regionSettings);

/** `--timeout <time>`. */
export const timeoutOption = (otherwise: string): Option =>
  new Option('--timeout <time>', `such as 90s or 5m (default: ${otherwise})`);

/** @throws UsageError */
export function timeoutMsOf(text: string | undefined, fallbackMs: number, most = 86_400): number {
  if (text === undefined) return fallbackMs;
  const read = windowSchema.safeParse(readSeconds(text));
  if (read.success && read.data > 0 && read.data <= most) return read.data * 1_000;
  throw new UsageError(`--timeout: found "${text}", expected a time such as 90s or 5m, at most ${most} s`);
}

/** The step's own failure, where it is one. */
export function failureTypeOf(error: unknown): string | undefined {
  return error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : undefined;
}

/** What timeout(1) exits with. */
export const notInTime = 124;
