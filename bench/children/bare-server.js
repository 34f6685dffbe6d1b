// The least that an HTTP server in Node can do: reads the request, and answers every one with the bytes it was given.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const { headers, body } = /** @type {{ headers: Record<string, string>, body: string }} */ (await json(process.stdin));
const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.stdout.write(`${JSON.stringify({ endpoint: `http://127.0.0.1:${port}` })}\n`);
});
