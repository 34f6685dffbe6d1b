// How many health queries a simulator answers in a second: what a test with a large fleet, or a demo, leans on.
import { median } from '../figure.js';
import { ask, at, canPin, firstLine, start } from '../processes.js';

/** The servers have a core of their own, the load has the other. */
const serverCore = 0;
const loadCore = 1;

/** A group as large as AWS allows. */
const targets = 1_000;
/** Targets that the queries are about, by turns. */
const asked = 100;
const connections = 10;
const requestsPerRun = 10_000;

/** @type {import('../figure.js').Figure} */
export const simulatorDescribe = {
  name: 'simulator-describe',
  what: 'DescribeTargetHealth of one target of 1,000, requests a second on one core',
  unit: 'req/s',
  must: { atLeast: 2_000 },
  async run({ runs }) {
    const simulator = start([at('children/simulator.js'), String(targets)], { core: serverCore });
    const { endpoint, arn, ids } = JSON.parse(await firstLine(simulator));
    const requests = ids.slice(0, asked).map((/** @type {string} */ id) => describeTargetHealth(arn, id));
    const bare = start([at('children/bare-server.js')], { core: serverCore });
    bare.stdin.end(JSON.stringify(await sample(endpoint, requests[0])));
    const { endpoint: bareEndpoint } = JSON.parse(await firstLine(bare));
    const rate = (/** @type {string} */ url) =>
      ask([at('children/load.js')], { url, connections, requests, amount: requestsPerRun }, { core: loadCore });
    // The first run of each warms up; then they take turns, so that what else the machine does meets both.
    await Promise.all([rate(endpoint), rate(bareEndpoint)]);
    const rates = { simulator: /** @type {number[]} */ ([]), bare: /** @type {number[]} */ ([]) };
    for (let run = 0; run < runs; run += 1) {
      rates.simulator.push((await rate(endpoint)).requestsPerSecond);
      rates.bare.push((await rate(bareEndpoint)).requestsPerSecond);
    }
    return {
      value: median(rates.simulator),
      reference: 'a bare node:http server that answers the same bytes',
      referenceValue: median(rates.bare),
      note: canPin
        ? 'the server had core 0 and the load core 1.'
        : 'servers and load shared all cores: they could not be kept apart.',
    };
  },
};

/** @param {string} arn @param {string} id */
const describeTargetHealth = (arn, id) => ({
  method: 'POST',
  path: '/',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: String(
    new URLSearchParams({
      Action: 'DescribeTargetHealth',
      Version: '2015-12-01',
      TargetGroupArn: arn,
      'Targets.member.1.Id': id,
    }),
  ),
});

/**
 * @param {string} url
 * @param {ReturnType<typeof describeTargetHealth>} request
 * @returns {Promise<{ headers: Record<string, string>, body: string }>} what the simulator answers, for the bare server to repeat.
 */
async function sample(url, { path: _path, ...request }) {
  const response = await fetch(url, request);
  const { 'x-amzn-requestid': requestId = '', 'content-type': contentType = '' } = Object.fromEntries(response.headers);
  return { headers: { 'x-amzn-requestid': requestId, 'content-type': contentType }, body: await response.text() };
}
