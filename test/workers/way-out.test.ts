import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DrainingConfirmed } from '../../src/activities/draining.js';
import type { DrainPolicy } from '../../src/domain/drain.js';
import type { DrainOutcome, DrainReceipt } from '../../src/domain/receipt.js';
import type { Phase, Status } from '../../src/domain/status.js';
import { WayOut } from '../../src/workers/way-out.js';
import { at, dawn } from '../support/attempt.js';
import { groupArn } from '../support/fake-aws.js';

const instanceId = 'i-0123456789abcdef0';
const registered = { targetGroupArn: groupArn('firewalls'), target: { id: instanceId } };
const after = (seconds: number) => new Date(dawn + seconds * 1_000);

beforeEach(() => vi.useFakeTimers({ now: dawn }));
afterEach(() => vi.useRealTimers());

const begun = (drain?: DrainPolicy) => new WayOut({ instanceId, registered, drain, trigger: 'SIGTERM' });
const seen = (deregistrationDelaySeconds: number | null = 300): DrainingConfirmed => ({
  verdict: 'draining',
  observations: [{ state: 'draining', at: at(5) }],
  deregistrationDelaySeconds,
});
const status = (phase: Phase, since: number, until?: number, extendedSeconds = 0): Status => ({
  instanceId,
  phase,
  since: at(since),
  drainUntil: until === undefined ? null : at(until),
  extendedSeconds,
});
const endOf = ({ drain }: WayOut) => (drain === undefined ? undefined : (drain.until - dawn) / 1_000);

describe('the end of a drain, as the agent knows it,', () => {
  it('is unknown until somebody confirmed that the target drains', () => {
    const wayOut = begun(60);
    wayOut.deregistered(registered, after(1));
    wayOut.heard(status('confirming draining', 1));
    expect(endOf(wayOut)).toBeUndefined();
  });

  it('is counted from its own look, with its own policy, while the workflow has said nothing', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    expect(endOf(wayOut)).toBe(65);
  });

  it("is the group's own delay after that look where that was asked for", () => {
    const wayOut = begun('deregistration-delay');
    wayOut.confirmed(seen(900), after(5));
    expect(endOf(wayOut)).toBe(905);
  });

  it('is what the workflow says, which knows what others asked for', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    wayOut.heard(status('draining', 5, 305));
    expect(endOf(wayOut)).toBe(305);
    wayOut.heard(status('draining', 5, 25));
    expect(endOf(wayOut)).toBe(25);
  });

  it('is not earlier because the clock of this machine is ahead of that of Temporal (I4)', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5 + 10));
    wayOut.heard(status('draining', 5, 65));
    expect(endOf(wayOut)).toBe(75);
  });

  it('is not moved by a second confirmation, of whomever (I4)', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    wayOut.decide();
    wayOut.confirmed(seen(), after(30));
    wayOut.heard(status('draining', 30, 90));
    expect(endOf(wayOut)).toBe(65);
  });

  it('is brought nearer by the workflow all the same', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    wayOut.decide();
    wayOut.heard(status('draining', 5, 20));
    expect(endOf(wayOut)).toBe(20);
  });

  it('comes after the rest of the period where AWS was done with the target before anybody looked (I4)', () => {
    const wayOut = begun(60);
    wayOut.deregisteringSince = after(1);
    wayOut.deregistered(registered, after(2));
    const gone = { ...seen(10), verdict: 'not registered' } as const;
    expect(wayOut.leftUnseen(gone, after(8)), 'somebody else took it out').toBe(false);
    expect(wayOut.leftUnseen(gone, after(14))).toBe(true);
    expect(endOf(wayOut)).toBe(62);
  });
});

describe('a target that is not registered any more', () => {
  const gone: DrainingConfirmed = {
    verdict: 'not registered',
    observations: [{ state: 'unused', reason: 'Target.NotRegistered', at: at(30) }],
    deregistrationDelaySeconds: 20,
  };

  it('may have left unseen where somebody else deregistered it, by the word of the workflow: the rest is kept (I4)', () => {
    const wayOut = begun(60);
    wayOut.heard(status('confirming draining', 2));
    expect(wayOut.leftUnseen(gone, after(30))).toBe(true);
    expect(endOf(wayOut)).toBe(62);
  });

  it('had left before, where its delay cannot be over yet', () => {
    const wayOut = begun(60);
    wayOut.heard(status('confirming draining', 2));
    expect(wayOut.leftUnseen(gone, after(10))).toBe(false);
  });
});

describe('a workflow that comes back and drains anew', () => {
  it('should drain for what is left of the drain that began without it', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    wayOut.decide();
    expect(wayOut.secondsLeftInsteadOf(at(65.5), dawn + 30_000), 'the same drain').toBeUndefined();
    expect(wayOut.secondsLeftInsteadOf(at(90), dawn + 30_000)).toBe(35);
    expect(wayOut.secondsLeftInsteadOf(at(90), dawn + 80_000), 'nothing is left').toBe(0);
  });

  it('is not taken for one that drained before the agent did, and was asked for longer: that keeps its period (I4)', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    wayOut.decide();
    wayOut.heard(status('draining', 0, 300));
    expect(wayOut.secondsLeftInsteadOf(at(300), dawn + 30_000)).toBeUndefined();
    expect(endOf(wayOut)).toBe(300);
  });

  it('is not hurried by an agent that never went on without it', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    expect(wayOut.secondsLeftInsteadOf(at(305), dawn + 30_000)).toBeUndefined();
  });

  it('does not end the drain that began without it by finding the target gone (I4)', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    wayOut.decide();
    const ended = (outcome: DrainOutcome) => wayOut.outlasts({ outcome } as DrainReceipt, dawn + 40_000);
    expect(ended('already deregistered')).toBe(true);
    expect(ended('draining timeout')).toBe(true);
    expect(ended('interrupted'), 'that is somebody who wants it').toBe(false);
    expect(ended('drained'), 'it knows what others asked for').toBe(false);
    expect(wayOut.outlasts({ outcome: 'already deregistered' } as DrainReceipt, dawn + 65_000)).toBe(false);
  });

  it('has a receipt that the agent reads with the drain that began without it', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    wayOut.decide();
    const receipt = {
      drainingAt: at(30),
      finishedAt: at(65),
      drainPeriodSeconds: 60,
      drainedSeconds: 35,
    } as DrainReceipt;
    expect(wayOut.reconcile(receipt)).toMatchObject({ drainingAt: at(5), drainPeriodSeconds: 60, drainedSeconds: 60 });
    const same = { ...receipt, drainingAt: at(5.2) };
    expect(wayOut.reconcile(same)).toBe(same);
  });
});

describe('a drain that somebody extends', () => {
  it('lasts longer in this process too, when the extension came while it heard nothing (I4)', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    wayOut.heard(status('draining', 5, 65));
    wayOut.decide();
    wayOut.heard(status('draining', 5, 185, 120));
    expect(endOf(wayOut)).toBe(185);
    expect(wayOut.secondsLeftInsteadOf(at(185), after(20).getTime())).toBeUndefined();
    wayOut.heard(status('draining', 5, 185, 120));
    expect(endOf(wayOut)).toBe(185);
  });

  it('is told apart from the period that was asked for', () => {
    const wayOut = begun(60);
    wayOut.heard(status('draining', 5, 125, 60));
    wayOut.decide();
    const receipt = { startedAt: at(0), drainingAt: at(40), finishedAt: at(125) } as DrainReceipt;
    expect(wayOut.reconcile(receipt)).toMatchObject({ drainPeriodSeconds: 60, drainedSeconds: 120 });
  });
});

describe('the receipt of a way out that ended without Temporal', () => {
  it('tells what the agent knows: who asked, when it was deregistered, since when it drained, and for how long', () => {
    const wayOut = begun(60);
    wayOut.deregistered(registered, after(2));
    wayOut.confirmed(seen(), after(5));
    wayOut.decide();
    vi.setSystemTime(after(65.1));
    expect(wayOut.receipt('drained', ['alone'])).toEqual({
      instanceId,
      registered,
      outcome: 'drained',
      triggers: [{ by: 'SIGTERM', at: at(0), drain: 60 }],
      startedAt: at(0),
      deregisteringAt: null,
      deregisteredAt: at(2),
      drainingAt: at(5),
      finishedAt: at(65.1),
      secondsIn: { locating: 2, deregistering: null, confirming: 3, draining: 60.1 },
      extensions: [],
      drainPeriodSeconds: 60,
      drainedSeconds: 60.1,
      deregistrationDelaySeconds: 300,
      forced: null,
      observations: [{ state: 'draining', at: at(5) }],
      warnings: ['alone'],
    });
  });

  it('names the period that the workflow had, where only the workflow confirmed', () => {
    const wayOut = begun(60);
    wayOut.heard(status('draining', 5, 25));
    wayOut.decide();
    vi.setSystemTime(after(25));
    expect(wayOut.receipt('drained', [])).toMatchObject({
      deregisteredAt: at(5),
      drainingAt: at(5),
      drainPeriodSeconds: 20,
      drainedSeconds: 20,
    });
  });

  it('says who forced it, and when', () => {
    const wayOut = begun(60);
    wayOut.confirmed(seen(), after(5));
    vi.setSystemTime(after(15));
    const forced = { reason: 'second SIGTERM', at: after(15) };
    expect(wayOut.receipt('interrupted', [], forced)).toMatchObject({
      outcome: 'interrupted',
      drainedSeconds: 10,
      forced: { reason: 'second SIGTERM', at: at(15) },
    });
  });
});
