import { describe, expect, it } from 'vitest';
import { routeToIngress, sayRouteChange } from '../../../src/domain/legacy/ingress-route.js';
import type { Route, RouteTable } from '../../../src/domain/legacy/ingress-route.js';

const route = (destination: string | undefined, target?: string, isPropagated = false): Route => ({
  destination,
  target,
  isPropagated,
});
const local = route('10.0.0.0/16', 'local');
const everywhere = '0.0.0.0/0';
const aTable = (routes: Route[], overrides: Partial<RouteTable> = {}): RouteTable => ({
  routeTableId: 'rtb-1',
  subnetIds: ['subnet-1'],
  routes: [local, ...routes],
  ...overrides,
});
const us = { cluster: 'fw-prod', subnetId: 'subnet-1', eniId: 'eni-1' };
const change = (action: string, from: string | null) => ({
  action,
  routeTableId: 'rtb-1',
  destination: everywhere,
  from,
  to: 'eni-1',
});

describe('the default route of the ingress subnet', () => {
  it.each([
    ['is created where there is none', [], change('create', null)],
    ['is left alone where it leads to us', [route(everywhere, 'eni-1')], change('keep', 'eni-1')],
    ['is replaced where it leads to another interface', [route(everywhere, 'eni-2')], change('replace', 'eni-2')],
    ['is replaced where it leads to a gateway', [route(everywhere, 'igw-1')], change('replace', 'igw-1')],
    ['is replaced where EC2 does not say where it leads to', [route(everywhere)], change('replace', null)],
    [
      'is none of IPv6, of a prefix list, or of another block',
      [route(undefined, 'igw-1'), route(undefined, 'vpce-1'), route('10.1.0.0/16', 'eni-1')],
      change('create', null),
    ],
    [
      'is created beside one that a gateway propagates, since nobody can replace that',
      [route(everywhere, 'vgw-1', true)],
      change('create', null),
    ],
    [
      'is the static one where there are both',
      [route(everywhere, 'vgw-1', true), route(everywhere, 'eni-1')],
      change('keep', 'eni-1'),
    ],
  ])('%s', (_, routes, expected) => {
    expect(routeToIngress([aTable(routes)], us)).toEqual(expected);
  });

  it('is in the table of that subnet, whichever comes first, and never in a main table', () => {
    const others = [
      aTable([], { routeTableId: 'rtb-main', subnetIds: [] }),
      aTable([], { routeTableId: 'rtb-2', subnetIds: ['subnet-2', 'subnet-3'] }),
    ];
    expect(routeToIngress([...others, aTable([])], us).routeTableId).toBe('rtb-1');
  });

  it.each<[string, RouteTable[], Partial<typeof us>, string]>([
    [
      'the cluster has no table',
      [],
      {},
      'could not find neuwerk route tables: none with tag neuwerk:cluster=fw-prod in this VPC; tag it',
    ],
    [
      'no table is of the subnet',
      [aTable([], { subnetIds: ['subnet-2'] }), aTable([], { routeTableId: 'rtb-main', subnetIds: [] })],
      {},
      "none of the cluster's route tables is associated with subnet-1, the ingress subnet of eni-1: found rtb-1 (subnet-2), rtb-main (no subnet); associate one explicitly",
    ],
  ])('is a named failure where %s', (_, tables, overrides, message) => {
    expect(() => routeToIngress(tables, { ...us, ...overrides })).toThrow(
      expect.objectContaining({ type: 'RouteTableNotFound', final: true, message }),
    );
  });

  it('is never guessed where EC2 does not say which subnet the interface is in', () => {
    expect(() => routeToIngress([aTable([])], { ...us, subnetId: undefined })).toThrow('an unknown subnet');
  });
});

describe('a change of it', () => {
  const [created, replaced, kept] = [
    routeToIngress([aTable([])], us),
    routeToIngress([aTable([route(everywhere, 'igw-1')])], us),
    routeToIngress([aTable([route(everywhere, 'eni-1')])], us),
  ] as const;

  it.each([
    ['done', created, 'route 0.0.0.0/0 of rtb-1 leads to eni-1 now'],
    ['done', replaced, 'route 0.0.0.0/0 of rtb-1 leads to eni-1 now, before to igw-1'],
    ['done', kept, 'route 0.0.0.0/0 of rtb-1 leads to eni-1 already'],
    ['to do', created, 'would create route 0.0.0.0/0 of rtb-1: to eni-1, where there is none'],
    ['to do', replaced, 'would replace route 0.0.0.0/0 of rtb-1: to eni-1, away from igw-1'],
    ['to do', kept, 'route 0.0.0.0/0 of rtb-1 leads to eni-1 already'],
  ] as const)('is said as what is %s: %#', (verb, one, sentence) => {
    expect(sayRouteChange(one, verb)).toBe(sentence);
  });
});
