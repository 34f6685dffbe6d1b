import { describe, expect, it } from 'vitest';
import type { AssumptionsInput } from '../../src/simulator/assumptions.js';
import { assumptionsSchema } from '../../src/simulator/assumptions.js';
import { ManualClock } from '../../src/simulator/clock.js';
import { createInstance } from '../../src/simulator/world/instance.js';
import { Network } from '../../src/simulator/world/network/network.js';

const destination = { kind: 'destinationCidrBlock', value: '0.0.0.0/0' } as const;

/** A network with one table that leads to the interface of one instance, which is stopped. */
function aNetwork(assumed: AssumptionsInput = {}) {
  const instance = createInstance({ vpcId: 'vpc-1', probe: 'healthy', state: 'stopped' }, 1, 'eu-central-1', 0);
  const instances = new Map([[instance.instanceId, instance]]);
  const network = new Network({
    clock: new ManualClock(),
    region: 'eu-central-1',
    instances,
    rules: assumptionsSchema.parse(assumed),
  });
  const id = instance.nics[0]?.interfaceId ?? '';
  const table = network.createRouteTable({
    vpcId: 'vpc-1',
    routes: [{ destinationCidrBlock: destination.value, networkInterfaceId: id }],
  });
  const target = (targetId: string) => ({ kind: 'networkInterfaceId', id: targetId }) as const;
  const state = () => table.routes.map((route) => network.routeState(route, Infinity)).at(-1);
  return { network, table, state, sameTarget: target(id), otherTarget: target('eni-other') };
}

describe('what is assumed of routes', () => {
  it('is that one to a stopped instance is a blackhole, or active if told so', () => {
    expect(aNetwork().state()).toBe('blackhole');
    expect(aNetwork({ routeToStopped: 'active' }).state()).toBe('active');
  });

  it('is that one cannot be created twice, or if told so can with the same target', () => {
    const strict = aNetwork();
    expect(strict.network.isTaken(strict.table, destination, strict.sameTarget)).toBe(true);
    const { network, table, sameTarget, otherTarget } = aNetwork({ repeatedCreateRoute: 'success' });
    expect(network.isTaken(table, destination, sameTarget)).toBe(false);
    expect(network.isTaken(table, destination, otherTarget)).toBe(true);
  });
});
