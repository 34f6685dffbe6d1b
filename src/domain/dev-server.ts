/**
 * Settings that a Temporal dev server needs and a cluster does not.
 *
 * A dev server has one history shard, and the queues of a shard are read at most 20 times a second unless told otherwise:
 * after a first burst every task waits about 45 ms, and a workflow of seven activities takes 750 ms instead of 180 ms (measured).
 */
export const devServerPollLimits = [
  'history.transferProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxPollRPS=1000',
] as const;
