import type { CreateRouteCommandInput, Route } from '@aws-sdk/client-ec2';
import {
  CreateRouteCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startAws } from './harness.js';

const everything = '0.0.0.0/0';

/** A route table and two instances, and the calls about them. */
async function aTable() {
  const aws = await startAws();
  const { routeTableId } = aws.sim.network.createRouteTable({
    vpcId: 'vpc-1',
    localCidrBlocks: ['10.0.0.0/16', '2001:db8::/56'],
    routes: [
      { destinationPrefixListId: 'pl-00000053', vpcEndpointId: 'vpce-00000053' },
      { destinationCidrBlock: '172.16.0.0/12', gatewayId: 'vgw-00000001', origin: 'EnableVgwRoutePropagation' },
    ],
  });
  const [one, two] = [await aws.anInstance(), await aws.anInstance()];
  const [eni = '', otherEni = ''] = [one, two].map(({ nics }) => nics[0]?.interfaceId);
  const usual = { RouteTableId: routeTableId, DestinationCidrBlock: everything, NetworkInterfaceId: eni };
  const list = async () => {
    const { RouteTables } = await aws.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [routeTableId] }));
    return RouteTables?.[0]?.Routes ?? [];
  };
  return {
    ...aws,
    routeTableId,
    one,
    eni,
    otherEni,
    usual,
    list,
    create: (input: Partial<CreateRouteCommandInput> = {}) =>
      aws.ec2.send(new CreateRouteCommand({ ...usual, ...input })),
    replace: (input: Partial<CreateRouteCommandInput> & { LocalTarget?: boolean } = {}) =>
      aws.ec2.send(new ReplaceRouteCommand({ ...usual, ...input })),
    routeFor: async (block: string): Promise<Route | undefined> =>
      (await list()).find(
        ({ DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId, Origin }) =>
          [DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId].includes(block) &&
          Origin !== 'EnableVgwRoutePropagation',
      ),
  };
}

const instead = (input: Partial<CreateRouteCommandInput>) => ({ NetworkInterfaceId: undefined, ...input });

describe('CreateRoute', () => {
  it('adds a route to an interface', async () => {
    const { sim, create, list, routeTableId, eni, one } = await aTable();
    const before = await list();
    expect(await create()).toMatchObject({ Return: true });
    expect(await list()).toEqual([
      ...before,
      {
        DestinationCidrBlock: everything,
        NetworkInterfaceId: eni,
        InstanceId: one.instanceId,
        InstanceOwnerId: '123456789012',
        State: 'active',
        Origin: 'CreateRoute',
      },
    ]);
    expect(sim.requests('CreateRoute')).toMatchObject([{ effect: `routed 0.0.0.0/0 of ${routeTableId} to ${eni}` }]);
  });

  it('keeps the canonical form of a block, by which it is the same route', async () => {
    const { create, routeFor, eni } = await aTable();
    await create({ DestinationCidrBlock: '100.68.0.18/18' });
    expect(await routeFor('100.68.0.0/18')).toMatchObject({ NetworkInterfaceId: eni });
    await expect(create({ DestinationCidrBlock: '100.68.0.0/18' })).rejects.toThrow();
    await create({ DestinationCidrBlock: undefined, DestinationIpv6CidrBlock: '2001:DB8:1::5/48' });
    expect(await routeFor('2001:db8:1::/48')).toMatchObject({ NetworkInterfaceId: eni });
  });

  it.each<[string, Partial<CreateRouteCommandInput>, Partial<Route>]>([
    ['an internet gateway', { GatewayId: 'igw-0123456789abcdef0' }, { GatewayId: 'igw-0123456789abcdef0' }],
    ['a virtual private gateway', { GatewayId: 'vgw-01234567' }, { GatewayId: 'vgw-01234567' }],
    ['a NAT gateway', { NatGatewayId: 'nat-01234567' }, { NatGatewayId: 'nat-01234567' }],
    ['a transit gateway', { TransitGatewayId: 'tgw-01234567' }, { TransitGatewayId: 'tgw-01234567' }],
    ['an endpoint, shown as a gateway', { VpcEndpointId: 'vpce-01234567' }, { GatewayId: 'vpce-01234567' }],
    ['a peering', { VpcPeeringConnectionId: 'pcx-01234567' }, { VpcPeeringConnectionId: 'pcx-01234567' }],
    [
      'an egress-only internet gateway',
      { EgressOnlyInternetGatewayId: 'eigw-01234567' },
      { EgressOnlyInternetGatewayId: 'eigw-01234567' },
    ],
  ])('can lead to %s', async (_what, target, shown) => {
    const { create, routeFor } = await aTable();
    await create(instead({ ...target, DestinationCidrBlock: undefined, DestinationIpv6CidrBlock: '::/0' }));
    expect(await routeFor('::/0')).toEqual({
      DestinationIpv6CidrBlock: '::/0',
      ...shown,
      State: 'active',
      Origin: 'CreateRoute',
    });
  });

  it('can be for a prefix list', async () => {
    const { create, routeFor, eni } = await aTable();
    await create({ DestinationCidrBlock: undefined, DestinationPrefixListId: 'pl-01234567' });
    expect(await routeFor('pl-01234567')).toMatchObject({ NetworkInterfaceId: eni });
  });

  it('takes an instance for its only interface, and refuses one with several or none', async () => {
    const { sim, create, routeFor, anInstance, one, eni } = await aTable();
    await create(instead({ InstanceId: one.instanceId }));
    expect(await routeFor(everything)).toMatchObject({ NetworkInterfaceId: eni, InstanceId: one.instanceId });
    const { instanceId } = await anInstance({ nics: [{}, {}] });
    const to = { ...instead({ InstanceId: instanceId }), DestinationCidrBlock: '10.9.0.0/16' };
    await expect(create(to)).rejects.toMatchObject({
      name: 'InvalidInstanceID',
      message: `There are multiple interfaces attached to instance '${instanceId}'. Please specify an interface ID for the operation instead.`,
    });
    sim.setInstanceState(instanceId, 'terminated');
    await expect(create(to)).rejects.toMatchObject({ name: 'InvalidInstanceID', $metadata: { httpStatusCode: 400 } });
  });

  it('refuses a destination that has a route, whatever its target', async () => {
    const { sim, create, otherEni, routeFor, eni } = await aTable();
    await create();
    for (const NetworkInterfaceId of [eni, otherEni]) {
      await expect(create({ NetworkInterfaceId })).rejects.toMatchObject({
        name: 'RouteAlreadyExists',
        message: 'The route identified by 0.0.0.0/0 already exists.',
        $metadata: { httpStatusCode: 400 },
      });
    }
    expect(await routeFor(everything)).toMatchObject({ NetworkInterfaceId: eni });
    expect(sim.requests('CreateRoute').filter(({ effect }) => effect !== undefined)).toHaveLength(1);
    await expect(create({ DestinationCidrBlock: '10.0.0.0/16' })).rejects.toMatchObject({ name: 'RouteAlreadyExists' });
  });

  it('adds a route beside a propagated one', async () => {
    const { create, list } = await aTable();
    await create({ DestinationCidrBlock: '172.16.0.0/12' });
    const found = (await list()).filter(({ DestinationCidrBlock }) => DestinationCidrBlock === '172.16.0.0/12');
    expect(found.map(({ Origin }) => Origin)).toEqual(['EnableVgwRoutePropagation', 'CreateRoute']);
  });
});

describe('ReplaceRoute', () => {
  it('gives a route another target, in its place', async () => {
    const { sim, create, replace, list, routeTableId, eni, otherEni } = await aTable();
    await create();
    await create({ DestinationCidrBlock: '10.9.0.0/16' });
    const before = await list();
    await replace({ NetworkInterfaceId: otherEni });
    const after = await list();
    expect(after.map(({ DestinationCidrBlock }) => DestinationCidrBlock)).toEqual(
      before.map(({ DestinationCidrBlock }) => DestinationCidrBlock),
    );
    expect(after.filter((route, index) => JSON.stringify(route) !== JSON.stringify(before[index]))).toMatchObject([
      { DestinationCidrBlock: everything, NetworkInterfaceId: otherEni, State: 'active', Origin: 'CreateRoute' },
    ]);
    expect(sim.requests('ReplaceRoute')).toMatchObject([
      { effect: `routed 0.0.0.0/0 of ${routeTableId} to ${otherEni}, before to ${eni}` },
    ]);
  });

  it('that changes nothing succeeds and has no effect', async () => {
    const { sim, create, replace } = await aTable();
    await create();
    await replace();
    expect(sim.requests('ReplaceRoute')).toMatchObject([{ outcome: { status: 200 } }]);
    expect(sim.requests('ReplaceRoute')[0]).not.toHaveProperty('effect');
  });

  it('brings a blackhole back to life', async () => {
    const { sim, create, replace, routeFor, one, otherEni } = await aTable();
    await create();
    sim.setInstanceState(one.instanceId, 'terminated');
    expect(await routeFor(everything)).toMatchObject({ State: 'blackhole' });
    await replace({ NetworkInterfaceId: otherEni });
    expect(await routeFor(everything)).toMatchObject({ State: 'active', NetworkInterfaceId: otherEni });
  });

  it('is not visible to reads for as long as they lag', async () => {
    const { sim, clock, create, replace, routeFor, eni, otherEni } = await aTable();
    await create();
    await clock.advance(60_000);
    await replace({ NetworkInterfaceId: otherEni });
    sim.addFault({ kind: 'staleRead', action: 'DescribeRouteTables', seconds: 10 });
    expect(await routeFor(everything)).toMatchObject({ NetworkInterfaceId: eni });
    await clock.advance(10_000);
    expect(await routeFor(everything)).toMatchObject({ NetworkInterfaceId: otherEni });
  });

  it('can lead the local route to an interface, and back', async () => {
    const { replace, routeFor, eni } = await aTable();
    const local = { DestinationCidrBlock: '10.0.0.0/16' };
    await replace(local);
    expect(await routeFor('10.0.0.0/16')).toMatchObject({ NetworkInterfaceId: eni, Origin: 'CreateRouteTable' });
    await replace({ ...local, ...instead({}), LocalTarget: true });
    expect(await routeFor('10.0.0.0/16')).toMatchObject({ GatewayId: 'local', Origin: 'CreateRouteTable' });
  });

  it('cannot make another route local', async () => {
    const { create, replace, routeFor, eni } = await aTable();
    await create();
    await expect(replace({ ...instead({}), LocalTarget: true })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'local-target only allowed with network local destination CIDRs',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await routeFor(everything)).toMatchObject({ NetworkInterfaceId: eni });
  });

  it.each([everything, '172.16.0.0/12'])('refuses %s when nobody created a route for it', async (block) => {
    const { replace } = await aTable();
    await expect(replace({ DestinationCidrBlock: block })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: `There is no route defined for '${block}' in the route table. Use CreateRoute instead.`,
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe.each(['create', 'replace'] as const)('a request to %s a route', (call) => {
  const none = { DestinationCidrBlock: undefined };
  const prefixList = { ...none, DestinationPrefixListId: 'pl-00000053' };

  it.each<[string, Partial<CreateRouteCommandInput>, string, string]>([
    ['no table', { RouteTableId: undefined }, 'MissingParameter', 'must contain the parameter routeTableId'],
    ['an empty table', { RouteTableId: '' }, 'MissingParameter', 'must contain the parameter routeTableId'],
    [
      'a table that is not there',
      { RouteTableId: 'rtb-0123456789abcdef0' },
      'InvalidRouteTableID.NotFound',
      "The routeTable ID 'rtb-0123456789abcdef0' does not exist",
    ],
    ['a table that is none', { RouteTableId: 'main' }, 'InvalidRouteTableId.Malformed', '(expecting "rtb-...")'],
    ['no destination', none, 'MissingParameter', 'exactly one of destinationCidrBlock'],
    [
      'two destinations',
      { DestinationIpv6CidrBlock: '::/0' },
      'InvalidParameterCombination',
      'exactly one of destinationCidrBlock',
    ],
    [
      'a block that is none',
      { DestinationCidrBlock: '10.0.0.0' },
      'InvalidParameterValue',
      'Value (10.0.0.0) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.',
    ],
    ['an IPv6 block as IPv4', { DestinationCidrBlock: '::/0' }, 'InvalidParameterValue', 'not a valid CIDR block'],
    [
      'an IPv4 block as IPv6',
      { ...none, DestinationIpv6CidrBlock: everything },
      'InvalidParameterValue',
      'parameter destinationIpv6CidrBlock is invalid',
    ],
    [
      'a prefix list that is none',
      { ...none, DestinationPrefixListId: 's3' },
      'InvalidPrefixListId.Malformed',
      'Invalid id: "s3" (expecting "pl-...")',
    ],
    [
      'no target',
      instead({}),
      'MissingParameter',
      'exactly one of gatewayId, localGatewayId, carrierGatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId, ' +
        'egressOnlyInternetGatewayId, transitGatewayId, vpcEndpointId, coreNetworkArn, odbNetworkArn, instanceId',
    ],
    ['two targets', { NatGatewayId: 'nat-01234567' }, 'InvalidParameterCombination', 'exactly one of gatewayId'],
    [
      'an interface that is not there',
      { NetworkInterfaceId: 'eni-0123456789abcdef0' },
      'InvalidNetworkInterfaceID.NotFound',
      "The networkInterface ID 'eni-0123456789abcdef0' does not exist",
    ],
    ['an interface that is none', { NetworkInterfaceId: 'eth0' }, 'InvalidNetworkInterfaceId.Malformed', '"eni-..."'],
    [
      'an instance that is not there',
      instead({ InstanceId: 'i-0123456789abcdef0' }),
      'InvalidInstanceID.NotFound',
      "The instance ID 'i-0123456789abcdef0' does not exist",
    ],
    ['an instance that is none', instead({ InstanceId: 'fw' }), 'InvalidInstanceID.Malformed', '"i-..."'],
    [
      'a gateway that is local',
      instead({ GatewayId: 'local' }),
      'InvalidGatewayID.NotFound',
      "The gateway ID 'local' does not exist",
    ],
    ['a NAT gateway that is none', instead({ NatGatewayId: 'igw-01234567' }), 'NatGatewayMalformed', '"nat-..."'],
    [
      'a transit gateway that is none',
      instead({ TransitGatewayId: 'x' }),
      'InvalidTransitGatewayID.Malformed',
      '"tgw-',
    ],
    ['an endpoint that is none', instead({ VpcEndpointId: 'x' }), 'InvalidVpcEndpointId.Malformed', '"vpce-..."'],
    [
      'a peering that is none',
      instead({ VpcPeeringConnectionId: 'x' }),
      'InvalidVpcPeeringConnectionId.Malformed',
      '"pcx-..."',
    ],
    [
      'an egress-only gateway that is none',
      instead({ EgressOnlyInternetGatewayId: 'x' }),
      'InvalidEgressOnlyInternetGatewayId.Malformed',
      '"eigw-..."',
    ],
    ['a carrier gateway', instead({ CarrierGatewayId: 'cagw-01234567' }), 'UnsupportedOperation', 'CarrierGatewayId'],
    [
      'a prefix list by an endpoint',
      { ...prefixList, ...instead({ VpcEndpointId: 'vpce-01234567' }) },
      'InvalidParameterValue',
      'Cannot create or replace a prefix list route targeting a VPC Endpoint.',
    ],
    ['the prefix list of an endpoint', prefixList, 'InvalidParameterValue', 'Cannot create or replace a prefix list'],
    [
      'a gateway for a part of the VPC',
      { DestinationCidrBlock: '10.0.7.0/24', ...instead({ GatewayId: 'igw-01234567' }) },
      'InvalidParameterValue',
      "The destination CIDR block 10.0.7.0/24 is equal to or more specific than one of this VPC's CIDR blocks. " +
        'This route can target only an interface or an instance.',
    ],
    [
      'a peering for all of the VPC',
      { ...none, DestinationIpv6CidrBlock: '2001:db8::/56', ...instead({ VpcPeeringConnectionId: 'pcx-01234567' }) },
      'InvalidParameterValue',
      'equal to or more specific',
    ],
  ])('with %s is refused', async (_what, input, name, message) => {
    const { sim, list, ...table } = await aTable();
    const before = await list();
    const refusal = expect.stringContaining(message) as string;
    await expect(table[call](input)).rejects.toMatchObject({
      name,
      message: refusal,
      $metadata: { httpStatusCode: 400 },
    });
    expect(await list()).toEqual(before);
    expect(sim.journal.filter(({ effect }) => effect !== undefined)).toEqual([]);
  });

  it('to an interface in another VPC is refused', async () => {
    const { routeTableId, anInstance, ...table } = await aTable();
    const { nics } = await anInstance({ vpcId: 'vpc-2' });
    const NetworkInterfaceId = nics[0]?.interfaceId;
    await expect(table[call]({ NetworkInterfaceId })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: `route table ${routeTableId} and interface ${NetworkInterfaceId ?? ''} belong to different networks`,
    });
  });

  it('to the interface of a terminated instance is refused', async () => {
    const { sim, one, ...table } = await aTable();
    sim.setInstanceState(one.instanceId, 'terminated');
    await expect(table[call]()).rejects.toMatchObject({ name: 'InvalidNetworkInterfaceID.NotFound' });
  });
});

describe('a dry run', () => {
  const wouldSucceed = {
    name: 'DryRunOperation',
    message: 'Request would have succeeded, but DryRun flag is set.',
    $metadata: { httpStatusCode: 412 },
  };

  it('of a change that would succeed says so and changes nothing', async () => {
    const { sim, create, replace, list, otherEni } = await aTable();
    const without = await list();
    await expect(create({ DryRun: true })).rejects.toMatchObject(wouldSucceed);
    expect(await list()).toEqual(without);
    await create({ DryRun: false });
    const before = await list();
    await expect(replace({ DryRun: true, NetworkInterfaceId: otherEni })).rejects.toMatchObject(wouldSucceed);
    expect(await list()).toEqual(before);
    const codes = sim.requests('CreateRoute').map(({ outcome, effect }) => [outcome.code, effect !== undefined]);
    expect(codes).toEqual([
      ['DryRunOperation', false],
      [undefined, true],
    ]);
  });

  it('of a change that would fail fails like it', async () => {
    const { create, replace } = await aTable();
    await expect(replace({ DryRun: true })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await create();
    await expect(create({ DryRun: true })).rejects.toMatchObject({ name: 'RouteAlreadyExists' });
  });

  it('of a read says that it would succeed, or fails like it', async () => {
    const { ec2 } = await aTable();
    await expect(ec2.send(new DescribeSubnetsCommand({ DryRun: true }))).rejects.toMatchObject(wouldSucceed);
    const absent = new DescribeSubnetsCommand({ DryRun: true, SubnetIds: ['subnet-01234567'] });
    await expect(ec2.send(absent)).rejects.toMatchObject({ name: 'InvalidSubnetID.NotFound' });
  });

  it('is asked for by true or false and nothing else', async () => {
    const { sim, routeTableId, eni, list } = await aTable();
    const before = await list();
    const body = new URLSearchParams({
      Action: 'CreateRoute',
      Version: '2016-11-15',
      RouteTableId: routeTableId,
      DestinationCidrBlock: everything,
      NetworkInterfaceId: eni,
      DryRun: 'maybe',
    });
    const response = await fetch(sim.endpoint, { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Code>InvalidParameterValue</Code>');
    expect(await list()).toEqual(before);
  });
});

describe('EC2 networking', () => {
  it('cannot be crashed, whatever the parameters', { timeout: 60_000 }, async () => {
    const { sim } = await startAws({ throttling: 'off' });
    const { routeTableId } = sim.network.createRouteTable({ vpcId: 'vpc-1' });
    const names = [
      'RouteTableId',
      'RouteTableId.1',
      'DestinationCidrBlock',
      'DestinationIpv6CidrBlock',
      'NatGatewayId',
    ];
    const others = [
      'NetworkInterfaceId',
      'InstanceId',
      'LocalTarget',
      'Filter.1.Name',
      'Filter.1.Value.1',
      'MaxResults',
    ];
    const values = [
      routeTableId,
      everything,
      '::/0',
      '::ffff:1.2.3.4/96',
      'nat-01234567',
      'true',
      'tag:',
      'route.state',
    ];
    const action = fc.constantFrom(
      ...['CreateRoute', 'ReplaceRoute', 'DescribeRouteTables', 'DescribeSubnets', 'DescribeNetworkInterfaces'],
    );
    const parameter = fc.tuple(
      fc.constantFrom(...names, ...others),
      fc.oneof(fc.constantFrom(...values), fc.string({ unit: 'binary' }), fc.ipV6()),
    );
    await fc.assert(
      fc.asyncProperty(action, fc.array(parameter, { maxLength: 6 }), async (Action, parameters) => {
        const body = new URLSearchParams([['Action', Action], ['Version', '2016-11-15'], ...parameters]);
        const { status } = await fetch(sim.endpoint, { method: 'POST', body });
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });
});
