/** Every wait of an agent that is not a step's own, in milliseconds (I7). Those of the steps are in domain/timings.ts. All ours. */

const second = 1_000;

/** How long Temporal may be silent before an agent that must leave goes on by itself: the target does not wait for an outage to end. */
export const silenceMs = 10 * second;

/** One question to Temporal, as while leaving: it is asked again after `askAgainMs`, so that silence is noticed within about `silenceMs` + both. */
export const askMs = 3 * second;
export const askAgainMs = 3 * second;

/** How often an agent that leaves by itself asks whether Temporal is back. */
export const backAgainMs = second;

/**
 * One attempt at boot to connect and start the workers, or to get an answer: a machine that boots may need seconds for it. It is
 * made again without end, since an appliance that serves does not stop serving for want of Temporal.
 */
export const connectMs = 30 * second;

/** Between two attempts at boot: doubled each time, up to the second. */
export const connectAgainMs = { first: second, most: 10 * second };

/** Between two looks of an agent, while its startup runs, whether a step got lost on its way here. Two in a row make a step lost. */
export const lostLookMs = 10 * second;

/** From a force that Temporal took to the end of the shutdown there: time to send its DeregisterTargets. */
export const forcedMs = 15 * second;

/** Between two attempts to get a shutdown's receipt, when a poll for it broke. */
export const receiptAgainMs = second;

/** How often an agent or a fleet worker asks whether Temporal is there, for its metrics: 20 requests a second for a fleet of 600. */
export const pingEveryMs = 30 * second;

/** Stopping the workers: 3 s for steps in flight, and what it takes to say goodbye. */
export const stopMs = 10 * second;

/** The same when Temporal is silent: nobody would hear how a step ended. */
export const stopSilentMs = second;
