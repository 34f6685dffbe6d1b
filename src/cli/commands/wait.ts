import type { Command } from 'commander';
import { UsageError } from '../../config/usage-error.js';
import { instanceStateSchema, instanceStates } from '../../domain/ec2-instance.js';
import type { InstanceState } from '../../domain/ec2-instance.js';
import type { Observed, Sight } from '../../domain/target-health.js';
import { healthyWindowMs, instanceStateWindowMs, iperf3WindowMs } from '../../domain/timings.js';
import { addGroupSettings, atGroup, atRegion, failureTypeOf, notInTime } from '../at-aws.js';
import { interrupted } from '../interrupted.js';
import { timeoutMsOf, timeoutOption } from '../at-aws.js';
import type { AwsDesk } from '../at-aws.js';
import { exitCodesOf } from '../exit-codes.js';
import { oneOf } from '../one-of.js';
import { instanceIdOf } from '../operator.js';
import { openWaiting } from '../views/waiting.js';

interface Flags {
  readonly timeout?: string;
  readonly json?: boolean;
}

interface Wait {
  readonly desk: AwsDesk;
  readonly windowMs: number;
  readonly json: boolean;
}

const whats = ['instance', 'targets', 'iperf3'] as const;

export function waitCommand(command: Command): Command {
  command
    .addArgument(oneOf('<what>', whats, 'what to wait for'))
    .argument('[id]', 'instance id; not for targets')
    .argument('[state]', `for an instance: ${instanceStates.join(', ')}`)
    .addOption(timeoutOption('5m, for iperf3 2m'))
    .option('--json', 'print what was seen as JSON')
    .addHelpText(
      'after',
      `
Shows the last state and the seconds left. What can never come ends the wait
at once: any other state of a terminated instance, healthy targets in a group
that no load balancer uses. Targets on their way out do not count.

${exitCodesOf('wait')}

Examples:
  drawbridge wait instance i-0123456789abcdef0 running
  drawbridge wait targets --cluster fw-prod --timeout 10m
  drawbridge wait iperf3 i-0123456789abcdef0`,
    );
  return addGroupSettings(command).action(async (what: (typeof whats)[number], id?: string, state?: string) => {
    process.exit(await waits[what](command, id, state));
  });
}

const waits: Record<(typeof whats)[number], (command: Command, id?: string, state?: string) => Promise<number>> = {
  async instance(command, id, text) {
    const { timeout, json = false }: Flags = command.opts();
    const instanceId = requiredId(id, 'instance');
    const state = stateOf(text);
    const windowMs = timeoutMsOf(timeout, instanceStateWindowMs);
    const { waitForInstanceState } = await import('../../activities/instance-state.js');
    const wait = { desk: await atRegion(command), windowMs, json };
    return awaited(wait, `${instanceId} ${state}`, (show) =>
      wait.desk.run(waitForInstanceState, { instanceId, state, windowMs }, show),
    );
  },

  async targets(command, id) {
    const { timeout, json = false }: Flags = command.opts();
    if (id !== undefined) throw new UsageError(`${id}: found an argument more, expected: drawbridge wait targets`);
    const windowMs = timeoutMsOf(timeout, healthyWindowMs);
    const { which, ...desk } = await atGroup(command);
    const { waitForTargetHealth } = await import('../../activities/fleet-health.js');
    return awaited({ desk, windowMs, json }, 'every target healthy', (show) =>
      desk.run(waitForTargetHealth, { ...which, windowMs }, show),
    );
  },

  async iperf3(command, id, more) {
    const { timeout, json = false }: Flags = command.opts();
    const instanceId = requiredId(id, 'iperf3');
    if (more !== undefined)
      throw new UsageError(`${more}: found an argument more, expected: drawbridge wait iperf3 <instance>`);
    const windowMs = timeoutMsOf(timeout, iperf3WindowMs);
    const { waitForIperf3Server } = await import('../../activities/iperf3.js');
    const desk = await atRegion(command);
    return awaited({ desk, windowMs, json }, `iperf3 server on ${instanceId} listening`, (show) =>
      desk.run(waitForIperf3Server, { instanceId, windowMs }, show),
    );
  },
};

/** Waits, and shows how it goes. @returns the exit code. */
async function awaited(
  { desk, windowMs, json }: Wait,
  goal: string,
  wait: (show: (heartbeat: unknown) => void) => Promise<readonly Observed<Sight>[]>,
): Promise<number> {
  const progress = openWaiting(process.stderr, goal, windowMs);
  try {
    const seen = await wait(progress.show).finally(() => progress.end());
    process.stdout.write(`${json ? JSON.stringify(seen, null, 2) : goal}\n`);
    return 0;
  } catch (error) {
    if (desk.stop.aborted) return interrupted;
    const type = failureTypeOf(error);
    if (type === undefined || !(error instanceof Error)) throw error;
    process.stderr.write(`drawbridge: ${type}: ${error.message}\n`);
    return type.endsWith('Timeout') ? notInTime : 1;
  }
}

/** @throws UsageError */
function requiredId(text: string | undefined, what: string): string {
  if (text === undefined)
    throw new UsageError(`drawbridge wait ${what}: found nothing after it, expected an instance id`);
  return instanceIdOf(text);
}

/** @throws UsageError */
function stateOf(text: string | undefined): InstanceState {
  const read = instanceStateSchema.safeParse(text);
  if (read.success) return read.data;
  throw new UsageError(`[state]: found ${text ?? 'nothing'}, expected one of ${instanceStates.join(', ')}`);
}
