import type { Progress } from '../../domain/standing.js';
import { openLiveLine } from './live-line.js';
import { sayFor, sayTime } from './span.js';

/** One line that counts down on a terminal; a line for each change elsewhere. */
export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  readonly end: () => void;
}

export function openProgress(out: NodeJS.WriteStream, instanceId: string): ProgressLine {
  const line = openLiveLine(out);
  let last: Progress | undefined;
  let change = '';
  return {
    show(progress) {
      if (isNews(progress, last)) {
        change = `${sayTime(new Date().toISOString())}  ${changeOf(progress)}`;
        last = progress;
      }
      line.show(change, () => `${instanceId}  ${momentOf(progress, Date.now())}`);
    },
    end: line.end,
  };
}

/** A worker says by its clock when a drain ends, and where none answers the server says it by its own: seconds apart are no change. */
const clocksDifferMs = 2_000;

/** Whether anything but the time is another. */
function isNews(now: Progress, before: Progress | undefined): boolean {
  if (now.phase !== before?.phase || now.lastFailure !== before.lastFailure) return true;
  if (now.drainUntil === null || before.drainUntil === null) return now.drainUntil !== before.drainUntil;
  return Math.abs(Date.parse(now.drainUntil) - Date.parse(before.drainUntil)) > clocksDifferMs;
}

const failing = ({ lastFailure }: Progress): string => (lastFailure === null ? '' : `, ${lastFailure}`);

const changeOf = (progress: Progress): string =>
  `${progress.phase}${progress.drainUntil === null ? '' : ` until ${sayTime(progress.drainUntil)}`}${failing(progress)}`;

function momentOf(progress: Progress, now: number): string {
  const { phase, since, drainUntil } = progress;
  if (drainUntil !== null)
    return `${phase}, ${sayFor((Date.parse(drainUntil) - now) / 1_000)} left${failing(progress)}`;
  return `${phase} for ${sayFor((now - Date.parse(since)) / 1_000)}${failing(progress)}`;
}
