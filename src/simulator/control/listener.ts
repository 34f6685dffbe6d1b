import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Simulator } from '../simulator.js';
import { readBody } from '../wire/body.js';
import type { Control } from './control.js';

/**
 * The control API of a simulator, for its listener.
 *
 * It is loaded with the first request, as not every simulator gets one and loading takes longer than all the rest of the start.
 */
export function controlListener(simulator: Simulator): RequestListener {
  let loading: Promise<Control> | undefined;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    loading ??= import('./control.js').then(({ createControl }) => createControl());
    // A web page that is open on this machine may not drive it.
    if (request.headers.origin !== undefined) return send(response, fromPage());
    const [control, body] = await Promise.all([loading, readBody(request)]);
    await send(response, body === undefined ? tooLarge() : await control.fetch(toFetch(request, body), { simulator }));
  };
  // What is left to fail is the sender's going away in the middle of its request.
  return (request, response) => void answer(request, response).catch(() => response.destroy());
}

/** A body is taken for JSON whatever its type is called, so that nobody has to say so to curl. */
const toFetch = ({ method = 'GET', url = '/' }: IncomingMessage, body: string): Request =>
  new Request(`http://simulator${url}`, {
    method,
    ...(takesBody.has(method) && { headers: { 'content-type': 'application/json' }, body }),
  });

const takesBody = new Set(['POST', 'PUT']);

const fromPage = (): Response =>
  Response.json({ error: 'the request comes from a web page, expected one without an Origin header' }, { status: 403 });

const tooLarge = (): Response => Response.json({ error: 'the body is too large' }, { status: 413 });

async function send(response: ServerResponse, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  const length = body.length > 0 ? { 'content-length': body.length } : {};
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...length });
  response.end(body);
}
