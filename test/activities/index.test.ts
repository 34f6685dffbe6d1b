import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { DefaultLogger } from '@temporalio/worker';
import type { LogEntry } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { createAwsActivities, createHostActivities, createOperationsActivities } from '../../src/activities/index.js';
import type { Lives } from '../../src/activities/dependencies.js';
import { drainingWindowMs } from '../../src/domain/timings.js';
import { aFakeAws, aGroup, awsError, dependenciesOn, fakeLives, groupArn } from '../support/fake-aws.js';
import { aFakeHost, anInstance, noTunnel } from '../support/fake-host.js';

const arn = groupArn('firewalls');
const { instanceId } = anInstance();
const registered = { targetGroupArn: arn, target: { id: instanceId } };
const draining = { ...registered, windowMs: drainingWindowMs };

/** What a worker runs an activity in, without the worker and without its log. */
const anEnvironment = (info: ConstructorParameters<typeof MockActivityEnvironment>[0] = {}) =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR', () => undefined) });

const failureOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the AWS activities under Temporal', () => {
  it('run on what they were created with', async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    await anEnvironment().run(createAwsActivities(dependenciesOn(aws)).registerTarget, { instanceId, ...registered });
    expect(aws.registered(arn)).toEqual([instanceId]);
  });

  it('report a refusal with its type, to be tried no more', async () => {
    const { discoverTargetGroup } = createAwsActivities(dependenciesOn(aFakeAws()));
    const input = { instance: anInstance(), cluster: 'fw-prod' };
    const failure = await failureOf(anEnvironment().run(discoverTargetGroup, input));
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: 'TargetGroupNotFound', nonRetryable: true });
  });

  it('report throttling with its type and a pause of its own, to be tried again', async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    aws.failNext('DeregisterTargets', awsError('Throttling', 'Rate exceeded'));
    const { deregisterTarget } = createAwsActivities(dependenciesOn(aws));
    const failure = await failureOf(anEnvironment({ attempt: 4 }).run(deregisterTarget, registered));
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      type: 'AwsThrottled',
      nonRetryable: false,
      message: `deregisterTarget (${instanceId}): Throttling: Rate exceeded`,
      nextRetryDelay: expect.toSatisfy((ms: number) => ms >= 100 && ms <= 8_000) as number,
    });
  });

  it('say that they still fail on the 3rd attempt, then whenever the attempts have doubled: two minutes are three lines', async () => {
    const said = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 12, 18, 24].map(async (attempt) => {
        const lines: LogEntry[] = [];
        const logger = new DefaultLogger('WARN', (entry) => lines.push(entry));
        const aws = aFakeAws({ groups: [aGroup()] });
        aws.failNext('DeregisterTargets', awsError('Throttling', 'Rate exceeded'));
        const { deregisterTarget } = createAwsActivities(dependenciesOn(aws));
        await failureOf(new MockActivityEnvironment({ attempt }, { logger }).run(deregisterTarget, registered));
        return lines.map(({ message, meta }) => [attempt, message, meta?.reason] as const);
      }),
    );
    const reason = `deregisterTarget (${instanceId}): Throttling: Rate exceeded`;
    expect(said.flat()).toEqual(
      [3, 6, 12, 24].map((attempt) => [attempt, 'step still fails, and is tried again', reason]),
    );
  });

  it('end a look at once when they are cancelled, as a cancellation', async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    aws.scriptHealth({ state: 'healthy' });
    const environment = anEnvironment();
    // The first heartbeat comes just before the first pause of 2 s.
    environment.once('heartbeat', () => setImmediate(() => environment.cancel()));
    const failure = await failureOf(
      environment.run(createAwsActivities(dependenciesOn(aws)).confirmDraining, draining),
    );
    expect(failure).toBeInstanceOf(CancelledFailure);
    expect(aws.calls.filter((call) => call.startsWith('DescribeTargetHealth'))).toHaveLength(1);
  });

  it("report a cancellation as one, though Temporal's client says it in its own way", async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    const environment = anEnvironment();
    const lives: Lives = {
      ...fakeLives(),
      shutdownRuns: () => {
        environment.cancel();
        return Promise.reject(new Error('1 CANCELLED: Cancelled on client'));
      },
    };
    const { registerTarget } = createAwsActivities(dependenciesOn(aws, { lives }));
    const failure = await failureOf(environment.run(registerTarget, { instanceId, ...registered }));
    expect(failure).toBeInstanceOf(CancelledFailure);
    expect(aws.registered(arn)).toEqual([]);
  });

  it("I4: a second attempt goes on with the first one's window and observations", async () => {
    const aws = aFakeAws({ groups: [aGroup()] });
    aws.scriptHealth({ state: 'unhealthy' });
    const seenBefore = { state: 'healthy', at: '2026-03-01T06:00:00.000Z' };
    const since = Date.now() - drainingWindowMs + 1_000;
    const environment = anEnvironment({ attempt: 2, heartbeatDetails: { since, observations: [seenBefore] } });

    const { confirmDraining } = createAwsActivities(dependenciesOn(aws));
    const failure = await failureOf(environment.run(confirmDraining, draining));

    // One second of the window is left, less than the pause of 2 s: one look, then the end.
    expect(failure).toMatchObject({
      type: 'DrainingTimeout',
      nonRetryable: true,
      details: [{ observations: [seenBefore, { state: 'unhealthy' }] }],
    });
  });
});

describe('the host activities under Temporal', () => {
  it('run on the host that they were created with', async () => {
    const { readMetadata, findTunnel } = createHostActivities({ host: aFakeHost() });
    expect(await anEnvironment().run(readMetadata, { instanceId })).toEqual(anInstance());
    expect(await anEnvironment().run(findTunnel, { privateIp: '10.0.0.10', windowMs: 0 })).toMatchObject({
      device: 'gnv0',
    });
  });

  it('report a refusal with its type, to be tried no more', async () => {
    const { findTunnel } = createHostActivities({ host: aFakeHost({ tunnelFacts: [noTunnel] }) });
    const failure = await failureOf(anEnvironment().run(findTunnel, { privateIp: '10.0.0.10', windowMs: 0 }));
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: 'TunnelNotFound', nonRetryable: true });
  });
});

describe('the names of the activities', () => {
  it('stay as they are: running workflows ask for them by name', () => {
    expect(Object.keys(createAwsActivities(dependenciesOn(aFakeAws())))).toEqual([
      'discoverTargetGroup',
      'registerTarget',
      'confirmHealthy',
      'listPeers',
      'locateTarget',
      'deregisterTarget',
      'confirmDraining',
    ]);
    expect(Object.keys(createHostActivities({ host: aFakeHost() }))).toEqual([
      'readMetadata',
      'findTunnel',
      'writeControllerConfig',
    ]);
    expect(Object.keys(createOperationsActivities(aFakeAws()))).toEqual([
      'listTargets',
      'countHealthyTargets',
      'getTargetHealthStates',
      'getAllNodeIps',
      'describeInstance',
      'describeInstanceState',
      'getPrivateIp',
      'getTargetGroupArn',
      'waitForInstanceState',
      'waitForTargetHealth',
      'confirmHealthy',
      'waitForIperf3Server',
      'executeRemoteCommand',
    ]);
  });
});
