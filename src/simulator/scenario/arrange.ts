import type { Clock } from '../clock.js';
import { ManualClock, realClock, scaledClock } from '../clock.js';
import type { SimulatorOptions } from '../options.js';
import type { Simulator } from '../simulator.js';
import type { Path } from './problems.js';
import { ScenarioError } from './read.js';
import { isRefusal } from './refusal.js';
import type { Scenario } from './schema.js';

/** What a simulator has to be started with for this scenario. */
export const simulatorOptions = (scenario: Scenario): SimulatorOptions => {
  const { region, account, pageSize, throttling, assumptions } = scenario;
  return {
    clock: createClock(scenario.clock),
    region,
    account,
    throttling,
    assumptions,
    ...(pageSize !== undefined && { pageSize }),
  };
};

/**
 * Makes the world of a scenario on a simulator that has nothing in it.
 *
 * @throws `ScenarioError` when parts contradict themselves or each other; what the system says when a port is taken.
 */
export async function arrange(simulator: Simulator, scenario: Scenario): Promise<void> {
  await each(scenario, 'subnets', (subnet) => simulator.network.createSubnet(subnet));
  await each(scenario, 'routeTables', (table) => simulator.network.createRouteTable(table));
  await each(scenario, 'instances', (instance) => simulator.createInstance(instance));
  const arns = new Map<string, string>();
  const arnOf = (name: string): string => arns.get(name) ?? '';
  await each(scenario, 'targetGroups', ({ targets, ...group }) => {
    const { name, arn } = simulator.createTargetGroup(group);
    arns.set(name, arn);
    for (const target of targets) simulator.registerTarget(arn, target);
  });
  await each(scenario, 'autoScalingGroups', ({ targetGroups, ...group }) =>
    simulator.autoScaling.createGroup({ ...group, targetGroupArns: targetGroups.map(arnOf) }),
  );
  await each(scenario, 'commandScripts', (script) => simulator.commands.script(script));
  await each(scenario, 'faults', (fault) => simulator.addFault(fault));
  await each(scenario, 'traffic', ({ targetGroup, ...traffic }) => simulator.startTraffic(arnOf(targetGroup), traffic));
}

type Lists = { [Key in keyof Scenario as Scenario[Key] extends readonly unknown[] ? Key : never]: Scenario[Key] };

/** One after the other, as made-up ids are counted. */
async function each<Key extends keyof Lists>(
  scenario: Lists,
  key: Key,
  make: (item: Lists[Key][number]) => unknown,
): Promise<void> {
  for (const [index, item] of scenario[key].entries()) {
    try {
      await make(item);
    } catch (error) {
      throw isRefusal(error) ? refusalAt([key, index], error) : error;
    }
  }
}

const refusalAt = (path: Path, { message }: Error): ScenarioError => new ScenarioError([{ path, text: message }]);

function createClock(clock: Scenario['clock']): Clock {
  switch (clock.kind) {
    case 'real':
      return realClock();
    case 'scaled':
      return scaledClock(clock.speed, millisecondsOf(clock.start));
    case 'manual':
      return new ManualClock(millisecondsOf(clock.start));
  }
}

const millisecondsOf = (start: string | undefined): number | undefined =>
  start === undefined ? undefined : Date.parse(start);
