import { describe, expect, it, onTestFinished } from 'vitest';
import { assumptionsSchema } from '../../src/simulator/assumptions.js';
import { ManualClock } from '../../src/simulator/clock.js';
import { createServices } from '../../src/simulator/services/services.js';
import { World } from '../../src/simulator/world/world.js';
import type { CheckedAnswer } from './answers.js';
import { checkAnswer } from './answers.js';
import type { Example } from './examples/example.js';
import { examples } from './examples/examples.js';
import { serviceModels } from './service-models.js';
import { Stage } from './stage.js';

const world = new World({
  clock: new ManualClock(),
  region: 'eu-central-1',
  account: '123456789012',
  assumptions: assumptionsSchema.parse({}),
});

/** Every action of the simulator, and its examples. */
const actions = createServices(world, undefined).flatMap(({ name: service, actions }) =>
  [...actions.keys()].map((action) => ({ service, action, examples: examples[service][action] ?? [] })),
);

/** Sends the request of an example with the SDK, and checks every answer that the SDK got. */
async function play(service: keyof typeof examples, action: string, example: Example) {
  const stage = await Stage.open(example.options);
  onTestFinished(() => stage.close());
  const command = await example.arrange(stage);
  const outcome = await stage.send(service, command).then(
    () => 'success',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
  const answer = stage.answers.at(-1);
  expect(answer?.action).toBe(action);
  if (!answer) throw new Error('nothing was answered');
  return { outcome, checked: checkAnswer(serviceModels[service], answer) };
}

/** The name by which the SDK throws an error with this code on the wire. */
const nameOf = (service: keyof typeof examples, action: string, code: string): string =>
  serviceModels[service].errorsOf(action).find((error) => error.code === code)?.name ?? code;

const titled = (rows: readonly Example[]) =>
  rows.map(
    (example) => [example.code === undefined ? example.what : `${example.code}, ${example.what}`, example] as const,
  );

describe('the examples', () => {
  it('cover every action: at least one that is answered and one that is refused', () => {
    const missing = actions.flatMap(({ service, action, examples }) => [
      ...(examples.some(({ code }) => code === undefined) ? [] : [`${service} ${action} has no example of an answer`]),
      ...(examples.some(({ code }) => code !== undefined) ? [] : [`${service} ${action} has no example of an error`]),
    ]);
    expect(missing).toEqual([]);
  });

  it('are of actions that the simulator has', () => {
    const known = actions.map(({ service, action }) => `${service} ${action}`);
    const named = Object.entries(examples).flatMap(([service, ofService]) =>
      Object.keys(ofService).map((action) => `${service} ${action}`),
    );
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe.each(actions.map((row) => [`${row.service} ${row.action}`, row] as const))('%s', (_title, row) => {
  const { service, action, examples } = row;
  const answered = examples.filter(({ code }) => code === undefined);
  const refused = examples.filter(({ code }) => code !== undefined);

  it.each(titled(answered))('answers as AWS models it, and as the SDK reads it: %s', async (_what, example) => {
    const { outcome, checked } = await play(service, action, example);
    expect(checked.problems).toEqual([]);
    expect(outcome).toBe('success');
  });

  it.each(titled(refused))('refuses with a code that AWS has, and that the SDK throws: %s', async (_what, example) => {
    const { outcome, checked } = await play(service, action, example);
    expect(checked.problems).toEqual([]);
    expect(checked.code).toBe(example.code);
    expect(outcome).toBe(nameOf(service, action, example.code ?? ''));
  });

  it('emits its lists always, and the examples fill each at least once', async () => {
    const all: CheckedAnswer[] = [];
    for (const example of answered) all.push((await play(service, action, example)).checked);
    const lists = all.flatMap((checked) => checked.lists);
    expect(problemsWithLists(lists, serviceModels[service].outputOf(action)?.getName())).toEqual([]);
  });
});

/** Lists that AWS emits and nothing in this simulator can fill. */
const alwaysEmpty: ReadonlySet<string> = new Set([
  'AutoScalingGroup.EnabledMetrics',
  'AutoScalingGroup.LoadBalancerNames',
  'AutoScalingGroup.SuspendedProcesses',
  'Command.Targets',
  'NotificationConfig.NotificationEvents',
  'Reservation.Groups',
]);

/**
 * The lists of an output itself are always there. One further in, that an action emits once, it must emit always. Of each, one
 * example must show it with something in it.
 */
function problemsWithLists(sightings: CheckedAnswer['lists'], output: string | undefined): string[] {
  const names = [...new Set(sightings.map(({ list }) => list))];
  return names.flatMap((name) => {
    const counts = sightings.filter(({ list }) => list === name).map(({ items }) => items);
    if (counts.every((items) => items === undefined) && !name.startsWith(`${output ?? ''}.`)) return [];
    if (counts.includes(undefined)) return [`${name} is left out of some answers`];
    return alwaysEmpty.has(name) || counts.some((items) => items !== 0) ? [] : [`${name} is empty in every example`];
  });
}
