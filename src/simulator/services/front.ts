import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from '../faults.js';
import { takesEffect } from '../faults.js';
import type { Journal } from '../journal.js';
import { AwsError } from '../wire/aws-error.js';
import { deliver } from '../wire/deliver.js';
import { readBody } from '../wire/body.js';
import type { Reply } from '../wire/protocol.js';
import type { World } from '../world/world.js';
import type { Routed } from './route.js';
import { route } from './route.js';
import type { Caller, Service } from './service.js';

interface Answered {
  readonly reply: Reply;
  readonly code?: string;
  readonly effect?: string;
}

/** Answers requests to the services: read, look for a fault, perform, write the journal, reply. */
export function createFront(world: World, services: readonly Service[], faults: Faults, journal: Journal) {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const routed = route(services, request, await readBody(request));
    const caller = callerOf(world, request);
    const about = {
      service: routed.service?.name ?? ('unknown' as const),
      action: routed.action,
      parameters: routed.parameters,
      instanceId: caller.instanceId,
    };
    const fault = faults.next(about);
    const requestId = randomUUID();
    const answered =
      fault?.kind === 'error'
        ? refused(routed, new AwsError(fault.code, fault.message, fault.status), requestId, fault.retryAfterSeconds)
        : takesEffect(fault)
          ? answer(routed, caller, requestId)
          : { reply: { status: 0, contentType: '', body: '' } };
    // An SDK takes the id of a request from this header, not from the body.
    const reply = { ...answered.reply, headers: { ...answered.reply.headers, 'x-amzn-requestid': requestId } };
    const status = deliver(response, reply, fault, world.clock);
    journal.record({
      at: world.clock.now(),
      service: about.service,
      action: about.action,
      parameters: about.parameters,
      ...(caller.instanceId !== undefined && { instanceId: caller.instanceId }),
      ...attemptOf(request),
      outcome: {
        ...(status !== undefined && { status }),
        ...(answered.code !== undefined && { code: answered.code }),
        ...(fault && { fault: fault.kind }),
      },
      ...(answered.effect !== undefined && { effect: answered.effect }),
    });
  };
  // What is left to fail is the sender's going away in the middle of its request.
  return (request: IncomingMessage, response: ServerResponse): void =>
    void handle(request, response).catch(() => response.destroy());
}

function answer(routed: Routed, caller: Caller, requestId: string): Answered {
  const { service, action, parameters, protocol } = routed;
  try {
    if (!service || routed.refusal)
      throw routed.refusal ?? new AwsError('InvalidAction', 'The request names no service');
    const perform = service.actions.get(action);
    if (!perform) throw service.unknownAction(action);
    const { result, effect } = perform(parameters, caller);
    return { reply: protocol.answer(action, result, requestId), ...(effect !== undefined && { effect }) };
  } catch (error) {
    const refusal = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
    return refused(routed, refusal, requestId);
  }
}

function refused({ protocol }: Routed, error: AwsError, requestId: string, retryAfterSeconds?: number): Answered {
  const reply = protocol.error(error, requestId);
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { reply: { ...reply, headers }, code: error.code };
}

/** Signatures are not checked; the access key in them tells who signed. */
function callerOf(world: World, request: IncomingMessage): Caller {
  const accessKeyId = /Credential=([^/,\s]{1,128})\//.exec(request.headers.authorization ?? '')?.[1];
  if (accessKeyId === undefined) return { accessKeyId, instanceId: undefined };
  return { accessKeyId, instanceId: world.instanceWithKey(accessKeyId)?.instanceId };
}

function attemptOf(request: IncomingMessage): { attempt?: number } {
  const header = request.headers['amz-sdk-request'];
  const attempt = typeof header === 'string' ? /attempt=(\d{1,4})/.exec(header)?.[1] : undefined;
  return attempt === undefined ? {} : { attempt: Number(attempt) };
}
