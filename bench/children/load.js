// Sends a fixed count of requests over keep-alive connections, checks every answer, and says how many there were a second.
import { performance } from 'node:perf_hooks';
import { json } from 'node:stream/consumers';
import autocannon from 'autocannon';

const { url, connections, requests, amount } = /** @type {any} */ (await json(process.stdin));

/** From the first request to the last answer: autocannon's own time is one of whole seconds. */
const times = { first: 0, last: 0 };

/** @type {import('autocannon').Result} */
const { errors, timeouts, mismatches, non2xx } = await new Promise((resolve, reject) => {
  const verifyBody = (/** @type {unknown} */ body) => String(body).includes('<State>healthy</State>');
  const options = { url, connections, amount, requests, verifyBody };
  const instance = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)));
  instance.on('start', () => (times.first = performance.now()));
  instance.on('response', () => (times.last = performance.now()));
});
const failed = errors + timeouts + mismatches + non2xx;
if (failed > 0) throw new Error(`${failed} of ${amount} requests failed`);
const seconds = (times.last - times.first) / 1_000;
process.stdout.write(`${JSON.stringify({ requestsPerSecond: amount / seconds })}\n`);
