// What a life costs where Temporal is paid by the Action, and how long its histories are.
import { once } from 'node:events';
import { countRequests } from '../grpc-counter.js';
import { median } from '../figure.js';
import { startAgent, withSurroundings } from '../surroundings.js';

/** The most that each may be. A retry is an Action more. */
const bounds = { startup: { events: 50, actions: 9 }, shutdown: { events: 25, actions: 7 } };

/** Requests that are an Action each, and are in no history. Source: Temporal Cloud, "Actions". */
const unseen = ['RecordActivityTaskHeartbeat', 'QueryWorkflow'];

const lives = /** @type {const} */ (['startup', 'shutdown']);

/** @type {import('../figure.js').Figure} */
export const events = {
  name: 'events',
  rows: lives.flatMap((life) => [
    row(`events ${life}`, `events in the history of a ${life}`, 'events', bounds[life].events),
    row(`actions ${life}`, `Actions of a ${life}, retries left out`, 'Actions', bounds[life].actions),
  ]),
  run: ({ runs }) =>
    // Health checks and the drain period take the time that they take: 50 s and 60 s.
    withSurroundings(
      async (around) => {
        const { Client, Connection } = await import('@temporalio/client');
        const connection = await Connection.connect({ address: around.temporal.address });
        const client = new Client({ connection });
        const lived = [];
        for (let run = 0; run < runs; run += 1) {
          const { registered, life } = await begin(around, client);
          lived.push(life);
          await registered;
        }
        const seen = await Promise.all(lived);
        await connection.close();
        return lives.flatMap((life) => [
          { value: median(seen.map((each) => each[life].events)) },
          { value: median(seen.map((each) => each[life].actions)), note: `${life}: ${seen[0][life].made}.` },
        ]);
      },
      { healthCheck: {} },
    ),
};

/** @param {string} name @param {string} what @param {string} unit @param {number} atMost */
function row(name, what, unit, atMost) {
  return { name, what, unit, must: { atMost } };
}

/**
 * Lives go on side by side, but begin one after the other: of ten at once, on few cores, workflow tasks time out, which are events too.
 *
 * @param {import('../surroundings.js').Surroundings} around @param {import('@temporalio/client').Client} client
 */
async function begin(around, client) {
  const appliance = await around.anAppliance();
  const registered = around.arrival('RegisterTargets', appliance.instanceId);
  return { registered, life: countedLife(around, client, appliance) };
}

/**
 * @param {import('../surroundings.js').Surroundings} around
 * @param {import('@temporalio/client').Client} client
 * @param {import('../surroundings.js').Appliance} appliance
 */
async function countedLife(around, client, appliance) {
  const counter = await countRequests(around.temporal.address);
  const agent = startAgent({ ...appliance, env: { ...appliance.env, TEMPORAL_ADDRESS: counter.address } });
  const made = () => Object.fromEntries(unseen.map((method) => [method, counter.requests.get(method) ?? 0]));
  await agent.inService();
  const toThere = made();
  const ended = once(agent.child, 'exit');
  agent.child.kill('SIGTERM');
  await ended;
  const since = Object.fromEntries(Object.entries(made()).map(([method, count]) => [method, count - toThere[method]]));
  counter.close();
  const [startup, shutdown] = await Promise.all(
    lives.map(async (life, at) => {
      const { events: history } = await client.workflow.getHandle(`${life}/${appliance.instanceId}`).fetchHistory();
      return countOf(history ?? [], [toThere, since][at]);
    }),
  );
  return { startup, shutdown };
}

/**
 * @param {readonly import('@temporalio/proto').temporal.api.history.v1.IHistoryEvent[]} history
 * @param {Record<string, number>} others - Actions that are in no history, by request.
 */
function countOf(history, others) {
  const count = (/** @type {keyof import('@temporalio/proto').temporal.api.history.v1.IHistoryEvent} */ attributes) =>
    history.filter((event) => event[attributes]).length;
  const actions = {
    start: 1,
    activities: count('activityTaskScheduledEventAttributes'),
    timers: count('timerStartedEventAttributes'),
    'search attributes': count('upsertWorkflowSearchAttributesEventAttributes'),
    signals: count('workflowExecutionSignaledEventAttributes'),
    ...others,
  };
  return {
    events: history.length,
    actions: Object.values(actions).reduce((sum, each) => sum + each, 0),
    made: Object.entries(actions)
      .flatMap(([what, each]) => (each === 0 ? [] : [`${what} ${each}`]))
      .join(', '),
  };
}
