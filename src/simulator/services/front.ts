import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, Faults } from '../faults.js';
import { takesEffect } from '../faults.js';
import type { Journal } from '../journal.js';
import type { Throttle } from '../throttling/throttle.js';
import { AwsError } from '../wire/aws-error.js';
import { deliver, withRetryAfter } from '../wire/deliver.js';
import { readBody } from '../wire/body.js';
import type { Reply } from '../wire/protocol.js';
import type { World } from '../world/world.js';
import type { Routed } from './route.js';
import { route } from './route.js';
import type { Caller, Service } from './service.js';

/** What stands between the wire and the world. */
export interface FrontOptions {
  readonly world: World;
  readonly services: readonly Service[];
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly journal: Journal;
}

interface Answered {
  readonly reply: Reply;
  readonly code?: string;
  readonly throttled?: true;
  readonly effect?: string;
}

/** Answers requests to the services: read, look for a fault, take a token, perform, write the journal, reply. */
export function createFront({ world, services, faults, throttle, journal }: FrontOptions) {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const routed = route(services, request, await readBody(request));
    const caller = callerOf(world, request);
    const about = {
      service: routed.service?.name ?? ('unknown' as const),
      action: routed.action,
      parameters: routed.parameters,
    };
    const fault = faults.next({ ...about, instanceId: caller.instanceId });
    const requestId = randomUUID();
    const answered = answer(routed, caller, requestId, fault);
    // An SDK takes the id of a request from this header, not from the body.
    const reply = { ...answered.reply, headers: { ...answered.reply.headers, 'x-amzn-requestid': requestId } };
    const status = deliver(response, reply, fault, world.clock);
    const { code, throttled, effect } = answered;
    journal.record({
      at: world.clock.now(),
      ...about,
      ...(caller.instanceId !== undefined && { instanceId: caller.instanceId }),
      ...attemptOf(request),
      outcome: {
        ...(status !== undefined && { status }),
        ...(code !== undefined && { code }),
        ...(fault && { fault: fault.kind }),
        ...(throttled && { throttled }),
      },
      ...(effect !== undefined && { effect }),
    });
  };

  function answer(routed: Routed, caller: Caller, requestId: string, fault: Fault | undefined): Answered {
    if (fault?.kind === 'error') {
      const { reply, code } = refused(routed, new AwsError(fault.code, fault.message, fault.status), requestId);
      return { reply: withRetryAfter(reply, fault.retryAfterSeconds), code };
    }
    if (!takesEffect(fault)) return { reply: { status: 0, contentType: '', body: '' } };
    if (caller.isExpired) return refused(routed, expired(routed.service), requestId);
    const throttled = isKnown(routed)
      ? throttle.refusal({ ...caller, ...chargeOf(routed, routed.service) })
      : undefined;
    if (throttled) return { ...refused(routed, throttled, requestId), throttled: true };
    const staleMs = fault?.kind === 'staleRead' ? fault.seconds * 1000 : 0;
    return perform(routed, caller, requestId, world.clock.now() - staleMs);
  }

  // What is left to fail is the sender's going away in the middle of its request.
  return (request: IncomingMessage, response: ServerResponse): void =>
    void handle(request, response).catch(() => response.destroy());
}

function perform(routed: Routed, caller: Caller, requestId: string, asOf: number): Answered {
  const { service, action, parameters, protocol } = routed;
  try {
    if (!service || routed.refusal)
      throw routed.refusal ?? new AwsError('InvalidAction', 'The request names no service');
    const act = service.actions.get(action);
    if (!act) throw service.unknownAction(action);
    const { result, effect } = act(parameters, caller, asOf);
    return { reply: protocol.answer(action, result, requestId), ...(effect !== undefined && { effect }) };
  } catch (error) {
    const refusal = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
    return refused(routed, refusal, requestId);
  }
}

const refused = ({ protocol }: Routed, error: AwsError, requestId: string): { reply: Reply; code: string } => ({
  reply: protocol.error(error, requestId),
  code: error.code,
});

/** Each protocol has its own word for it. Sources: common errors of ELBv2 and of the JSON services; EC2 API reference, "Error codes". */
function expired(service: Service | undefined): AwsError {
  if (service?.name === 'ec2') return new AwsError('RequestExpired', 'Request has expired.', 400);
  const isJson = service?.name === 'tagging' || service?.name === 'ssm';
  const [code, status] = isJson ? (['ExpiredTokenException', 400] as const) : (['ExpiredToken', 403] as const);
  return new AwsError(code, 'The security token included in the request is expired', status);
}

/** A request that names no action that there is costs nothing. */
const isKnown = (routed: Routed): routed is Routed & { service: Service } =>
  routed.service?.actions.has(routed.action) ?? false;

/** EC2 charges more for a description of everything than for one of ids, by filter, or in pages. */
const chargeOf = ({ action, parameters }: Routed, { name: service }: Service) => ({
  service,
  action,
  isFiltered: Object.keys(parameters).some(
    (name) => ['Filter', 'MaxResults', 'NextToken'].includes(name) || name.endsWith('Id'),
  ),
});

/** Signatures are not checked; the access key in them tells who signed, and for which region. */
function callerOf(world: World, request: IncomingMessage): Caller {
  const credential = /Credential=([^/,\s]{1,128})\/\d*\/([\w-]{1,32})\//.exec(request.headers.authorization ?? '');
  const [, accessKeyId, region = world.region] = credential ?? [];
  const instance = accessKeyId === undefined ? undefined : world.instanceWithKey(accessKeyId);
  const isExpired = instance !== undefined && instance.accessKeyId !== accessKeyId;
  return { accessKeyId, isExpired, instanceId: instance?.instanceId, account: world.account, region };
}

function attemptOf(request: IncomingMessage): { attempt?: number } {
  const header = request.headers['amz-sdk-request'];
  const attempt = typeof header === 'string' ? /attempt=(\d{1,4})/.exec(header)?.[1] : undefined;
  return attempt === undefined ? {} : { attempt: Number(attempt) };
}
