import { sayHealth } from '../../domain/target-health.js';
import type { Evidence } from '../evidence.js';
import { couldNotFind, isRegistered, waysOut } from '../reading.js';

/** No target is left behind once its host is gone. */
export function leftBehind(evidence: Evidence): string[] {
  const { finalHealth, target, plan } = evidence;
  if (finalHealth === undefined || plan.group !== 'right' || !isRegistered(finalHealth) || nobodyKnew(evidence))
    return [];
  return [`target ${target.id} is ${sayHealth(finalHealth)} in the end, expected it to be out of its group`];
}

/**
 * A host that is gone without a word leaves a target that only a person can ask to take out; so does an agent that could not
 * learn who it is, or that may not look for its target.
 */
function nobodyKnew(evidence: Evidence): boolean {
  const { acts, runs } = evidence;
  const isGone = acts.some(({ deed }) => deed.kind === 'kill' && deed.againAfterMs === undefined);
  if (isGone && waysOut(evidence).length === 0) return true;
  const last = runs.at(-1);
  const isNameless =
    acts.some(({ deed }) => deed.kind === 'fault' && deed.rule.service === 'imds') && last?.end?.code === 1;
  const mayNotLook = waysOut(evidence).some((stretch) => couldNotFind(evidence, stretch));
  return isNameless || mayNotLook;
}
