import { describe, expect, it } from 'vitest';
import type { InstanceOptions } from '../../src/simulator/simulator.js';
import { startAws } from './harness.js';

const ttlHeader = 'x-aws-ec2-metadata-token-ttl-seconds';
const tokenHeader = 'x-aws-ec2-metadata-token';

async function aMetadataService(options: Partial<InstanceOptions> = {}) {
  const aws = await startAws();
  const instance = await aws.anInstance(options);
  const fetchPath = (path: string, init: RequestInit = {}) => fetch(`${instance.imdsEndpoint}${path}`, init);
  const requestToken = (headers: Record<string, string> = { [ttlHeader]: '60' }) =>
    fetchPath('/latest/api/token', { method: 'PUT', headers });
  const token = await (await requestToken()).text();
  const get = (path: string, using = token) => fetchPath(path, { headers: { [tokenHeader]: using } });
  const read = async (path: string) => (await get(`/latest/meta-data/${path}`)).text();
  return { ...aws, instance, fetchPath, requestToken, token, get, read };
}

describe('an IMDSv2 token', () => {
  it.each(['1', '21600'])('is issued for %s seconds, which the answer repeats', async (ttl) => {
    const { requestToken } = await aMetadataService();
    const response = await requestToken({ [ttlHeader]: ttl });
    expect(response.status).toBe(200);
    expect(response.headers.get(ttlHeader)).toBe(ttl);
  });

  it.each([{}, ...['0', '21601', '-1', 'long', '1.5', ''].map((ttl) => ({ [ttlHeader]: ttl }))])(
    'is not issued for %j',
    async (headers) => {
      const { requestToken } = await aMetadataService();
      expect((await requestToken(headers)).status).toBe(400);
    },
  );

  it('is not issued to a proxy', async () => {
    const { requestToken } = await aMetadataService();
    expect((await requestToken({ [ttlHeader]: '60', 'x-forwarded-for': '10.0.0.1' })).status).toBe(403);
  });

  it('is good until it expires by the simulated clock', async () => {
    const { get, clock } = await aMetadataService();
    await clock.advance(59_999);
    expect((await get('/latest/meta-data/mac')).status).toBe(200);
    await clock.advance(1);
    expect((await get('/latest/meta-data/mac')).status).toBe(401);
  });

  it('is required: IMDSv1 is off', async () => {
    const { fetchPath, get } = await aMetadataService();
    expect((await fetchPath('/latest/meta-data/mac')).status).toBe(401);
    expect((await get('/latest/meta-data/mac', 'guessed')).status).toBe(401);
  });

  it('of another instance is no good', async () => {
    const { get, anInstance } = await aMetadataService();
    const { imdsEndpoint } = await anInstance();
    const put = await fetch(`${imdsEndpoint}/latest/api/token`, { method: 'PUT', headers: { [ttlHeader]: '60' } });
    expect((await get('/latest/meta-data/mac', await put.text())).status).toBe(401);
  });

  it('can be revoked', async () => {
    const { get, sim, instance } = await aMetadataService();
    sim.revokeTokens(instance.instanceId);
    expect((await get('/latest/meta-data/mac')).status).toBe(401);
  });
});

describe('instance metadata', () => {
  it('tells who and where the instance is', async () => {
    const { read, instance } = await aMetadataService({ availabilityZone: 'eu-central-1b' });
    expect(await read('instance-id')).toBe(instance.instanceId);
    expect(await read('local-ipv4')).toBe(instance.privateIp);
    expect(await read('placement/availability-zone')).toBe('eu-central-1b');
    expect(await read('placement/region')).toBe('eu-central-1');
  });

  it('lists interfaces by address, and says which of them is the primary one', async () => {
    const nics = [{ mac: '06:00:00:00:00:ff' }, { mac: '06:00:00:00:00:01' }];
    const { read } = await aMetadataService({ nics });
    expect(await read('network/interfaces/macs/')).toBe('06:00:00:00:00:01/\n06:00:00:00:00:ff/');
    const primary = await read('mac');
    expect(primary).toBe('06:00:00:00:00:ff');
    expect(await read(`network/interfaces/macs/${primary}/device-number`)).toBe('0');
    expect(await read(`network/interfaces/macs/${primary}/vpc-id`)).toBe('vpc-1');
    expect(await read(`network/interfaces/macs/${primary}/`)).toBe(
      'device-number\ninterface-id\nlocal-ipv4s\nsubnet-id\nvpc-id',
    );
  });

  it('serves tags, by escaped paths too, unless that is off', async () => {
    const tags = { 'neuwerk:cluster': 'blue' };
    const on = await aMetadataService({ tags });
    expect(await on.read('tags/instance/neuwerk:cluster')).toBe('blue');
    expect(await on.read('tags/instance/neuwerk%3Acluster')).toBe('blue');
    const off = await aMetadataService({ tags, metadataTags: false });
    expect((await off.get('/latest/meta-data/tags/instance/neuwerk:cluster')).status).toBe(404);
  });

  it('cannot serve a tag whose key has a slash', async () => {
    const { anInstance } = await startAws();
    await expect(anInstance({ tags: { 'a/b': '' } })).rejects.toThrow('tag key "a/b" is not allowed');
  });

  it("serves the role's credentials, by which requests of the instance are known", async () => {
    const { read, instance } = await aMetadataService();
    const role = await read('iam/security-credentials/');
    const credentials = JSON.parse(await read(`iam/security-credentials/${role}`)) as Record<string, string>;
    expect(credentials).toMatchObject({ Code: 'Success', AccessKeyId: instance.accessKeyId });
    expect(Date.parse(credentials.Expiration ?? '')).toBeGreaterThan(Date.now());
  });

  it('serves the identity document', async () => {
    const { get, instance } = await aMetadataService();
    const document: unknown = await (await get('/latest/dynamic/instance-identity/document')).json();
    expect(document).toMatchObject({
      instanceId: instance.instanceId,
      region: 'eu-central-1',
      accountId: '123456789012',
    });
  });

  it('serves what a test adds, and only while it is there', async () => {
    const { get, read, sim, instance } = await aMetadataService();
    const path = 'autoscaling/target-lifecycle-state';
    expect((await get(`/latest/meta-data/${path}`)).status).toBe(404);
    sim.setMetadata(instance.instanceId, path, 'Terminated');
    expect(await read(path)).toBe('Terminated');
    sim.setMetadata(instance.instanceId, path, undefined);
    expect((await get(`/latest/meta-data/${path}`)).status).toBe(404);
  });

  it('can fail by path, once, or for good', async () => {
    const { get, sim } = await aMetadataService();
    sim.addFault({ kind: 'status', service: 'imds', resource: '/latest/meta-data/mac', status: 503, count: 1 });
    expect((await get('/latest/meta-data/mac')).status).toBe(503);
    expect((await get('/latest/meta-data/mac')).status).toBe(200);
  });

  it('can leave a token request hanging', async () => {
    const { sim, fetchPath } = await aMetadataService();
    sim.addFault({ kind: 'hang', service: 'imds', action: 'GetToken' });
    const gaveUp = new AbortController();
    const arrived = sim.nextRequest('GetToken');
    const sent = fetchPath('/latest/api/token', {
      method: 'PUT',
      headers: { [ttlHeader]: '60' },
      signal: gaveUp.signal,
    });
    await arrived;
    gaveUp.abort();
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is in the journal, with who asked for what', async () => {
    const { read, sim, instance } = await aMetadataService();
    await read('mac');
    expect(sim.journal).toMatchObject([
      { service: 'imds', action: 'GetToken', instanceId: instance.instanceId, outcome: { status: 200 } },
      {
        service: 'imds',
        action: 'GetMetadata',
        parameters: { path: '/latest/meta-data/mac' },
        outcome: { status: 200 },
      },
    ]);
  });
});
