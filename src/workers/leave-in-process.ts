import { setTimeout as pause } from 'node:timers/promises';
import type { AwsDependencies } from '../activities/dependencies.js';
import { deregisterTarget } from '../activities/deregister.js';
import { confirmDraining } from '../activities/draining.js';
import { asStepFailure } from '../activities/failures.js';
import { locateTarget } from '../activities/locate.js';
import { drainWarning } from '../domain/drain.js';
import { shutdownId } from '../domain/ids.js';
import { observationsIn } from '../domain/leaving.js';
import type { DrainOutcome, DrainReceipt } from '../domain/receipt.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import { drainingWindowMs } from '../domain/timings.js';
import { attemptInProcess, retried } from './in-process.js';
import type { Warn } from './in-process.js';
import type { Leaver } from './leaver.js';
import type { OwnSteps } from './own-steps.js';
import type { WayOut } from './way-out.js';

/**
 * The shutdown without Temporal: the same steps, in this process, so that an outage never strands a target. It goes on where
 * the way out is: what is known to have been done is not done again, and the drain ends when it would have ended. Not durable,
 * and it says so.
 *
 * `force` ends the waits; DeregisterTargets is sent all the same (I3).
 *
 * @param takenOver ends the drain's wait, as somebody else goes on with it.
 * @returns the receipt, or who took over.
 */
export async function leaveInProcess<Successor extends object>(
  { aws, host, force, ownSteps, measures, ...self }: Leaver,
  wayOut: WayOut,
  takenOver: Promise<Successor>,
): Promise<DrainReceipt | Successor> {
  const { input } = wayOut;
  const workflowId = shutdownId(input.instanceId);
  const log = self.log.child({ workflowId });
  wayOut.decide();
  measures.leavesInProcess();
  log.error(
    whereItIs(wayOut),
    'leaving without Temporal: deregister, confirm and drain in this process; do not kill it',
  );
  const warn: Warn = (message, fields) => log.warn(fields ?? {}, message);
  const warnings = ['left without Temporal, in the agent process'];
  const forced = new AbortController();
  let forcedBy: { reason: string; at: Date } | undefined;
  void force.then((signal) => {
    forcedBy = { reason: `second ${signal} on ${input.instanceId}`, at: new Date() };
    forced.abort();
  });
  const dependencies: AwsDependencies = { ...aws, host, lives: onlyHere(ownSteps), metrics: measures.steps };

  try {
    const end = (wayOut.drain === undefined ? await confirm(await deregister()) : undefined) ?? (await drain());
    return typeof end === 'string' ? over(wayOut.receipt(end, warnings)) : end;
  } catch (error) {
    const failure = asStepFailure(error, 'shutdown', input.instanceId);
    if (forced.signal.aborted && wayOut.deregisteredAt !== undefined)
      return over(wayOut.receipt('interrupted', [...warnings, 'drain period interrupted'], forcedBy));
    wayOut.observations = observationsIn(failure.details) ?? wayOut.observations;
    const outcome = failure.type === 'DrainingTimeout' ? 'draining timeout' : 'failed';
    return over(wayOut.receipt(outcome, [...warnings, failure.message], forcedBy));
  }

  function over(receipt: DrainReceipt): DrainReceipt {
    measures.left(receipt, (Date.parse(receipt.finishedAt) - Date.parse(receipt.startedAt)) / 1_000);
    return receipt;
  }

  async function deregister(): Promise<RegisteredTarget> {
    const unforced = new AbortController().signal;
    const target =
      wayOut.registered ??
      (await retried('locateTarget', () => locateTarget(dependencies, input, attempt(unforced)), { warn }));
    wayOut.registered = target;
    if (wayOut.deregisteredAt === undefined) {
      wayOut.deregisteringSince ??= new Date();
      await retried('deregisterTarget', () => deregisterTarget(dependencies, target, attempt(unforced)), { warn });
      wayOut.deregistered(target, new Date());
      log.warn({ step: 'deregisterTarget', target: target.target.id }, 'deregistered without Temporal');
    }
    return target;
  }

  /** @returns how the way out ended, where there is nothing to drain. */
  async function confirm(target: RegisteredTarget): Promise<DrainOutcome | undefined> {
    const look = { ...target, windowMs: drainingWindowMs, needsDelay: input.drain === 'deregistration-delay' };
    const confirmed = await confirmDraining(dependencies, look, attempt(forced.signal));
    const now = new Date();
    if (confirmed.verdict === 'draining') wayOut.confirmed(confirmed, now);
    else if (confirmed.verdict !== 'not registered') return confirmed.verdict;
    else if (!wayOut.leftUnseen(confirmed, now)) return 'already deregistered';
    const warning = drainWarning(input.drain, confirmed.deregistrationDelaySeconds ?? undefined);
    if (warning !== undefined) warnings.push(warning);
    return undefined;
  }

  async function drain(): Promise<DrainOutcome | Successor> {
    wayOut.decide();
    for (;;) {
      const until = wayOut.drain?.until ?? 0;
      measures.drains.until(workflowId, until);
      const leftMs = until - Date.now();
      if (leftMs <= 0) return 'drained';
      const successor = await Promise.race([pause(leftMs, undefined, { signal: forced.signal }), takenOver]);
      if (successor !== undefined) return successor;
    }
  }

  function attempt(signal: AbortSignal) {
    return attemptInProcess(signal, warn);
  }
}

/** What is known to be done already, for the log. */
function whereItIs({ deregisteredAt, drain }: WayOut): Record<string, string> {
  return {
    ...(deregisteredAt && { deregisteredAt: deregisteredAt.toISOString() }),
    ...(drain && { drainUntil: new Date(drain.until).toISOString() }),
  };
}

/** Without Temporal nothing is known of the startup, but that none of its registrations is under way in this process. */
const onlyHere = (ownSteps: OwnSteps): AwsDependencies['lives'] => ({
  shutdownRuns: () => Promise.resolve(false),
  endStartup: () => ownSteps.registrationsSettled(),
});
