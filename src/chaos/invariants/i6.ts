import type { Transition } from '../../simulator/simulator.js';
import type { Evidence } from '../evidence.js';
import { deregistrations, doneAt, during, sayAt, wasUndone, waysOut } from '../reading.js';

/** How long a request may be under way after the workflow that it belongs to was ended. */
const underWayMs = 10_000;

/** **I6** Nothing is deregistered because information is missing: there was a shutdown, or a startup took back its own. */
export const i6 = (evidence: Evidence): string[] => [
  ...deregistrations(evidence)
    .filter((change) => !wasAsked(evidence, change) && !wasUndone(evidence, change.at))
    .filter(({ at }) => at < doneAt(evidence, 'delete group'))
    .map(({ at }) => `the target was taken out at ${sayAt(evidence, at)}, expected nobody to: no shutdown had begun`),
  ...strangers(evidence),
];

const wasAsked = (evidence: Evidence, { at }: Transition): boolean =>
  waysOut(evidence).some(({ from, to }) => during(at, { from, to: to + underWayMs }));

/** Nothing that happens to a life is a reason to take another one's target out. */
const strangers = ({ company }: Evidence): string[] =>
  company === undefined || company.deregistrations === 0
    ? []
    : [`${company.deregistrations} DeregisterTargets of ${company.instanceId ?? 'the company'}, expected none`];
