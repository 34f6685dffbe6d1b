import type { Fleet } from '../operator/fleet.js';
import { innerReasonOf } from '../temporal/reason.js';
import { rest, within } from '../workers/bounded.js';

export type Look = () => Promise<Fleet>;

const lookEveryMs = 2_000;

/** One look, so that a Temporal that hangs is noticed. Ours: AWS alone may take 10 s of it. */
const lookBoundMs = 15_000;

/** Looks. @throws Error that names the bound when no answer comes in time; the reason of `until`. */
export const lookOnce = (look: Look, until?: AbortSignal): Promise<Fleet> =>
  within(lookBoundMs, look, until === undefined ? {} : { until });

interface Watching {
  readonly stop: AbortSignal;
  readonly show: (fleet: Fleet) => void;
  /** @default 2 s */
  readonly everyMs?: number;
}

/**
 * Looks and shows, again and again, until `stop`, which also ends a look that is under way. A look in vain shows what was seen
 * before, with a note: whoever watches wants to see how it goes on.
 *
 * @returns what was shown last; undefined where nothing was.
 * @throws what the first look throws.
 */
export async function keepLooking(
  look: Look,
  { stop, show, everyMs = lookEveryMs }: Watching,
): Promise<Fleet | undefined> {
  let fleet: Fleet | undefined;
  const isOver = () => stop.aborted;
  while (!isOver()) {
    try {
      fleet = await lookOnce(look, stop);
    } catch (error) {
      if (isOver()) break;
      if (fleet === undefined) throw error;
      fleet = stale(fleet, innerReasonOf(error));
    }
    show(fleet);
    await rest(everyMs, stop);
  }
  return fleet;
}

/** What was seen last, with why nothing newer was. */
function stale(fleet: Fleet, reason: string): Fleet {
  const note = `not up to date: ${reason.split('\n', 1)[0] ?? ''}`;
  return { ...fleet, notes: [...fleet.notes.filter((each) => !each.startsWith('not up to date')), note] };
}
