import { z } from 'zod';

const seconds = z.number().positive();
const atMostSeconds = seconds.optional().describe('longer ones are cut down to this');

/** How long the flows of a source last. */
export const lengthSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), seconds }),
  z.strictObject({ kind: z.literal('uniform'), fromSeconds: z.number().min(0), toSeconds: seconds }),
  z.strictObject({ kind: z.literal('exponential'), meanSeconds: seconds, atMostSeconds }),
  z.strictObject({ kind: z.literal('lognormal'), medianSeconds: seconds, sigma: z.number().positive(), atMostSeconds }),
  z.strictObject({ kind: z.literal('pareto'), leastSeconds: seconds, shape: z.number().positive(), atMostSeconds }),
]);
export type Length = z.output<typeof lengthSchema>;

/**
 * Draws one length, in seconds.
 *
 * @param random - gives numbers from 0 (included) to 1 (not).
 */
export function drawLength(length: Length, random: () => number): number {
  switch (length.kind) {
    case 'constant':
      return length.seconds;
    case 'uniform':
      return length.fromSeconds + random() * (length.toSeconds - length.fromSeconds);
    case 'exponential':
      return atMost(drawExponential(length.meanSeconds, random), length);
    case 'lognormal':
      return atMost(length.medianSeconds * Math.exp(length.sigma * drawNormal(random)), length);
    case 'pareto':
      return atMost(length.leastSeconds / (1 - random()) ** (1 / length.shape), length);
  }
}

/** Time between events that come at random, `mean` apart on average. */
export const drawExponential = (mean: number, random: () => number): number => -Math.log(1 - random()) * mean;

/** The Box-Muller transform. */
const drawNormal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const atMost = (value: number, { atMostSeconds = Infinity }: { atMostSeconds?: number | undefined }): number =>
  Math.min(value, atMostSeconds);
