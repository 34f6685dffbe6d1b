import { describe, expect, it } from 'vitest';
import {
  shutdownBudgetMs,
  shutdownStart,
  shutdownTimeoutMs,
  startupBudgetMs,
  startupStart,
} from '../../src/domain/starting.js';
import {
  awsRetry,
  drainingWindowMs,
  hostReturnMs,
  imdsRetry,
  startupSettlesMs,
  tunnelWindowMs,
} from '../../src/domain/timings.js';
import { groupArn } from '../support/fake-aws.js';

const instanceId = 'i-0123456789abcdef0';

describe('what a startup is started with', () => {
  it("is the instance's own id, the cluster's queue, and the cluster in its input", () => {
    expect(startupStart('fw-prod', { instanceId })).toMatchObject({
      workflowId: `startup/${instanceId}`,
      taskQueue: 'drawbridge/fw-prod',
      args: [{ instanceId, cluster: 'fw-prod' }],
    });
  });

  it('says in the Web UI what it searches for, or which group it was told', () => {
    expect(startupStart('fw-prod', { instanceId }).staticDetails).toContain('neuwerk:cluster=fw-prod');
    expect(startupStart('fw-prod', { instanceId, targetGroupArn: groupArn('fw') }).staticDetails).toContain(
      groupArn('fw'),
    );
  });
});

describe('what a shutdown is started with', () => {
  it("is the instance's own id, the cluster's queue, and the cluster in its input", () => {
    expect(shutdownStart('fw-prod', { instanceId, trigger: 'alice' })).toMatchObject({
      workflowId: `shutdown/${instanceId}`,
      taskQueue: 'drawbridge/fw-prod',
      args: [{ instanceId, cluster: 'fw-prod', trigger: 'alice' }],
    });
  });

  it.each<[string, number | 'deregistration-delay' | undefined, string]>([
    ['the default', undefined, 'drain period: 60 s'],
    ['120 s', 120, 'drain period: 120 s'],
    ["the group's delay", 'deregistration-delay', "drain period: the group's deregistration delay"],
  ])('says in the Web UI how long %s is, who asked, and how to end it', (_what, drain, line) => {
    const { staticDetails } = shutdownStart('fw-prod', { instanceId, drain, trigger: 'alice' });
    expect(staticDetails).toContain(line);
    expect(staticDetails).toContain('Asked by: alice.');
    expect(staticDetails).toContain(
      `temporal workflow signal --workflow-id shutdown/${instanceId} --name forceShutdown`,
    );
  });
});

describe('I7: the bound of a startup', () => {
  it('leaves every step its budget, the undo included', () => {
    const calls = 4 * awsRetry.budgetMs; // discover, register, write the config, undo; the peers run beside healthy
    const steps = hostReturnMs + imdsRetry.budgetMs + calls + 300_000 + tunnelWindowMs;
    expect(startupBudgetMs({})).toBeGreaterThan(steps);
  });

  it('grows with the windows that were asked for', () => {
    const shortest = startupBudgetMs({ healthyWindowSeconds: 0, tunnel: { windowSeconds: 0 } });
    const longer = startupBudgetMs({ healthyWindowSeconds: 600, tunnel: { windowSeconds: 90 } });
    expect(longer - shortest).toBe(1_290_000);
  });
});

describe('I7: the bound of a shutdown', () => {
  const ahead = startupSettlesMs + 2 * awsRetry.budgetMs + drainingWindowMs;

  it.each<[number | 'deregistration-delay' | undefined, number]>([
    [undefined, 60],
    [0, 0],
    [120, 120],
    ['deregistration-delay', 3_600],
  ])('I4: with a drain of %j leaves room for %i s of it, after every step before', (drain, seconds) => {
    expect(shutdownBudgetMs({ drain })).toBeGreaterThan(ahead + seconds * 1_000);
  });

  it('is what the workflow is started with', () => {
    expect(shutdownStart('fw', { instanceId, drain: 5 }).workflowExecutionTimeout).toBe(shutdownTimeoutMs);
    expect(shutdownTimeoutMs).toBeGreaterThanOrEqual(shutdownBudgetMs({ drain: 3_600 }));
  });
});
