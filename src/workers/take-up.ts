import type { Client } from '@temporalio/client';
import { shutdownId, startupId } from '../domain/ids.js';
import { failLeftBehind } from '../temporal/left-behind.js';
import { reasonOf } from '../temporal/reason.js';
import type { Leaver } from './leaver.js';

/** An agent that is started again after a crash does not wait for the steps that the one before had in hand to time out. Never fails. */
export async function takeUp({ instanceId, log }: Pick<Leaver, 'instanceId' | 'log'>, client: Client): Promise<void> {
  for (const workflowId of [startupId(instanceId), shutdownId(instanceId)]) {
    try {
      const steps = await failLeftBehind(client, workflowId);
      if (steps.length > 0)
        log.info({ workflowId, steps }, 'an agent before this one left steps behind, taking them up');
    } catch (error) {
      log.debug(
        { workflowId, reason: reasonOf(error) },
        'steps that an agent before this one left are tried again later',
      );
    }
  }
}
