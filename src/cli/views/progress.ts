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
  return {
    show: (progress) =>
      line.show(
        `${sayTime(progress.since)}  ${changeOf(progress)}`,
        () => `${instanceId}  ${momentOf(progress, Date.now())}`,
      ),
    end: line.end,
  };
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
