import pRetry, { AbortError } from 'p-retry';
import { setTimeout as pause } from 'node:timers/promises';
import type { Attempt } from '../activities/attempt.js';
import type { AwsDependencies } from '../activities/dependencies.js';
import { deregisterTarget } from '../activities/deregister.js';
import { confirmDraining } from '../activities/draining.js';
import { asStepFailure } from '../activities/failures.js';
import { locateTarget } from '../activities/locate.js';
import { drainWarning } from '../domain/drain.js';
import type { ShutdownInput } from '../domain/input.js';
import { Leaving, observationsIn } from '../domain/leaving.js';
import type { DrainOutcome, DrainReceipt } from '../domain/receipt.js';
import { awsRetry, drainingWindowMs } from '../domain/timings.js';
import type { Leaver } from './leaver.js';
import { noLives } from './lives.js';

/**
 * The shutdown without Temporal: the same steps, in this process, so that an outage never strands a target. Not durable, and
 * it says so. `force` ends the waits; DeregisterTargets is sent all the same (I3).
 */
export async function leaveInProcess({ aws, host, log, force }: Leaver, input: ShutdownInput): Promise<DrainReceipt> {
  log.error('leaving without Temporal: deregister, confirm and drain in this process; do not kill it');
  const leaving = new Leaving(new Date());
  leaving.request(input.trigger ?? 'unknown', input.drain, new Date());
  const warnings = ['left without Temporal, in the agent process'];
  const waits = new AbortController();
  void force.then((signal) => {
    leaving.force(`second ${signal} on ${input.instanceId}`, new Date());
    waits.abort();
  });
  const dependencies: AwsDependencies = { ...aws, host, lives: noLives };

  try {
    const outcome = await run();
    return leaving.receipt(input.instanceId, outcome, new Date(), warnings);
  } catch (error) {
    const failure = asStepFailure(error, 'shutdown', input.instanceId);
    if (waits.signal.aborted && leaving.deregisteredAt !== undefined) {
      warnings.push('drain period interrupted');
      return leaving.receipt(input.instanceId, 'interrupted', new Date(), warnings);
    }
    leaving.observations = observationsIn(failure.details) ?? leaving.observations;
    warnings.push(failure.message);
    return leaving.receipt(
      input.instanceId,
      failure.type === 'DrainingTimeout' ? 'draining timeout' : 'failed',
      new Date(),
      warnings,
    );
  }

  async function run(): Promise<DrainOutcome> {
    const unforced = new AbortController().signal;
    const target =
      input.registered ?? (await retried('locate', () => locateTarget(dependencies, input, attempt(unforced))));
    leaving.registered = target;
    await retried('deregister', () => deregisterTarget(dependencies, target, attempt(unforced)));
    leaving.deregisteredAt = new Date();
    log.warn({ target: target.target.id }, 'deregistered without Temporal');
    const confirmed = await confirmDraining(
      dependencies,
      { ...target, windowMs: drainingWindowMs },
      attempt(waits.signal),
    );
    leaving.observations = confirmed.observations;
    if (confirmed.verdict === 'not registered') return 'already deregistered';
    if (confirmed.verdict !== 'draining') return confirmed.verdict;
    const delaySeconds = confirmed.deregistrationDelaySeconds ?? undefined;
    leaving.startDraining(new Date(), delaySeconds);
    const warning = drainWarning(leaving.policy, delaySeconds);
    if (warning !== undefined) warnings.push(warning);
    await pause(Math.max(0, leaving.drainUntilMs - Date.now()), undefined, { signal: waits.signal });
    return 'drained';
  }

  function attempt(signal: AbortSignal): Attempt {
    return {
      number: 1,
      signal,
      resumed: undefined,
      now: () => Date.now(),
      heartbeat: () => undefined,
      pause: (ms) => pause(ms, undefined, { signal }),
      warn: (message, fields) => log.warn(fields ?? {}, message),
    };
  }
}

/** The step within the budget and the intervals that the workflow gives it. */
function retried<T>(step: string, once: () => Promise<T>): Promise<T> {
  const attempt = async () => {
    try {
      return await once();
    } catch (error) {
      const failure = asStepFailure(error, step, 'this instance');
      throw failure.final ? new AbortError(failure) : failure;
    }
  };
  return pRetry(attempt, {
    retries: Infinity,
    factor: 2,
    randomize: true,
    minTimeout: awsRetry.initialMs,
    maxTimeout: awsRetry.maximumMs,
    maxRetryTime: awsRetry.budgetMs,
  });
}
