import { describe, expect, it } from 'vitest';
import { countHealthy, healthStates, nodeIps, sightOf } from '../../src/domain/fleet-targets.js';
import type { FleetTarget } from '../../src/domain/fleet-targets.js';
import type { TargetHealth } from '../../src/domain/target-health.js';

const healthy: TargetHealth = { state: 'healthy' };
const draining: TargetHealth = { state: 'draining', reason: 'Target.DeregistrationInProgress' };
const failing: TargetHealth = { state: 'unhealthy', reason: 'Target.FailedHealthChecks' };

const aTarget = (id: string, health: TargetHealth, overrides: Partial<FleetTarget> = {}): FleetTarget => ({
  target: { id },
  instanceId: id,
  privateIp: null,
  zone: null,
  health,
  ...overrides,
});

describe('the targets of a group', () => {
  it('are healthy only when AWS says healthy', () => {
    const states = [
      'initial',
      'healthy',
      'unhealthy',
      'unhealthy.draining',
      'unused',
      'draining',
      'unavailable',
    ] as const;
    const all = [...states, 'unknown' as const].map((state) => aTarget(`i-${state}`, { state }));
    expect(countHealthy(all)).toBe(1);
  });

  it('have their states by id, and by port too where an id is there twice', () => {
    const targets = [
      aTarget('10.0.0.1', healthy),
      aTarget('10.0.0.1', failing, { target: { id: '10.0.0.1', port: 6082 } }),
      aTarget('10.0.0.2', draining),
    ];
    expect(healthStates(targets)).toEqual({
      '10.0.0.1:default': 'healthy',
      '10.0.0.1:6082': 'unhealthy',
      '10.0.0.2': 'draining',
    });
  });

  it('have their addresses sorted, each once, whatever their health; those that have none any more are left out', () => {
    const targets = [
      aTarget('b', failing, { privateIp: '10.0.0.9' }),
      aTarget('a', healthy, { privateIp: '10.0.0.10' }),
      aTarget('c', draining, { privateIp: '10.0.0.9' }),
      aTarget('gone', failing),
    ];
    expect(nodeIps(targets)).toEqual(['10.0.0.10', '10.0.0.9']);
  });
});

describe('whether a group is healthy', () => {
  const attached = {
    loadBalancerArns: ['arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/gwy/fw/1'],
  };

  it.each<[string, TargetHealth[], string, string]>([
    ['without a target', [], 'no targets', 'look again'],
    ['with one that drains, and none else', [draining], 'no targets', 'look again'],
    ['with all healthy', [healthy, healthy], '2 of 2 healthy', 'healthy'],
    ['with one that drains beside', [healthy, draining], '1 of 1 healthy', 'healthy'],
    ['with one that fails', [healthy, failing], '1 of 2 healthy', 'look again'],
    ['in no load balancer', [healthy, { state: 'unused', reason: 'Target.NotInUse' }], '1 of 2 healthy', 'not in use'],
    ['that is unknown', [{ state: 'unknown' }], '0 of 1 healthy', 'look again'],
  ])('%s', (_, healths, state, verdict) => {
    expect(
      sightOf(
        healths.map((health, at) => aTarget(`i-${at}`, health)),
        attached,
      ),
    ).toMatchObject({ state, verdict });
  });

  it.each<[string, TargetHealth[]]>([
    ['no target', []],
    ['one that drains, and none else', [draining]],
  ])('never will it be with %s and no load balancer', (_, healths) => {
    const targets = healths.map((health, at) => aTarget(`i-${at}`, health));
    expect(sightOf(targets, { loadBalancerArns: [] })).toEqual({
      state: 'no targets',
      description: 'and no load balancer',
      verdict: 'not in use',
    });
  });

  it('names those that are not, and no more than can be read', () => {
    const seven = Array.from({ length: 7 }, (_, at) => aTarget(`i-${at}`, failing));
    expect(sightOf(seven, attached).description).toBe(
      `${[0, 1, 2, 3, 4].map((at) => `i-${at} unhealthy (Target.FailedHealthChecks)`).join(', ')}, and 2 more`,
    );
  });
});
