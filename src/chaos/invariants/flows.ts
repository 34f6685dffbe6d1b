import type { Evidence } from '../evidence.js';
import { deregistrations, doneAt, forcedAt, wasDone, wasMisled, wasUndone } from '../reading.js';

/** A drain that was not forced, whose period was long enough and whose host lived through it, cuts no flow. */
export function flows(evidence: Evidence): string[] {
  const cut = evidence.flows?.targets.find(({ targetId }) => targetId === evidence.target.id)?.cut ?? 0;
  return cut === 0 || isExcused(evidence) ? [] : [`${cut} flows were cut, expected 0`];
}

/** Every flow is shorter than the drain period; shorter periods were asked for by somebody else. */
function isExcused(evidence: Evidence): boolean {
  const { acts } = evidence;
  const isForced = forcedAt(evidence) < Infinity;
  const hostIsGone = wasDone(evidence, 'terminate') || wasDone(evidence, 'delete group');
  const isCutDown = acts.some(({ deed }) => deed.kind === 'ask again' && deed.drainSeconds !== undefined);
  // A startup that takes back its registration does so at once; nobody asked it for a drain.
  const isUndone = deregistrations(evidence).some(({ at }) => wasUndone(evidence, at));
  const nobodyTook = deregistrations(evidence).length === 0;
  const isMisled = wasMisled(evidence, { from: doneAt(evidence, 'way out'), to: Infinity });
  return isForced || hostIsGone || isCutDown || isUndone || nobodyTook || isMisled;
}
