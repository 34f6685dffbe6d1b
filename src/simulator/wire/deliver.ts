import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.js';
import type { Fault } from '../faults.js';
import type { Reply } from './protocol.js';

const badGateway: Reply = {
  status: 502,
  contentType: 'text/html',
  body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
};

const bare = (status: number): Reply => ({ status, contentType: 'text/plain', body: '' });

const withHeader = (reply: Reply, name: string, value: string): Reply => ({
  ...reply,
  headers: { ...reply.headers, [name]: value },
});

/** The reply with a Retry-After header, where there is something to say. */
export const withRetryAfter = (reply: Reply, seconds: number | undefined): Reply =>
  seconds === undefined ? reply : withHeader(reply, 'retry-after', String(seconds));

/**
 * Sends a reply, or what the fault makes of it. The `Date` header is Node's, and so always the wall's, unless a fault skews it:
 * SDK clients take a skewed one for a reason to repeat any request.
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
      return send(response, withRetryAfter(bare(fault.status), fault.retryAfterSeconds));
    case 'html502':
      return send(response, withRetryAfter(badGateway, fault.retryAfterSeconds));
    case 'dateSkew':
      return send(response, withHeader(reply, 'date', new Date(Date.now() + fault.seconds * 1000).toUTCString()));
    case 'staleRead':
      return send(response, reply);
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
