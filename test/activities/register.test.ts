import { describe, expect, it } from 'vitest';
import { asStepFailure } from '../../src/activities/failures.js';
import { registerTarget } from '../../src/activities/register.js';
import { anAttempt } from '../support/attempt.js';
import { aFakeAws, aGroup, awsError, dependenciesOn, fakeLives, groupArn, lostReply } from '../support/fake-aws.js';
import { aFakeHost } from '../support/fake-host.js';

const arn = groupArn('firewalls');
const instanceId = 'i-0123456789abcdef0';
const input = { instanceId, targetGroupArn: arn, target: { id: instanceId } };

describe('registering', () => {
  it('brings the health endpoint to 200 first, or the target could never become healthy', async () => {
    const calls: string[] = [];
    const aws = aFakeAws({ groups: [aGroup()], calls });
    await registerTarget(dependenciesOn(aws, { host: aFakeHost({ calls }) }), input, anAttempt());
    expect(calls).toEqual(['health 200', `RegisterTargets ${instanceId}`]);
  });

  it('works from a fleet worker, which has no host', async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    await registerTarget(dependenciesOn(aws), input, anAttempt());
    expect(aws.registered(arn)).toEqual([instanceId]);
  });

  it('I9: a reply that was lost does not register twice', async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    aws.failNext('RegisterTargets', lostReply());
    await expect(registerTarget(dependenciesOn(aws), input, anAttempt())).rejects.toThrow('socket hang up');
    await registerTarget(dependenciesOn(aws), input, anAttempt({ number: 2 }));
    expect(aws.registered(arn)).toEqual([instanceId]);
  });

  it('does not begin while the agent is shutting down', async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    const host = aFakeHost({ leaving: true });
    await expect(registerTarget(dependenciesOn(aws, { host }), input, anAttempt())).rejects.toMatchObject({
      type: 'HostLeaving',
      final: true,
    });
    expect([...aws.calls, ...host.calls]).toEqual([]);
  });

  it("does not begin while the instance's shutdown is running", async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    const host = aFakeHost();
    const dependencies = dependenciesOn(aws, { host, lives: fakeLives({ shutdownRuns: true }) });
    await expect(registerTarget(dependencies, input, anAttempt())).rejects.toMatchObject({
      type: 'ShutdownRunning',
      final: true,
    });
    expect([...aws.calls, ...host.calls]).toEqual([]);
  });

  it('is tried again while EC2 is still starting the instance', async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    aws.failNext(
      'RegisterTargets',
      awsError('InvalidTargetException', `The following targets are not in a running state: '${instanceId}'`),
    );
    const error: unknown = await registerTarget(dependenciesOn(aws), input, anAttempt()).catch((e: unknown) => e);
    expect(asStepFailure(error, 'registerTarget', instanceId)).toMatchObject({ type: 'TargetNotReady', final: false });
  });
});
