import { request } from 'node:http';
import { instanceMetadataSchema } from '../domain/instance.js';
import type { InstanceMetadata } from '../domain/instance.js';
import { clusterSchema, clusterTag } from '../domain/ids.js';
import { explain } from '../domain/input.js';
import { StepFailure, asError } from '../domain/failures.js';
import { imdsRequestMs, imdsTokenSeconds } from '../domain/timings.js';

/** The instance metadata service, version 2 only. One attempt per call (I8). */
export interface Imds {
  /**
   * This instance's identity, read once and kept: a shutdown needs no metadata service.
   *
   * @throws MetadataUnavailable: retryable when the service is silent or in trouble, final when a field is not there.
   */
  identity(): Promise<InstanceMetadata>;
  /** How many network interfaces the instance has, read once, along with the identity, which is that of the primary one. */
  interfaceCount(): Promise<number>;
  /** The instance's cluster tag; undefined when it is absent or tags are not offered in the metadata. */
  cluster(): Promise<string | undefined>;
  /**
   * What is at a path below `/latest/meta-data/`, such as `placement/region`.
   *
   * @throws MetadataUnavailable "unable to retrieve metadata PATH": final where there is nothing at it, or the service is switched off; retryable while it is silent.
   */
  metadata(path: string): Promise<string>;
  /** Whether the instance has a tag with this key; false also where tags are not offered in the metadata. */
  hasTag(key: string): Promise<boolean>;
  /** The keys of the instance's tags; undefined when tags are not offered in the metadata, or there are none. */
  tagKeys(): Promise<readonly string[] | undefined>;
}

const tokenPath = '/latest/api/token';
const metadataPath = '/latest/meta-data/';

/** @param endpoint for example `http://169.254.169.254` */
export function connectImds(endpoint: string): Imds {
  let token: { value: Promise<string>; renewAt: number } | undefined;
  let identity: InstanceMetadata | undefined;
  let interfaces: Promise<number> | undefined;

  /** The reads of one identity run side by side and share one token. */
  function currentToken(): Promise<string> {
    if (token === undefined || Date.now() >= token.renewAt) {
      const value = newToken();
      const asked = { value, renewAt: Date.now() + imdsTokenSeconds * 800 };
      token = asked;
      value.catch(() => forget(asked));
    }
    return token.value;
  }

  async function newToken(): Promise<string> {
    const reply = await send('PUT', tokenPath, { 'x-aws-ec2-metadata-token-ttl-seconds': String(imdsTokenSeconds) });
    if (reply.status === 200) return reply.body;
    throw unavailable(`PUT ${tokenPath} answered ${reply.status}, expected 200`, reply.status);
  }

  function forget(refused: typeof token): void {
    if (token === refused) token = undefined;
  }

  /** The value at a path, or undefined where there is none. A 401 means that the token is no longer good: one new one. */
  async function read(path: string): Promise<string | undefined> {
    const ask = async () => send('GET', metadataPath + path, { 'x-aws-ec2-metadata-token': await currentToken() });
    const used = token;
    let reply = await ask();
    if (reply.status === 401) {
      forget(used ?? token);
      reply = await ask();
    }
    if (reply.status === 404) return undefined;
    if (reply.status === 200) return reply.body.trim();
    throw unavailable(`GET ${metadataPath}${path} answered ${reply.status}, expected 200`, reply.status);
  }

  function countInterfaces(): Promise<number> {
    if (interfaces !== undefined) return interfaces;
    const asked = read('network/interfaces/macs/').then((macs) => macs?.split('\n').filter(Boolean).length ?? 0);
    interfaces = asked;
    asked.catch(() => (interfaces = undefined));
    return asked;
  }

  async function send(method: string, path: string, headers: Record<string, string>): Promise<Reply> {
    try {
      return await exchange(new URL(path, endpoint), method, headers);
    } catch (error) {
      throw unavailable(`${method} ${path} got no answer within ${imdsRequestMs} ms or was refused`, undefined, error);
    }
  }

  function unavailable(what: string, status?: number, cause?: unknown): StepFailure {
    const hint =
      status === 403 ? '; the metadata service is switched off, enable it in the instance metadata options' : '';
    const message = `instance metadata service at ${endpoint}: ${what}${hint}`;
    return new StepFailure('MetadataUnavailable', message, { final: status === 403, cause });
  }

  return {
    async identity() {
      if (identity !== undefined) return identity;
      void countInterfaces();
      const vpc = read('mac').then((mac) =>
        mac === undefined ? undefined : read(`network/interfaces/macs/${mac}/vpc-id`),
      );
      const [instanceId, privateIp, availabilityZone, region, vpcId] = await Promise.all([
        read('instance-id'),
        read('local-ipv4'),
        read('placement/availability-zone'),
        read('placement/region'),
        vpc,
      ]);
      const found = { instanceId, vpcId, availabilityZone, region, privateIp };
      const parsed = instanceMetadataSchema.safeParse(found);
      if (!parsed.success) {
        const problems = explain(parsed.error, found).join('; ');
        throw new StepFailure('MetadataUnavailable', `instance metadata service at ${endpoint}: ${problems}`, {
          final: true,
        });
      }
      return (identity = parsed.data);
    },

    interfaceCount: countInterfaces,

    async cluster() {
      return clusterSchema.safeParse(await read(`tags/instance/${clusterTag}`)).data;
    },

    async metadata(path) {
      const refuse = (why: string, options: { final: boolean; cause?: unknown }) =>
        new StepFailure('MetadataUnavailable', `unable to retrieve metadata ${path}: ${why}`, options);
      const value = await read(path).catch((cause: unknown) => {
        throw refuse(asError(cause).message, { final: cause instanceof StepFailure && cause.final, cause });
      });
      if (value === undefined)
        throw refuse(`instance metadata service at ${endpoint} has nothing there`, { final: true });
      return value;
    },

    async hasTag(key) {
      return (await read(`tags/instance/${key}`)) !== undefined;
    },

    async tagKeys() {
      return (await read('tags/instance/'))?.split('\n').filter(Boolean);
    },
  };
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

function exchange(url: URL, method: string, headers: Record<string, string>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, signal: AbortSignal.timeout(imdsRequestMs), agent: false };
    const outgoing = request(url, options, (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => (body += chunk));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body }));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
