// A proxy before a Temporal frontend that knows what it is asked, and what it has not answered yet.
import { once } from 'node:events';
import http2 from 'node:http2';

/**
 * @param {string} address - Of the frontend.
 * @returns a proxy; `requests` counts by API method, `open` those that are not answered.
 */
export async function countRequests(address) {
  /** @type {Map<string, number>} */
  const requests = new Map();
  /** @type {Map<string, number>} */
  const open = new Map();
  const add = (/** @type {Map<string, number>} */ counts, /** @type {string} */ method, /** @type {number} */ count) =>
    counts.set(method, (counts.get(method) ?? 0) + count);

  const server = http2.createServer();
  /** @type {Set<http2.ServerHttp2Session>} */
  const sessions = new Set();
  server.on('session', (session) => {
    sessions.add(session);
    const frontend = http2.connect(`http://${address}`);
    frontend.on('error', () => session.destroy());
    // Its connections have an age; ours has the same.
    let isLeaving = false;
    frontend.on('goaway', () => {
      isLeaving = true;
      session.close();
    });
    session.on('close', () => {
      sessions.delete(session);
      frontend.destroy();
    });
    session.on('error', () => frontend.destroy());
    session.on('stream', (stream, headers) => {
      const method = String(headers[':path']).split('/').at(-1) ?? '';
      add(requests, method, 1);
      add(open, method, 1);
      stream.on('close', () => add(open, method, -1));
      if (isLeaving) stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      else forward(stream, frontend.request(headers));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    address: `127.0.0.1:${port}`,
    requests,
    open,
    close() {
      server.close();
      for (const session of sessions) session.destroy();
    },
  };
}

/** @param {http2.ServerHttp2Stream} stream @param {http2.ClientHttp2Stream} request */
function forward(stream, request) {
  /** @type {http2.IncomingHttpHeaders} */
  let trailers = {};
  request.on('response', (headers, flags) => {
    if (stream.destroyed) return;
    // An error comes as headers alone.
    const endStream = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(headers, { endStream, waitForTrailers: !endStream });
    if (!endStream) request.pipe(stream);
  });
  request.on('trailers', (received) => (trailers = received));
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.on('error', () => request.close());
  request.on('error', () => stream.close());
  stream.on('aborted', () => request.close());
  stream.pipe(request);
}
