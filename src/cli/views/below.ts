import wrapAnsi from 'wrap-ansi';
import type { TargetHealth } from '../../domain/target-health.js';

/**
 * What is worth knowing of a row, in lines below it, set in, within 80 columns.
 *
 * @param hard - cuts also what has no spaces; else an ARN stays whole, as it is there to be copied
 */
export const below = (text: string, hard = false): string[] =>
  wrapAnsi(text, 76, { hard })
    .split('\n')
    .map((line, index) => `${index === 0 ? '' : '  '}  ${line}`);

/** Why AWS says so; nothing of a healthy target. */
export const whyBelow = ({ reason, description }: TargetHealth): string[] =>
  reason === undefined ? [] : below(description === undefined ? reason : `${reason}: ${description}`);
