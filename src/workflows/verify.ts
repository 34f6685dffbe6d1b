import { ApplicationFailure, isCancellation, setCurrentDetails, setHandler, uuid4 } from '@temporalio/workflow';
import type { FailureType } from '../domain/failures.js';
import type { FleetTarget } from '../domain/fleet-targets.js';
import {
  commandTimeoutMs,
  healthyWindowMs,
  instanceStateWindowMs,
  iperf3WindowMs,
  verifyWindowMs,
} from '../domain/timings.js';
import { probed, probeScript, verificationTable, verifyAtOnce, Verifying } from '../domain/verification.js';
import type { CheckName, Finding, Verification } from '../domain/verification.js';
import { verifyInputSchema } from '../domain/verifying.js';
import type { VerifyInput } from '../domain/verifying.js';
import { failureOf } from './failure.js';
import { parseInput } from './life.js';
import { verification } from './messages.js';
import { operations } from './operations.js';

/**
 * Verifies every target of a cluster that is not on its way out, some at a time: instance running, target healthy, iperf3 server
 * ready, a command that succeeds. Changes nothing but what the command changes.
 *
 * @returns what was found, also where that is not good: `verified` says which. Where the last fleet worker is lost meanwhile, that is
 *   what failed, and nothing more is reached.
 * @throws ApplicationFailure TargetGroupNotFound and kin, FleetWorkerLost: nothing could be found out.
 */
export async function verify(untrusted: VerifyInput): Promise<Verification> {
  const input = parseInput(verifyInputSchema, untrusted);
  const { cluster, targetGroupArn, script = probeScript, windowSeconds } = input;
  const began = new Date();
  const deadline = began.getTime() + (windowSeconds === undefined ? verifyWindowMs : windowSeconds * 1_000);
  const verifying = new Verifying(cluster ?? 'unknown', began, skippedIn(input));
  setHandler(verification, () => verifying.report(), { description: 'what was found so far' });
  const steps = operations();
  let workerLost = false;

  const fleet = await steps.listTargets({ cluster, targetGroupArn });
  const targets = verifying.begin(fleet.targetGroupArn, fleet.targets);
  await inParallel(targets, verifyInstance);
  return verifying.report(new Date());

  async function verifyInstance({ target, instanceId }: FleetTarget): Promise<void> {
    const isUp = await check('running', instanceStateWindowMs, (windowMs) =>
      instanceId === null
        ? Promise.reject(unknownAddress(target.id))
        : steps.waitForInstanceState({ instanceId, state: 'running', windowMs }),
    );
    if (!isUp || instanceId === null) return;

    const serves = await check('healthy', healthyWindowMs, (windowMs) =>
      steps.confirmHealthy({ targetGroupArn: fleet.targetGroupArn, target, windowMs }),
    );
    if (!serves) return;

    const isReady = await check('iperf3', iperf3WindowMs, (windowMs) =>
      steps.waitForIperf3Server({ instanceId, windowMs }),
    );
    if (!isReady) return;

    await check(
      'probe',
      commandTimeoutMs,
      (timeoutMs) => steps.executeRemoteCommand({ instanceId, script, timeoutMs, mark: uuid4() }),
      probed,
    );

    /** @returns whether to go on. */
    async function check<Found>(
      name: CheckName,
      mostMs: number,
      look: (windowMs: number) => Promise<Found>,
      judge: (found: Found) => Finding = () => ({ passed: true, said: null }),
    ): Promise<boolean> {
      if (verifying.isSkipped(name)) return true;
      const since = Date.now();
      const windowMs = Math.min(mostMs, deadline - since);
      if (windowMs <= 0) return false;
      // Who waited in vain once for a worker need not wait a minute for each instance.
      if (workerLost) return false;
      const { passed, said } = await look(windowMs).then(judge, (error: unknown): Finding => {
        if (isCancellation(error)) throw error;
        const { type, message } = failureOf(error);
        workerLost ||= type === 'FleetWorkerLost';
        return { passed: false, said: `${type}: ${message}` };
      });
      const seconds = (Date.now() - since) / 1_000;
      verifying.note(target.id, { name, outcome: passed ? 'passed' : 'failed', seconds, said });
      setCurrentDetails(verificationTable(verifying.report()));
      return passed;
    }
  }
}

const skippedIn = ({ iperf3, probe }: VerifyInput): CheckName[] => [
  ...(iperf3 === 'skip' ? (['iperf3'] as const) : []),
  ...(probe === 'skip' ? (['probe'] as const) : []),
];

/** So many at a time, in their order; none begins after a failure that is not one of its own checks. */
async function inParallel<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: verifyAtOnce }, lane));
}

const unknownAddress = (address: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `EC2 knows no instance with the address ${address} in the target group's VPC`,
    'InstanceNotFound' satisfies FailureType,
  );
