import { z } from 'zod';
import { lengthSchema } from './length.js';

const share = z.number().min(0).max(1);

/** A source of flows through one load balancer. */
export const trafficOptions = z.strictObject({
  ratePerSecond: z.number().positive().max(10_000).describe('new flows, on average'),
  arrivals: z.enum(['poisson', 'even']).default('poisson').describe('at random, or evenly spaced'),
  length: lengthSchema.default({ kind: 'exponential', meanSeconds: 8, atMostSeconds: 40 }),
  udpShare: share.default(0.2).describe('share of flows that are UDP; they never close, and are forgotten when idle'),
  unclosedShare: share.default(0.05).describe('share of TCP flows that end without closing'),
  pauseShare: share.default(0).describe('share of flows that fall silent once, half-way'),
  pauseSeconds: z.number().min(0).default(0).describe('for how long'),
  availabilityZone: z
    .string()
    .optional()
    .describe("zone of the endpoint where they enter; default: the region's first"),
  forSeconds: z.number().positive().optional().describe('how long new flows come; default: until stopped'),
  seed: z.int().default(1),
});
export type TrafficOptions = z.input<typeof trafficOptions>;
export type Traffic = z.output<typeof trafficOptions>;
