import type { WorkflowHandle } from '@temporalio/client';
import type { ControllerConfig } from '../domain/controller-config.js';
import { shutdownId } from '../domain/ids.js';
import type { ShutdownInput } from '../domain/input.js';
import type { DrainReceipt } from '../domain/receipt.js';
import { keepReceipt } from './keep-receipt.js';
import { leaveInProcess } from './leave-in-process.js';
import type { Leaver } from './leaver.js';
import { Line } from './line.js';
import { beginShutdown, followShutdown, hearAgain } from './shutdown-on-temporal.js';
import type { Going } from './shutdown-on-temporal.js';
import { stopMs, stopSilentMs } from './waits.js';
import { WayOut } from './way-out.js';
import type { Workers } from './workers.js';

/**
 * Takes this instance out: health 503 at once, the `shutdown` workflow, its result. In this process, while Temporal is not
 * heard. Always ends within the shutdown's execution timeout.
 *
 * @param why the signal, or `reattach` when a shutdown was found running.
 * @returns whether the target left cleanly.
 */
export async function leave(
  leaver: Leaver,
  workers: Workers | undefined,
  why: string,
  config?: ControllerConfig,
): Promise<boolean> {
  const { instanceId, cluster, health, log, settings, ownSteps, measures } = leaver;
  health.leave();
  measures.inService(false);
  log.info({ why }, 'leaving: health endpoint answers 503');
  // Another startup than the agent's own may run still, and may have registered elsewhere: that has to be looked up (I3).
  const { registering } = ownSteps;
  const known = registering === undefined ? config : undefined;
  const registered = known && { targetGroupArn: known.targetGroupArn, target: known.target };
  const trigger = why === 'reattach' ? `restarted agent on ${instanceId}` : `${why} on ${instanceId}`;
  const { drain } = settings;
  const targetGroupArn = registering?.targetGroupArn ?? settings.targetGroupArn;
  const input: ShutdownInput = { instanceId, cluster, targetGroupArn, registered, drain, trigger };
  const wayOut = new WayOut(input);
  ownSteps.wayOut = wayOut;
  if (workers === undefined) return keepReceipt(leaver, await leaveInProcess(leaver, wayOut, nobody));

  const line = new Line(workers.client);
  const receipt = await leaveTogether({ leaver, line, wayOut }, workers, why);
  await workers.stop(line.silent ? stopSilentMs : stopMs);
  return keepReceipt(leaver, receipt);
}

/**
 * The workflow goes on as long as Temporal is heard, this process while it is not, and the workflow again when it is back: each
 * where the other one was. A way out that no workflow knows of ends in this process.
 */
async function leaveTogether(going: Going, workers: Workers, why: string): Promise<DrainReceipt> {
  const { leaver, wayOut } = going;
  let shutdown =
    why === 'reattach' ? workers.client.workflow.getHandle(shutdownId(leaver.instanceId)) : await beginShutdown(going);
  for (let askedAgain = false; ;) {
    const followed = shutdown === undefined ? 'silent' : await followShutdown(going, shutdown, workers.lost);
    if (typeof followed !== 'string')
      return wayOut.outlasts(followed, Date.now())
        ? leaveInProcess(leaver, wayOut, nobody)
        : wayOut.reconcile(followed);
    const left = await leaveAlone(going, followed === 'silent');
    if ('workflowId' in left) {
      shutdown = left;
      continue;
    }
    // What this host cannot deregister the fleet may, if Temporal is back (I3).
    if (left.deregisteredAt !== null || askedAgain) return left;
    askedAgain = true;
    shutdown = await beginShutdown(going);
    if (shutdown === undefined) return left;
  }
}

/** @returns the receipt, or the workflow that goes on. */
async function leaveAlone(going: Going, mayHearAgain: boolean): Promise<DrainReceipt | WorkflowHandle> {
  const { leaver, wayOut } = going;
  const over = new AbortController();
  try {
    return await leaveInProcess(leaver, wayOut, mayHearAgain ? hearAgain(going, over.signal) : nobody);
  } finally {
    over.abort();
  }
}

const nobody = new Promise<never>(() => undefined);
