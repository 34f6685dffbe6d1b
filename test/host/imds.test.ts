import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectImds } from '../../src/host/imds.js';
import { anInstance } from '../support/fake-host.js';

const mac = '0a:1b:2c:3d:4e:5f';
const documents: Record<string, string> = {
  mac,
  'instance-id': anInstance().instanceId,
  'local-ipv4': anInstance().privateIp,
  'placement/availability-zone': anInstance().availabilityZone,
  'placement/region': anInstance().region,
  [`network/interfaces/macs/${mac}/vpc-id`]: anInstance().vpcId,
  'network/interfaces/macs/': `${mac}/`,
  'tags/instance/neuwerk:cluster': 'fw-prod',
};

interface Metadata {
  readonly endpoint: string;
  /** Every request, as `PUT /latest/api/token`. */
  readonly requests: string[];
  /** Requests that came without a token, which only version 1 would answer. */
  readonly withoutToken: string[];
  /** Makes the tokens that were given out so far bad. */
  revoke: () => void;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A metadata service on loopback. `answer` may speak first: a status instead of the document, or silence. */
async function aMetadataService({
  content = documents,
  answer = () => undefined,
}: {
  content?: Record<string, string | undefined>;
  answer?: (request: string) => number | 'silence' | undefined;
} = {}): Promise<Metadata> {
  const requests: string[] = [];
  const withoutToken: string[] = [];
  let generation = 1;
  const server = createServer((incoming, response) => {
    const request = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
    requests.push(request);
    const first = answer(request);
    if (first === 'silence') return;
    const reply = (status: number, body = '') => response.writeHead(status, { connection: 'close' }).end(body);
    if (first !== undefined) return reply(first);
    if (request === 'PUT /latest/api/token') {
      const ttl = incoming.headers['x-aws-ec2-metadata-token-ttl-seconds'];
      return ttl === '21600' ? reply(200, `token-${generation}`) : reply(400);
    }
    const token = incoming.headers['x-aws-ec2-metadata-token'];
    if (token === undefined) withoutToken.push(request);
    if (token !== `token-${generation}`) return reply(401);
    const document = content[decodeURI(incoming.url ?? '').replace('/latest/meta-data/', '')];
    return document === undefined ? reply(404) : reply(200, document);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, requests, withoutToken, revoke: () => (generation += 1) };
}

const tokensIn = ({ requests }: Metadata): number => requests.filter((request) => request.startsWith('PUT')).length;

describe('a path of the metadata', () => {
  it('is read as it stands there', async () => {
    const { endpoint } = await aMetadataService();
    expect(await connectImds(endpoint).metadata('placement/region')).toBe('eu-central-1');
  });

  it.each([
    ['nothing is there', undefined, true],
    ['the service is in trouble', 500, false],
    ['the service is switched off', 403, true],
  ] as const)('is named where it cannot be had: %s', async (_, status, final) => {
    const { endpoint } = await aMetadataService({
      answer: (request) => (request.endsWith('nowhere') ? status : undefined),
    });
    await expect(connectImds(endpoint).metadata('nowhere')).rejects.toMatchObject({
      type: 'MetadataUnavailable',
      final,
      message: expect.stringMatching(/^unable to retrieve metadata nowhere: instance metadata service at /) as string,
    });
  });

  it('tells whether the instance has a tag', async () => {
    const imds = connectImds((await aMetadataService()).endpoint);
    expect([await imds.hasTag('neuwerk:cluster'), await imds.hasTag('neuwerk:leader')]).toEqual([true, false]);
  });
});

describe('the identity of this instance', () => {
  it('is that of the primary interface', async () => {
    const service = await aMetadataService();
    expect(await connectImds(service.endpoint).identity()).toEqual(anInstance());
  });

  it('is read once: a shutdown needs no metadata service', async () => {
    const service = await aMetadataService();
    const imds = connectImds(service.endpoint);
    const first = await imds.identity();
    const asked = service.requests.length;
    expect(await imds.identity()).toBe(first);
    expect(service.requests).toHaveLength(asked);
  });

  it('comes with the number of interfaces, for which a startup needs no metadata service either', async () => {
    const service = await aMetadataService();
    const imds = connectImds(service.endpoint);
    await imds.identity();
    expect(await imds.interfaceCount()).toBe(1);
    const asked = service.requests.length;
    expect(await imds.interfaceCount()).toBe(1);
    expect(service.requests).toHaveLength(asked);
    expect(service.requests.filter((request) => request.endsWith('/macs/'))).toHaveLength(1);
  });

  it('is asked for with one token of version 2, and never without', async () => {
    const service = await aMetadataService();
    const imds = connectImds(service.endpoint);
    await imds.identity();
    await imds.interfaceCount();
    await imds.cluster();
    expect(tokensIn(service)).toBe(1);
    expect(service.requests[0]).toBe('PUT /latest/api/token');
    expect(service.withoutToken).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['the VPC', `network/interfaces/macs/${mac}/vpc-id`, 'vpcId: found nothing'],
    ['the primary interface', 'mac', 'vpcId: found nothing'],
    ['the private IP', 'local-ipv4', 'privateIp: found nothing, expected an IP address'],
    ['the region', 'placement/region', 'region: found nothing'],
  ])('is refused for good when %s is not there, and says which field', async (_what, path, line) => {
    const service = await aMetadataService({ content: { ...documents, [path]: undefined } });
    await expect(connectImds(service.endpoint).identity()).rejects.toMatchObject({
      type: 'MetadataUnavailable',
      final: true,
      message: expect.stringContaining(line) as string,
    });
  });

  it('is refused for good when something else answers, such as a proxy with a page of its own', async () => {
    const service = await aMetadataService({ content: { ...documents, 'instance-id': '<html>' } });
    await expect(connectImds(service.endpoint).identity()).rejects.toThrow('instanceId: found "<html>"');
  });
});

describe('the metadata token', () => {
  it('is renewed once when the service calls it bad', async () => {
    const service = await aMetadataService();
    const imds = connectImds(service.endpoint);
    await imds.cluster();
    service.revoke();
    expect(await imds.cluster()).toBe('fw-prod');
    expect(tokensIn(service)).toBe(2);
  });

  it('is not asked for again and again when the new one is bad as well', async () => {
    const service = await aMetadataService({ answer: (request) => (request.startsWith('GET') ? 401 : undefined) });
    await expect(connectImds(service.endpoint).cluster()).rejects.toMatchObject({
      type: 'MetadataUnavailable',
      final: false,
    });
    expect(service.requests.map((request) => request.slice(0, 3))).toEqual(['PUT', 'GET', 'PUT', 'GET']);
  });
});

describe('a metadata service in trouble', () => {
  it('that is switched off is not asked again: somebody has to switch it on', async () => {
    const service = await aMetadataService({ answer: () => 403 });
    await expect(connectImds(service.endpoint).identity()).rejects.toMatchObject({
      type: 'MetadataUnavailable',
      final: true,
      message: expect.stringContaining('answered 403, expected 200; the metadata service is switched off') as string,
    });
  });

  it.each<[string, (request: string) => number | 'silence' | undefined, string]>([
    ['cannot give a token', () => 500, 'PUT /latest/api/token answered 500, expected 200'],
    [
      'fails in the middle',
      (request) => (request.endsWith('/placement/region') ? 503 : undefined),
      'GET /latest/meta-data/placement/region answered 503, expected 200',
    ],
    ['stays silent, as past its hop limit', () => 'silence', 'PUT /latest/api/token got no answer within 1000 ms'],
  ])('that %s may be asked again later', async (_situation, answer, message) => {
    const service = await aMetadataService({ answer });
    await expect(connectImds(service.endpoint).identity()).rejects.toMatchObject({
      type: 'MetadataUnavailable',
      final: false,
      message: expect.stringContaining(message) as string,
    });
    expect(service.withoutToken).toEqual([]);
  });

  it("I8: is asked once: retries are the workflow's business", async () => {
    const service = await aMetadataService({ answer: () => 503 });
    await expect(connectImds(service.endpoint).identity()).rejects.toThrow();
    expect(service.requests).toHaveLength(1);
  });

  it('that is not there at all may be asked again later', async () => {
    const service = await aMetadataService();
    await Promise.all(closing.splice(0).map((close) => close()));
    await expect(connectImds(service.endpoint).identity()).rejects.toMatchObject({
      type: 'MetadataUnavailable',
      final: false,
    });
  });

  it('is not remembered: the identity is read when it has recovered', async () => {
    let broken = true;
    const service = await aMetadataService({ answer: () => (broken ? 503 : undefined) });
    const imds = connectImds(service.endpoint);
    await expect(imds.identity()).rejects.toThrow();
    broken = false;
    expect(await imds.identity()).toEqual(anInstance());
  });
});

describe('what else the metadata says', () => {
  it.each([
    ['one interface', `${mac}/`, 1],
    ['two interfaces', `${mac}/\n0a:1b:2c:3d:4e:60/`, 2],
    ['an empty list', '', 0],
    ['no list', undefined, 0],
  ])('counts %s', async (_what, list, count) => {
    const service = await aMetadataService({ content: { ...documents, 'network/interfaces/macs/': list } });
    expect(await connectImds(service.endpoint).interfaceCount()).toBe(count);
  });

  it('asks again for the number of interfaces where there was no answer', async () => {
    let broken = true;
    const service = await aMetadataService({ answer: () => (broken ? 503 : undefined) });
    const imds = connectImds(service.endpoint);
    await expect(imds.interfaceCount()).rejects.toThrow('503');
    broken = false;
    expect(await imds.interfaceCount()).toBe(1);
  });

  it.each([
    ['the tag', 'fw-prod', 'fw-prod'],
    ['nothing when tags are not offered', undefined, undefined],
    ['nothing when the tag cannot be a cluster name', 'a/b', undefined],
  ])('names as cluster: %s', async (_what, tag, cluster) => {
    const service = await aMetadataService({ content: { ...documents, 'tags/instance/neuwerk:cluster': tag } });
    expect(await connectImds(service.endpoint).cluster()).toBe(cluster);
  });
});
