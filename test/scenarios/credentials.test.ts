import { describe, expect } from 'vitest';
import { expectDrained } from '../support/drained.js';
import { it } from '../support/scene.js';
import type { Scene } from '../support/scene.js';
import { instanceRole as role } from '../../src/simulator/world/instance.js';

const left = { code: 0, signal: null };

/** As on an instance: the role's credentials, from its metadata service. */
const asTheRole = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

async function inServiceAsTheRole({ instance }: Scene) {
  const agent = await instance.startIn(asTheRole);
  await agent.said('in service');
  return agent;
}

const expired = ({ instance: { instanceId }, simulator }: Scene) =>
  simulator.journal.filter(
    (entry) => entry.instanceId === instanceId && (entry.outcome.code ?? '').includes('Expired'),
  );

describe.concurrent('an agent whose credentials AWS calls expired', () => {
  it('long before their time, as it must leave, reads new ones and leaves in full (I3, I4)', async ({ aScene }) => {
    const scene = await aScene();
    const agent = await inServiceAsTheRole(scene);
    scene.simulator.rotateCredentials(scene.instance.instanceId);
    expect(await agent.leave()).toEqual(left);
    expect(expired(scene).map(({ action }) => action)).toEqual(['DeregisterTargets']);
    await expectDrained(scene, { DeregisterTargets: 2 });
  });

  it('in the middle of its startup comes into service, registered once (I9)', async ({ aScene }) => {
    const scene = await aScene();
    const registering = scene.nthRequest('RegisterTargets');
    const agent = await scene.instance.startIn(asTheRole);
    await registering;
    scene.simulator.rotateCredentials(scene.instance.instanceId);
    await agent.said('in service');
    expect(await agent.leave()).toEqual(left);
    expect(expired(scene).length).toBeGreaterThan(0);
    await expectDrained(scene);
  });

  it('while IMDS is silent goes on trying, and leaves in full when IMDS answers again (I3, I4)', async ({ aScene }) => {
    const scene = await aScene();
    const { simulator, instance } = scene;
    const agent = await inServiceAsTheRole(scene);
    simulator.addFault({ service: 'imds', kind: 'hang', window: { forSeconds: 15 } });
    simulator.rotateCredentials(instance.instanceId);
    expect(await agent.leave()).toEqual(left);
    expect(simulator.journal.some(({ service, outcome }) => service === 'imds' && outcome.fault === 'hang')).toBe(true);
    expect(expired(scene).length).toBeGreaterThan(0);
    await expectDrained(scene, { DeregisterTargets: 2 });
  });
});

describe.concurrent('an agent whose credentials are due to be renewed while IMDS is out', () => {
  it('goes on with those it has, as long as AWS takes them, and leaves in full (I3, I4)', async ({ aScene }) => {
    const scene = await aScene();
    const { simulator, instance } = scene;
    // Within the 5 min before their end the SDK asks for new ones before each request.
    const Expiration = new Date(Date.now() + 60_000).toISOString();
    const credentials = { Code: 'Success', Type: 'AWS-HMAC', SecretAccessKey: 's', Token: 't', Expiration };
    const { AWS_ACCESS_KEY_ID: AccessKeyId = '' } = simulator.environment(instance.instanceId);
    simulator.setMetadata(
      instance.instanceId,
      `iam/security-credentials/${role}`,
      JSON.stringify({ ...credentials, AccessKeyId }),
    );
    const agent = await inServiceAsTheRole(scene);
    simulator.addFault({ service: 'imds', kind: 'hang' });
    const before = simulator.journal.length;
    expect(await agent.leave()).toEqual(left);
    expect(simulator.journal.slice(before).some(({ service }) => service === 'imds')).toBe(true);
    await expectDrained(scene);
  });
});
