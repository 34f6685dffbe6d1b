import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, Faults } from '../faults.js';
import { takesEffect } from '../faults.js';
import type { Journal } from '../journal.js';
import type { Throttle } from '../throttling/throttle.js';
import type { AwsError } from '../wire/aws-error.js';
import { deliver, withRetryAfter } from '../wire/deliver.js';
import type { Reply } from '../wire/protocol.js';
import type { Instance } from '../world/instance.js';
import type { World } from '../world/world.js';
import { metadataOf, readMetadata } from './document.js';
import type { MetadataTokens } from './tokens.js';

const tokenPath = '/latest/api/token';
const ttlHeader = 'x-aws-ec2-metadata-token-ttl-seconds';
const tokenHeader = 'x-aws-ec2-metadata-token';

/** What stands between the wire and the metadata of one instance. */
export interface MetadataFrontOptions {
  readonly world: World;
  readonly instance: Instance;
  readonly tokens: MetadataTokens;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly journal: Journal;
}

/** Answers requests to the metadata service of one instance: IMDSv2 only, no request without a token is served. */
export function createMetadataFront({ world, instance, tokens, faults, throttle, journal }: MetadataFrontOptions) {
  function answer(request: IncomingMessage, path: string): Reply {
    if (path === tokenPath) return request.method === 'PUT' ? issueToken(request) : plain(405);
    if (!tokens.isValid(header(request, tokenHeader))) return plain(401);
    if (request.method !== 'GET') return plain(405);
    const found = readMetadata(metadataOf(instance, world), path);
    return found === undefined ? plain(404) : plain(200, found);
  }

  function issueToken(request: IncomingMessage): Reply {
    // A proxy must not be able to fetch a token for somebody else.
    if (header(request, 'x-forwarded-for') !== undefined) return plain(403);
    const ttl = header(request, ttlHeader);
    const token = tokens.issue(ttl);
    return token === undefined ? plain(400) : { ...plain(200, token), headers: { [ttlHeader]: ttl ?? '' } };
  }

  function replyTo(
    request: IncomingMessage,
    path: string,
    fault: Fault | undefined,
    throttled: AwsError | undefined,
  ): Reply {
    if (fault?.kind === 'error') return withRetryAfter(plain(fault.status), fault.retryAfterSeconds);
    if (!takesEffect(fault)) return plain(200);
    return throttled ? plain(throttled.status, throttled.message) : answer(request, path);
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    const path = pathOf(request);
    const action = path === tokenPath ? 'GetToken' : 'GetMetadata';
    const { instanceId } = instance;
    const about = { service: 'imds' as const, action, parameters: { path }, instanceId };
    const fault = faults.next(about);
    // Every instance has a service, and so a bucket, of its own.
    const charged = { service: 'imds' as const, action: instanceId, isFiltered: true };
    const throttled = takesEffect(fault)
      ? throttle.refusal({ account: world.account, region: instanceId, ...charged })
      : undefined;
    const status = deliver(response, replyTo(request, path, fault, throttled), fault, world.clock);
    journal.record({
      ...about,
      at: world.clock.now(),
      outcome: {
        ...(status !== undefined && { status }),
        ...(fault && { fault: fault.kind }),
        ...(throttled && { throttled: true as const }),
      },
    });
  };
}

const plain = (status: number, body = ''): Reply => ({ status, contentType: 'text/plain', body });

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

function pathOf(request: IncomingMessage): string {
  const [path = ''] = (request.url ?? '').split('?', 1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
