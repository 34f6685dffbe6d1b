import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.js';
import type { Fault } from '../faults.js';
import type { Reply } from './protocol.js';

const badGateway: Reply = {
  status: 502,
  contentType: 'text/html',
  body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
};

/**
 * Sends a reply, or what the fault makes of it. The `Date` header is Node's, and so always the wall's: SDK clients take a
 * skewed one for a reason to repeat any request.
 *
 * @returns the status that the sender gets to see; undefined for none.
 */
export function deliver(
  response: ServerResponse,
  reply: Reply,
  fault: Fault | undefined,
  clock: Clock,
): number | undefined {
  if (!fault) return send(response, reply);
  switch (fault.kind) {
    case 'error':
      return send(response, reply);
    case 'status':
      return send(response, { status: fault.status, contentType: 'text/plain', body: '' });
    case 'html502':
      return send(response, badGateway);
    case 'latency':
      clock.schedule(clock.now() + fault.ms, () => void send(response, reply));
      return reply.status;
    default:
      return mangle(response, reply, fault.kind);
  }
}

function mangle(
  response: ServerResponse,
  reply: Reply,
  kind: 'hang' | 'resetBefore' | 'resetAfter' | 'emptyBody' | 'truncatedBody',
): number | undefined {
  switch (kind) {
    case 'hang':
      return undefined;
    case 'resetBefore':
    case 'resetAfter':
      response.socket?.resetAndDestroy();
      return undefined;
    case 'emptyBody':
      return send(response, { ...reply, status: 200, body: '' });
    case 'truncatedBody':
      return sendHalf(response, reply);
  }
}

function send(response: ServerResponse, { status, contentType, body, headers }: Reply): number {
  response.writeHead(status, { ...headers, 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
  return status;
}

/** Announces the whole body, sends half of it, and closes. */
function sendHalf(response: ServerResponse, { status, contentType, body, headers }: Reply): number {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-type': contentType, 'content-length': bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
  return status;
}
