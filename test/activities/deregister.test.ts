import { describe, expect, it } from 'vitest';
import { deregisterTarget } from '../../src/activities/deregister.js';
import { anAttempt } from '../support/attempt.js';
import { aFakeAws, aGroup, awsError, dependenciesOn, groupArn, lostReply } from '../support/fake-aws.js';
import { aFakeHost } from '../support/fake-host.js';

const arn = groupArn('firewalls');
const target = { id: 'i-0123456789abcdef0' };
const anAws = (calls: string[] = []) => aFakeAws({ groups: [aGroup()], registered: { [arn]: [target] }, calls });

describe('deregistering', () => {
  it('I2: turns the health endpoint to 503 before DeregisterTargets is sent', async () => {
    const calls: string[] = [];
    const dependencies = dependenciesOn(anAws(calls), { host: aFakeHost({ calls }) });
    await deregisterTarget(dependencies, { targetGroupArn: arn, target }, anAttempt());
    expect(calls).toEqual(['health 503', `DeregisterTargets ${target.id}`]);
  });

  it('I2: keeps the health endpoint at 503 when AWS refuses, for the next try', async () => {
    const host = aFakeHost();
    const aws = anAws();
    aws.failNext('DeregisterTargets', awsError('Throttling'));
    const once = deregisterTarget(dependenciesOn(aws, { host }), { targetGroupArn: arn, target }, anAttempt());
    await expect(once).rejects.toThrow();
    expect(host.calls).toEqual(['health 503']);
  });

  it('I3: works from a fleet worker when the host is gone', async () => {
    const aws = anAws();
    await deregisterTarget(dependenciesOn(aws), { targetGroupArn: arn, target }, anAttempt());
    expect(aws.registered(arn)).toEqual([]);
  });

  it('takes out exactly the tuple that was registered, port included', async () => {
    const withPort = { id: '10.0.0.10', port: 7_000 };
    const others = [{ id: '10.0.0.10' }, { id: '10.0.0.11', port: 7_000 }];
    const aws = aFakeAws({ groups: [aGroup()], registered: { [arn]: [withPort, ...others] } });
    await deregisterTarget(dependenciesOn(aws), { targetGroupArn: arn, target: withPort }, anAttempt());
    expect(aws.registered(arn)).toEqual(['10.0.0.10', '10.0.0.11:7000']);
  });

  it('I9: may be sent again after a lost reply', async () => {
    const aws = anAws();
    aws.failNext('DeregisterTargets', lostReply());
    const send = (number: number) =>
      deregisterTarget(dependenciesOn(aws), { targetGroupArn: arn, target }, anAttempt({ number }));
    await expect(send(1)).rejects.toThrow('socket hang up');
    await send(2);
    expect(aws.registered(arn)).toEqual([]);
  });

  it.each([
    ['the target was never there', arn, { id: 'i-0fffffffffffffff0' }],
    ['the group is gone', groupArn('gone'), target],
  ])('counts as done when %s', async (_situation, targetGroupArn, unknown) => {
    await deregisterTarget(dependenciesOn(anAws()), { targetGroupArn, target: unknown }, anAttempt());
  });
});
