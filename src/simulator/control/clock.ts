import { createRoute, z } from '@hono/zod-openapi';
import type { Clock } from '../clock.js';
import { answers, ControlError, named, operations, takes, tooLarge, unreadable } from './operation.js';

const tags = ['Clock'];

const clockAnswer = named(
  'Clock',
  z.strictObject({
    now: z.number().describe('milliseconds since the epoch'),
    time: z.iso.datetime().describe('the same in words'),
    speed: z.number().describe('how many times as fast as the clock of the wall; 0: stands still until it is advanced'),
  }),
  { now: 1_767_225_660_000, time: '2026-01-01T00:01:00.000Z', speed: 0 },
);

/** The last time that can be written, in milliseconds since the epoch. Source: RFC 3339, years of four digits. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The simulated time: all other times of the control API are its own. */
export const clock = operations();

clock.openapi(
  createRoute({
    method: 'get',
    path: '/clock',
    operationId: 'getClock',
    summary: 'Read the clock',
    tags,
    responses: { 200: answers('The clock.', clockAnswer) },
  }),
  ({ env, json }) => json(describeClock(env.simulator.clock), 200),
);

clock.openapi(
  createRoute({
    method: 'post',
    path: '/clock/advance',
    operationId: 'advanceClock',
    summary: 'Let time pass at once',
    description:
      'Everything that falls due happens at its own time and in order, before the answer comes. Works on every clock, running ones too.',
    tags,
    request: takes(z.strictObject({ seconds: z.number().min(0).max(315_576_000).describe('up to ten years') }), {
      'a minute': { seconds: 60 },
    }),
    responses: { 200: answers('The clock afterwards.', clockAnswer), ...unreadable, ...tooLarge },
  }),
  async ({ env, req, json }) => {
    const { clock: simulated } = env.simulator;
    const durationMs = req.valid('json').seconds * 1000;
    if (simulated.now() + durationMs > latestMs)
      throw new ControlError(400, 'seconds: found more than there is time left');
    await simulated.advance(durationMs);
    return json(describeClock(simulated), 200);
  },
);

function describeClock(simulated: Clock) {
  const now = Math.floor(simulated.now());
  return { now, time: new Date(now).toISOString(), speed: simulated.speed };
}
