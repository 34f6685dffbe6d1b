import { ReplaceRouteCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ec2Network } from '../../src/aws/network.js';
import { startAws } from '../simulator/harness.js';

const tags = { 'neuwerk:cluster': 'fw-prod' };
const query = { vpcId: 'vpc-1', tag: { key: 'neuwerk:cluster', value: 'fw-prod' } };
const signal = new AbortController().signal;

async function aNetwork() {
  const aws = await startAws({ pageSize: 1 });
  return { ...aws, network: ec2Network(() => Promise.resolve(aws.ec2)) };
}

describe('the network over EC2', () => {
  it("lists the cluster's running instances of the VPC, on however many pages", async () => {
    const { network, anInstance } = await aNetwork();
    const own = await anInstance({ tags, nics: [{ description: 'ingress' }, { description: '' }] });
    const peer = await anInstance({ tags });
    await anInstance({ tags, state: 'stopped' });
    await anInstance({ tags, vpcId: 'vpc-2' });
    await anInstance({ tags: { 'neuwerk:cluster': 'fw-test' } });
    const found = await network.clusterInstances(query, signal);
    expect(found.map(({ instanceId }) => instanceId)).toEqual([own.instanceId, peer.instanceId]);
    const [first, second] = own.nics;
    expect(found[0]?.interfaces).toEqual([
      { eniId: first?.interfaceId, description: 'ingress', privateIp: first?.privateIp, subnetId: first?.subnetId },
      expect.objectContaining({ eniId: second?.interfaceId }),
    ]);
  });

  it("lists the cluster's route tables of the VPC with routes of every kind, on however many pages", async () => {
    const { network, sim } = await aNetwork();
    sim.network.createSubnet({ subnetId: 'subnet-a', vpcId: 'vpc-1' });
    sim.network.createRouteTable({ vpcId: 'vpc-1', tags, main: true });
    sim.network.createRouteTable({
      vpcId: 'vpc-1',
      tags,
      subnetIds: ['subnet-a'],
      routes: [
        { destinationIpv6CidrBlock: '::/0', egressOnlyInternetGatewayId: 'eigw-1' },
        { destinationPrefixListId: 'pl-00000053', vpcEndpointId: 'vpce-00000053' },
        { destinationCidrBlock: '0.0.0.0/0', gatewayId: 'vgw-00000001', origin: 'EnableVgwRoutePropagation' },
        { destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-1' },
      ],
    });
    sim.network.createRouteTable({ vpcId: 'vpc-2', tags });
    sim.network.createRouteTable({ vpcId: 'vpc-1' });
    const [main, second, ...others] = await network.routeTables(query, signal);
    expect(others).toEqual([]);
    expect(main?.subnetIds).toEqual([]);
    expect(second?.subnetIds).toEqual(['subnet-a']);
    expect(second?.routes).toEqual([
      { destination: '10.0.0.0/16', target: 'local', isPropagated: false },
      { destination: undefined, target: 'eigw-1', isPropagated: false },
      { destination: undefined, target: 'vpce-00000053', isPropagated: false },
      { destination: '0.0.0.0/0', target: 'vgw-00000001', isPropagated: true },
      { destination: '0.0.0.0/0', target: 'nat-1', isPropagated: false },
    ]);
  });

  it('creates and replaces a route, and says where the table has changed meanwhile', async () => {
    const { network, sim, ec2, anInstance } = await aNetwork();
    const { routeTableId } = sim.network.createRouteTable({ vpcId: 'vpc-1' });
    const [to = '', other = ''] = [await anInstance(), await anInstance()].map(({ nics }) => nics[0]?.interfaceId);
    const put = (action: 'create' | 'replace') =>
      network.putRoute({ action, routeTableId, destination: '0.0.0.0/0', to }, signal);
    expect(await put('replace'), 'nothing to replace').toBe(false);
    expect(await put('create')).toBe(true);
    const taken = { RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0', NetworkInterfaceId: other };
    await ec2.send(new ReplaceRouteCommand(taken));
    expect(await put('create'), 'somebody else has one there').toBe(false);
    expect(await put('replace')).toBe(true);
    const [table] = sim.network.routeTables.values();
    expect(table?.routes.at(-1)?.target).toEqual({ kind: 'networkInterfaceId', id: to });
  });

  it('passes on whatever else EC2 refuses', async () => {
    const { network } = await aNetwork();
    const change = { action: 'create', routeTableId: 'rtb-00000000', destination: '0.0.0.0/0', to: 'eni-1' } as const;
    await expect(network.putRoute(change, signal)).rejects.toThrow(
      expect.objectContaining({ name: expect.stringMatching(/^Invalid/) as string }),
    );
  });
});
