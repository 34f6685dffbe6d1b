import {
  ApplicationFailure,
  CancellationScope,
  condition,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Deregistered } from '../activities/deregister.js';
import type { DrainingConfirmed } from '../activities/draining.js';
import { drainWarning } from '../domain/drain.js';
import type { FailureType } from '../domain/failures.js';
import { extendDrainSchema, forceReason, parse, shutdownInputSchema, shutdownRequestSchema } from '../domain/input.js';
import type { ExtendDrain, ShutdownInput, ShutdownRequest } from '../domain/input.js';
import { Leaving, observationsIn } from '../domain/leaving.js';
import type { DrainOutcome, DrainReceipt } from '../domain/receipt.js';
import type { RegisteredTarget } from '../domain/target-group.js';
import type { DrainExtended, Phase } from '../domain/status.js';
import { drainingWindowMs, workflowTaskMs } from '../domain/timings.js';
import { failureOf, timeoutIn } from './failure.js';
import { Life, parseInput } from './life.js';
import { extendDrain, forceShutdown, requestShutdown, status } from './messages.js';
import { stepsOf } from './proxies.js';

/**
 * Takes one appliance out of service: deregister, confirm draining, drain period.
 *
 * `forceShutdown`, or a cancellation, ends the waiting at once; DeregisterTargets is sent all the same (I3). The drain period
 * is a deadline that survives every restart (I4); another request can only bring it nearer.
 *
 * @returns the receipt, when the target left without a flow being cut by us.
 * @throws ApplicationFailure DrainInterrupted, DrainingTimeout, or what a step failed with; the receipt is its first detail.
 */
export async function shutdown(untrusted: ShutdownInput): Promise<DrainReceipt> {
  const life = new Life();
  const leaving = new Leaving(new Date());
  // One way to end a wait: force cancels this scope, and so does a cancellation of the workflow, its parent.
  const waits = new CancellationScope();
  setHandler(
    forceShutdown,
    (payload) => {
      const reason = forceReason(payload);
      if (!leaving.force(reason, life.now())) return;
      life.log(`forced: ${reason}`);
      waits.cancel();
    },
    { description: 'end every wait now; optional payload: the reason' },
  );
  setHandler(status, () => life.status(), { description: 'phase, since when, until when' });

  const input = parseInput(shutdownInputSchema, untrusted);
  life.instanceId = input.instanceId;
  const steps = stepsOf(input.instanceId);
  leaving.request(input.trigger ?? 'unknown', input.drain, new Date());
  // After our own request is noted: one that came with the first task is a later one.
  setHandler(requestShutdown, onRequest, { description: 'another trigger; a sooner end of the drain period counts' });
  setHandler(extendDrain, onExtension, {
    description: 'more seconds for the flows of a draining target',
    validator: refuseExtension,
  });

  try {
    const registered = await CancellationScope.nonCancellable(deregister);
    const outcome = await waits.run(() => awaitDrained(registered));
    life.enter('out of service', outcome);
    return receipt(outcome);
  } catch (error) {
    throw failed(error);
  }

  async function deregister(): Promise<RegisteredTarget> {
    if (input.registered === undefined) life.enter('locating');
    const registered = input.registered ?? (await steps.locateTarget(input));
    leaving.registered = registered;
    life.enter('deregistering');
    leaving.deregisteringSince = life.now();
    // Nothing, from a build that does not say.
    const deregistered = (await steps.deregisterTarget(registered)) as Deregistered | undefined;
    life.saw(deregistered?.at);
    leaving.deregisteredAt = life.now();
    return registered;
  }

  async function awaitDrained(registered: RegisteredTarget): Promise<DrainOutcome> {
    life.enter('confirming draining');
    const confirmed = await confirm(registered);
    if (confirmed === undefined) return drain(leaving.deregisteredAt ?? life.now(), undefined);
    life.saw(confirmed.at);
    leaving.observations = confirmed.observations;
    const delaySeconds = confirmed.deregistrationDelaySeconds ?? undefined;
    switch (confirmed.verdict) {
      case 'draining':
        if (confirmed.observations.at(-1)?.state === 'unknown') life.note(notAnswered);
        return drain(life.now(), delaySeconds);
      case 'not registered':
        return leftUnseen(confirmed);
      case 'not in use':
        life.note('the target group is attached to no listener, so there were no flows to drain');
        return 'not in use';
      case 'invalid state':
        life.note('the instance is stopped or terminated, so there were no flows left to drain');
        return 'invalid state';
    }
  }

  /** @returns undefined where no worker was there to look in time: the target is deregistered, so its drain period is kept (I4). */
  async function confirm(registered: RegisteredTarget): Promise<DrainingConfirmed | undefined> {
    const needsDelay = leaving.policy === 'deregistration-delay';
    try {
      return await steps.confirmDraining({ ...registered, windowMs: drainingWindowMs, needsDelay });
    } catch (error) {
      if (timeoutIn(error) === undefined || !patched('drain-although-nobody-looked')) throw error;
      leaving.observations = observationsIn(failureOf(error).details) ?? [];
      life.note('no worker looked in time whether the target is draining; the drain period is kept');
      return undefined;
    }
  }

  /** Flows may outlive AWS's own delay: where it may have passed unseen, the rest of the drain period is kept (I4). */
  async function leftUnseen(confirmed: DrainingConfirmed): Promise<DrainOutcome> {
    const { deregisteredAt } = leaving;
    const unseen = deregisteredAt && leaving.leftUnseen(life.now(), confirmed);
    if (!unseen || !patched('drain-although-left')) return 'already deregistered';
    life.note(unseen);
    return drain(deregisteredAt, confirmed.deregistrationDelaySeconds ?? undefined);
  }

  async function drain(since: Date, delaySeconds: number | undefined): Promise<DrainOutcome> {
    leaving.startDraining(since, delaySeconds);
    const warning = drainWarning(leaving.policy, delaySeconds);
    if (warning !== undefined) life.note(warning);
    life.enter('draining');
    let moved = true;
    while (moved) {
      const until = leaving.drainUntilMs;
      life.drainUntil = until;
      const remainingMs = until - life.now().getTime();
      if (remainingMs <= 0) break;
      const summary = `drain period: ${Math.round(remainingMs / 100) / 10} s; signal forceShutdown ends it`;
      // The timer's word, not the clock's: a worker that takes over and replays may still read the time before the timer fired.
      moved = await condition(() => leaving.drainUntilMs !== until, remainingMs, { summary });
    }
    return 'drained';
  }

  function onRequest(untrustedRequest: ShutdownRequest): void {
    try {
      const { trigger, drain: asked } = parse('requestShutdown', shutdownRequestSchema, untrustedRequest);
      const sooner = leaving.request(trigger, asked, life.now());
      life.log(`asked again: ${trigger}`);
      if (sooner !== undefined) life.note(sooner);
    } catch (error) {
      life.note(error instanceof Error ? error.message : String(error));
    }
  }

  function refuseExtension(untrustedExtension: ExtendDrain): void {
    const { seconds } = parse('extendDrain', extendDrainSchema, untrustedExtension);
    const refusal = life.phase === 'draining' ? leaving.refusalToExtend(seconds) : notDraining(life.phase);
    if (refusal !== undefined) throw ApplicationFailure.nonRetryable(refusal, 'InvalidInput' satisfies FailureType);
    const { executionExpirationTime: expires } = workflowInfo();
    if (expires === undefined || leaving.drainUntilMs + seconds * 1_000 + workflowTaskMs < expires.getTime()) return;
    const message = `the drain period would end after ${expires.toISOString()}, when Temporal ends this workflow: its execution timeout is too short`;
    throw ApplicationFailure.nonRetryable(message, 'InvalidInput' satisfies FailureType);
  }

  function onExtension({ seconds, actor = 'unknown', reason }: ExtendDrain): DrainExtended {
    leaving.extend(seconds, actor, reason ?? null, life.now());
    life.extendedSeconds = leaving.extendedSeconds;
    life.log(`drain period extended by ${seconds} s: ${actor}${reason === undefined ? '' : `, ${reason}`}`);
    return { drainUntil: new Date(leaving.drainUntilMs).toISOString(), extendedSeconds: leaving.extendedSeconds };
  }

  function receipt(outcome: DrainOutcome): DrainReceipt {
    return leaving.receipt(input.instanceId, outcome, life.now(), life.notes);
  }

  function failed(error: unknown): ApplicationFailure {
    const failure = failureOf(error);
    if (failure.type === 'Cancelled') {
      leaving.force('the workflow was cancelled', life.now());
      life.note('drain period interrupted');
      life.enter('out of service', 'interrupted');
      return withReceipt(
        'DrainInterrupted',
        `drain period interrupted: ${leaving.forcedReason}`,
        receipt('interrupted'),
      );
    }
    leaving.observations = observationsIn(failure.details) ?? leaving.observations;
    life.note(failure.message);
    life.enter('failed', failure.type);
    return withReceipt(
      failure.type,
      failure.message,
      receipt(failure.type === 'DrainingTimeout' ? 'draining timeout' : 'failed'),
    );
  }
}

const notDraining = (phase: Phase): string =>
  `the target is not draining (${phase}); only a drain period that runs can be extended`;

const notAnswered =
  'AWS accepted the deregistration, but did not answer whether the target is draining; the drain period is kept';

function withReceipt(type: FailureType, message: string, receipt: DrainReceipt): ApplicationFailure {
  const failure = ApplicationFailure.nonRetryable(message, type, receipt);
  // The Web UI shows it above the receipt, and it says only where this program was built.
  failure.stack = '';
  return failure;
}
