import type { TestContext } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import type { RouteTableOptions } from '../../src/simulator/world/network/route-table.js';
import { CommandRun } from './cli.js';

const vpcId = 'vpc-1';
const tags = { 'neuwerk:cluster': 'fw-prod' };

/** The appliance's ingress interface. */
export const eniId = 'eni-0000000000000000a';
/** A default route that leads elsewhere. */
export const nats = [{ destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-0000000000000000b' }];

export interface RouteModeOptions {
  readonly table?: Partial<RouteTableOptions> | 'none';
  readonly description?: string;
  readonly options?: SimulatorOptions;
}

/** A simulated AWS over HTTP with an appliance that is this machine: its ingress interface has the address of the loopback. */
export async function aRouteMode(
  onTestFinished: TestContext['onTestFinished'],
  { table = {}, description = 'ingress', options = {} }: RouteModeOptions = {},
) {
  const simulator = await startSimulator(options);
  onTestFinished(() => simulator.close());
  const { network } = simulator;
  network.createSubnet({ subnetId: 'subnet-ingress', vpcId });
  if (table !== 'none') network.createRouteTable({ vpcId, tags, subnetIds: ['subnet-ingress'], ...table });
  const ingress = { interfaceId: eniId, description, subnetId: 'subnet-ingress', privateIp: '127.0.0.1' };
  const { instanceId } = await simulator.createInstance({ vpcId, tags, probe: 'healthy', nics: [ingress] });
  await simulator.createInstance({ vpcId, tags, probe: 'healthy', nics: [{ privateIp: '10.0.0.9' }] });
  await simulator.createInstance({ vpcId: 'vpc-2', tags, probe: 'healthy' });

  const tableAndRoute = () => {
    const [found] = network.routeTables.values();
    return { found, ours: found?.routes.find(({ destination }) => destination.value === '0.0.0.0/0') };
  };
  return {
    simulator,
    instanceId,
    legacy: (...args: string[]) => new CommandRun(['legacy', ...args], simulator.environment(instanceId)),
    /** What the default route leads to. */
    route: () => tableAndRoute().ours?.target.id,
    changes: () => [...simulator.requests('CreateRoute'), ...simulator.requests('ReplaceRoute')].length,
    /** Somebody else points the default route that is there at an internet gateway. */
    takeAway: () => {
      const { found, ours } = tableAndRoute();
      if (found === undefined || ours === undefined) throw new Error('found no default route, expected one');
      network.putRoute(found, { ...ours, target: { kind: 'gatewayId', id: 'igw-1' } });
    },
  };
}
