import { describe, expect, it } from 'vitest';
import { check, invariantNames } from '../../src/chaos/check.js';
import type { InvariantName } from '../../src/chaos/check.js';
import type { Act, Evidence } from '../../src/chaos/evidence.js';
import { aLife, aRun, aShutdown, aStartup, at, change, request } from './a-life.js';

const sentences = (evidence: Evidence, ...only: InvariantName[]) =>
  check(evidence, only.length === 0 ? invariantNames : only).map(({ sentence }) => sentence);

const undisturbed = aLife();
const { plan } = undisturbed;
const [agent] = undisturbed.runs as [Evidence['runs'][number]];
const [wayOut] = undisturbed.acts as [Act];
const [startup, shutdown] = undisturbed.workflows as [Evidence['workflows'][number], Evidence['workflows'][number]];
const without = (action: string) => undisturbed.requests.filter((entry) => entry.action !== action);

/** A startup that brought its target in, failed at 3 s, and took it out if `undone`. */
const failedStartup = (isUndone: boolean): Partial<Evidence> => ({
  transitions: [change(1_000, 'out', 'initial'), ...(isUndone ? [change(2_900, 'initial', 'draining')] : [])],
  workflows: [aStartup(700, 3_000, { status: 'failed', failure: { type: 'TunnelNotFound', message: 'no tunnel' } })],
  plan: { ...plan, tunnel: 'missing' },
});

it('an undisturbed life breaks nothing', () => {
  expect(sentences(undisturbed)).toEqual([]);
});

describe('I1', () => {
  it.each(['two', 'not geneve', 'other vpc', 'missing'] as const)(
    'is broken by a registration where there is: %s',
    (group) => {
      expect(sentences(aLife({ plan: { ...plan, group } }), 'I1')).toEqual([
        `RegisterTargets at 1.00 s, expected none: ${group}`,
      ]);
    },
  );

  it.each(['GetResources', 'DescribeTargetGroups'])('is broken where %s was not answered before', (action) => {
    const requests = [...without(action), request(950, action, { status: 400 })];
    expect(sentences(aLife({ requests }), 'I1')).toEqual([expect.stringContaining(`expected an answer to ${action}`)]);
  });

  it('is broken where the answer was empty: an SDK takes that for success', () => {
    const empty = { ...request(890, 'DescribeTargetGroups', { status: 200, fault: 'emptyBody' }), sequence: 0 };
    expect(sentences(aLife({ requests: [...without('DescribeTargetGroups'), empty] }), 'I1')).toHaveLength(1);
  });

  it('is broken by what an earlier startup knew', () => {
    const workflows = [aStartup(100, 930), aStartup(950, 2_500), shutdown];
    expect(sentences(aLife({ workflows }), 'I1')).toHaveLength(2);
  });

  it('needs no search where the group is named', () => {
    expect(sentences(aLife({ requests: without('GetResources'), plan: { ...plan, namesGroup: true } }), 'I1')).toEqual(
      [],
    );
  });
});

describe('I2', () => {
  it('is broken where /health says 200 as DeregisterTargets comes from its host', () => {
    expect(sentences(aLife({ health: [{ at: at(5_150), status: 200 }] }))).toEqual([
      '/health answered 200 as DeregisterTargets came from its host at 5.15 s, expected 503',
    ]);
  });
});

describe('I3', () => {
  it('is broken by a shutdown without a DeregisterTargets', () => {
    expect(sentences(aLife({ requests: without('DeregisterTargets') }), 'I3')).toEqual([
      'no DeregisterTargets was sent by the shutdown of 5.10 s (completed), expected one at least',
      'the agent left at 8.50 s without a DeregisterTargets, expected one at least',
    ]);
  });

  it('is broken by an agent that leaves without Temporal and without a DeregisterTargets', () => {
    const runs = [aRun(0, 8_500, 1, 'in service', 'leaving: now', 'leaving without Temporal: in process')];
    expect(sentences(aLife({ requests: without('DeregisterTargets'), runs, workflows: [startup] }), 'I3')).toEqual([
      'the agent left at 8.50 s without a DeregisterTargets, expected one at least',
    ]);
  });

  it('is broken by a shutdown that ends well although none got through', () => {
    const requests = [...without('DeregisterTargets'), request(5_200, 'DeregisterTargets', { fault: 'hang' })];
    expect(sentences(aLife({ requests }), 'I3')).toEqual([
      'none of 1 DeregisterTargets got through in the shutdown of 5.10 s (completed), expected one at least',
    ]);
  });

  it('is kept by one that took effect, although its reply was lost', () => {
    const lost = { ...request(5_200, 'DeregisterTargets', { fault: 'resetAfter' as const }), effect: 'deregistered' };
    expect(sentences(aLife({ requests: [...without('DeregisterTargets'), lost] }), 'I3')).toEqual([]);
  });

  it('asks nothing of a shutdown whose group is gone', () => {
    const gone: Act = { at: at(5_050), deed: { kind: 'delete group' } };
    const workflows = [
      startup,
      aShutdown(5_100, 6_000, 'failed', { failure: { type: 'TargetGroupNotFound', message: '' } }),
    ];
    expect(sentences(aLife({ requests: without('DeregisterTargets'), acts: [gone, wayOut], workflows }), 'I3')).toEqual(
      [],
    );
  });
});

describe('I4', () => {
  const early = aLife({ workflows: [startup, aShutdown(5_100, 7_000)] });

  it('is broken by a shutdown that ends before its period is over', () => {
    expect(sentences(early, 'I4')).toEqual([
      'its shutdown completed 1.80 s after the target left at 5.20 s, expected 3.00 s at least',
    ]);
  });

  it('is broken by a drain that is given up because nothing was known', () => {
    const workflows = [startup, aShutdown(5_100, 5_600, 'failed', { failure: { type: 'AwsDenied', message: '' } })];
    expect(sentences(aLife({ workflows }), 'I4')).toHaveLength(1);
  });

  it('is broken by an agent that says it has left too soon', () => {
    const left = { ...agent, end: { at: at(7_000), code: 0, signal: null } };
    expect(sentences(aLife({ runs: [left] }), 'I4')).toHaveLength(1);
  });

  it.each([
    ['a force', { kind: 'force', by: 'forceShutdown' }],
    ['the end of the instance', { kind: 'terminate' }],
    ['another request that is shorter', { kind: 'ask again', drainSeconds: 1 }],
  ] as const)('lets %s end it', (_what, deed) => {
    expect(sentences({ ...early, acts: [wayOut, { at: at(5_900), deed }] }, 'I4')).toEqual([]);
  });

  it('lets a second SIGTERM end it', () => {
    const told = [...agent.told, { at: at(6_000), signal: 'SIGTERM' as const }];
    expect(sentences({ ...early, runs: [{ ...agent, told }] }, 'I4')).toEqual([]);
  });

  it('is not excused by a force that comes later', () => {
    const act: Act = { at: at(7_500), deed: { kind: 'force', by: 'forceShutdown' } };
    expect(sentences({ ...early, acts: [wayOut, act] }, 'I4')).toHaveLength(1);
  });

  it('is broken by a second timer that ends later than the first', () => {
    const timers = [
      { at: at(5_300), ms: 3_000 },
      { at: at(6_000), ms: 3_000 },
    ];
    expect(sentences(aLife({ workflows: [startup, aShutdown(5_100, 9_000, 'drained', { timers })] }), 'I4')).toEqual([
      'the drain was to end 3.70 s after it began, expected 3.00 s',
    ]);
  });

  it('is broken by a drain that ends long after its period', () => {
    expect(sentences(aLife({ workflows: [startup, aShutdown(5_100, 12_000)] }), 'I4')).toEqual([
      'the shutdown ended 6.80 s after the target left, expected 6.00 s at most',
    ]);
  });

  it('takes the time that its timer fired for its end, not what a full machine took for the task after it', () => {
    const ended = (firedAt: number) =>
      aShutdown(5_100, 12_000, 'drained', { timers: [{ at: at(5_300), ms: 3_000, firedAt: at(firedAt) }] });
    expect(sentences(aLife({ workflows: [startup, ended(8_300)] }), 'I4')).toEqual([]);
    expect(sentences(aLife({ workflows: [startup, ended(11_900)] }), 'I4')).toHaveLength(1);
  });

  it('allows a late drain what an incident may have cost it, unless that was over before the target left', () => {
    const workflows = [startup, aShutdown(5_100, 12_000)];
    const revoked = (ms: number) => ({ at: at(ms), deed: { kind: 'revoke tokens' } as const });
    expect(sentences(aLife({ workflows, acts: [revoked(1_000)] }), 'I4')).toEqual([]);
    expect(sentences(aLife({ workflows, acts: [revoked(100)] }), 'I4')).toHaveLength(1);
  });
});

describe('I5', () => {
  it('is broken by a startup that fails and leaves its target', () => {
    expect(sentences(aLife(failedStartup(false)), 'I5')).toEqual([
      'the startup failed at 3.00 s (TunnelNotFound) and its target was registered, expected not',
    ]);
  });

  it('is kept by one that takes it out, and by one that did not bring it in', () => {
    expect(sentences(aLife(failedStartup(true)), 'I5')).toEqual([]);
    const second = aStartup(3_000, 4_000, { status: 'failed', failure: { type: 'AwsDenied', message: '' } });
    expect(sentences(aLife({ workflows: [startup, second, shutdown] }), 'I5')).toEqual([]);
  });
});

describe('I6', () => {
  it('is broken by a target that is taken out before a shutdown began', () => {
    expect(sentences(aLife({ workflows: [startup, aShutdown(5_400, 8_400)] }), 'I6')).toEqual([
      'the target was taken out at 5.20 s, expected nobody to: no shutdown had begun',
    ]);
  });

  it('is broken by a startup that takes out what was in service before it', () => {
    const second = aStartup(5_000, 5_300, { status: 'failed', failure: { type: 'AwsDenied', message: '' } });
    expect(sentences(aLife({ workflows: [startup, second] }), 'I6')).toHaveLength(1);
  });

  it("is broken by a DeregisterTargets of another one's target", () => {
    const company = { instanceId: 'i-c', health: undefined, deregistrations: 1, run: agent };
    expect(sentences(aLife({ company }), 'I6')).toEqual(['1 DeregisterTargets of i-c, expected none']);
  });
});

describe('I7', () => {
  it('is broken by a life that does not end', () => {
    expect(sentences(aLife({ stuckIn: 'the agent runs' }), 'I7')).toEqual([
      'not over after 51.00 s: the agent runs, expected it to be over',
    ]);
  });

  it('is broken by a workflow without a timeout, and by a step that only has its workflow’s', () => {
    const [step] = startup.activities;
    const endless = aShutdown(5_100, 8_400, 'drained', { executionTimeoutMs: 0, activities: [] });
    const activities = step ? [{ ...step, scheduleToCloseMs: 2_100_000 }] : [];
    expect(sentences(aLife({ workflows: [aStartup(700, 2_500, { activities }), endless] }), 'I7')).toEqual([
      'the startup of 0.70 s: registerTarget has no timeout of its own, expected one',
      'the shutdown of 5.10 s has no execution timeout, expected one',
    ]);
  });
});

describe('I8', () => {
  it('is broken by a second attempt of the SDK', () => {
    const requests = [...undisturbed.requests, { ...request(5_300, 'DescribeTargetHealth'), attempt: 2 }];
    expect(sentences(aLife({ requests }))).toEqual([
      'DescribeTargetHealth at 5.30 s was attempt 2 of the SDK, expected 1',
    ]);
  });
});

describe('I9', () => {
  it('is broken by a second registration that takes effect', () => {
    const transitions = [
      change(1_000, 'out', 'initial'),
      change(1_200, 'initial', 'draining'),
      change(1_300, 'draining', 'initial'),
    ];
    expect(sentences(aLife({ transitions }), 'I9')).toEqual([
      '2 registrations took effect in the startup of 0.70 s, expected 1 at most',
    ]);
  });

  it('is broken by a repeated DeregisterTargets that makes a shutdown fail', () => {
    const requests = [
      ...undisturbed.requests,
      request(6_000, 'DeregisterTargets', { status: 400, code: 'InvalidTarget' }),
    ];
    const workflows = [
      startup,
      aShutdown(5_100, 8_400, 'failed', { failure: { type: 'AwsRefused', message: 'refused' } }),
    ];
    expect(sentences(aLife({ requests, workflows }), 'I9')).toEqual([
      'a repeated DeregisterTargets made the shutdown of 5.10 s fail, expected nothing: refused',
    ]);
  });
});

describe('flows', () => {
  const flows = (cut: number) => ({
    ...{ opened: 9, active: 0, finished: 9 - cut, moved: 0, cut, refused: 0, records: [] },
    targets: [
      { targetId: undisturbed.target.id, active: 0, opened: 9, finished: 9 - cut, movedAway: 0, movedHere: 0, cut },
    ],
  });

  it('that a drain cuts are too many', () => {
    expect(sentences(aLife({ flows: flows(2) }))).toEqual(['2 flows were cut, expected 0']);
  });

  it('may be cut by a force', () => {
    const acts: Act[] = [wayOut, { at: at(6_000), deed: { kind: 'force', by: 'cancel' } }];
    expect(sentences(aLife({ flows: flows(2), acts }), 'flows')).toEqual([]);
  });
});

describe('a target', () => {
  const healthy = { state: 'healthy' } as const;

  it('is not left behind', () => {
    expect(sentences(aLife({ finalHealth: healthy }), 'left behind')).toEqual([
      'target i-00000000000000001 is healthy in the end, expected it to be out of its group',
    ]);
  });

  it('may stay where its host is gone for good without a word', () => {
    const acts: Act[] = [{ at: at(4_000), deed: { kind: 'kill', againAfterMs: undefined } }];
    const life = aLife({ finalHealth: healthy, acts, workflows: [startup], runs: [{ ...agent, end: undefined }] });
    expect(sentences(life, 'left behind')).toEqual([]);
  });
});

describe('an ending', () => {
  it('that nothing explains is broken: a shutdown that was interrupted, a startup that was cancelled', () => {
    const canceled = aStartup(700, 2_500, { status: 'failed', failure: { type: 'HealthTimeout', message: 'late' } });
    const life = aLife({ workflows: [canceled, aShutdown(5_100, 5_300, 'interrupted')] });
    expect(sentences(life, 'endings')).toEqual([
      'the shutdown of 5.10 s failed (interrupted), and nothing explains it',
      'the startup of 0.70 s failed with HealthTimeout: late, and nothing explains it',
    ]);
  });

  it('with exit code 0 of an agent that did not leave cleanly is broken', () => {
    const runs = [aRun(0, 8_500, 0, 'agent started', 'startup failed')];
    expect(sentences(aLife({ runs }), 'endings')).toEqual([
      expect.stringContaining('ended with 0 after "startup failed"'),
    ]);
  });

  it('of an agent that was told to go, and that the metadata service then did not answer for its minute, is not 0', () => {
    const told = [{ at: at(30_000), signal: 'SIGTERM' as const }];
    const ended = (code: number) => ({ ...aRun(0, 61_000, code, 'agent started', 'the agent cannot start'), told });
    const life = { workflows: [], transitions: [] };
    expect(sentences(aLife({ ...life, runs: [ended(1)] }), 'endings')).toEqual([]);
    expect(sentences(aLife({ ...life, runs: [ended(0)] }), 'endings')).toHaveLength(1);
  });

  it('of an agent that was told to go before it knew who it is, with its target in service, is not 0', () => {
    const runs = [{ ...aRun(4_000, 5_100, 0), told: [{ at: at(5_050), signal: 'SIGTERM' as const }] }];
    expect(sentences(aLife({ runs }), 'endings')).toHaveLength(1);
  });

  it('by a signal that nobody sent is broken', () => {
    const runs = [{ ...agent, end: { at: at(8_500), code: null, signal: 'SIGSEGV' } }];
    expect(sentences(aLife({ runs }), 'endings')).toEqual([expect.stringContaining('was ended by SIGSEGV')]);
  });
});
