import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { TestContext } from 'vitest';
import { freePort } from '../../src/demo/ports.js';
import { spawnSupervised } from '../../src/demo/supervised.js';
import type { Supervised } from '../../src/demo/supervised.js';
import { compose } from '../support/compose.js';
import { anOwnTemporal } from '../support/own-temporal.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const { services } = compose();
const agents = Object.keys(services).filter((name) => services[name]?.command[0] === 'agent');

describe('the services of docker-compose.yml that are ours, run by hand', () => {
  it('bring three agents into service, and a stop of one is a real drain', async (context) => {
    const temporal = await anOwnTemporal(context.onTestFinished);
    const place = await aPlace(temporal.address);
    const aws = await start('aws', place, context);
    await aws.said(/./);
    const setup = await start('search-attributes', place, context);
    expect(await setup.process.exited, setup.process.lastLines().join('\n')).toMatchObject({ code: 0 });
    await (await start('worker', place, context)).said(/"fleet worker started"/);

    const started = await Promise.all(agents.map((name) => start(name, place, context)));
    await Promise.all(started.map((agent) => agent.said(/"in service"/)));
    const [first] = started;
    first?.process.kill('SIGTERM');
    const since = performance.now();
    expect(await first?.process.exited, first?.process.lastLines().join('\n')).toMatchObject({ code: 0 });
    expect(performance.now() - since, 'its drain period').toBeGreaterThanOrEqual(60_000);
  });
});

/** Where a service is found that others know by its name and port in a network of containers: here all are on one machine. */
type Place = (text: string) => string;

async function aPlace(temporalAddress: string): Promise<Place> {
  const ports = new Map<string, string>();
  for (const port of new Set(JSON.stringify(services.aws).match(/\b4\d{3}\b/g)))
    ports.set(port, String(await freePort()));
  for (const name of agents) ports.set(`${name}:8080`, `127.0.0.1:${await freePort()}`);
  const known = new RegExp([...ports.keys()].map((name) => `\\b${name}\\b`).join('|'), 'g');
  return (text) =>
    text
      .replace('temporal:7233', temporalAddress)
      .replace('http://aws:', 'http://127.0.0.1:')
      .replace(known, (name) => ports.get(name) ?? name);
}

interface Started {
  readonly process: Supervised;
  /** Resolves once it has printed such a line. */
  said(what: RegExp): Promise<void>;
}

async function start(
  name: string,
  place: Place,
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
): Promise<Started> {
  const service = services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}, expected it`);
  const { command, environment } = service;
  const lines: string[] = [];
  let heard = (): void => undefined;
  const process = await spawnSupervised(globalThis.process.execPath, [cli, ...command.map(place)], {
    name,
    env: {
      PATH: globalThis.process.env.PATH ?? '',
      ...Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, place(value)])),
      // Each has an address of its own there.
      DRAWBRIDGE_HEALTH_PORT: place(`${name}:8080`).split(':')[1] ?? '',
      DRAWBRIDGE_METRICS_PORT: '0',
    },
    onLine: (line) => {
      lines.push(line);
      heard();
    },
  });
  onTestFinished(() => void process.stop(0));
  const said = (what: RegExp) =>
    new Promise<void>((resolve, reject) => {
      heard = () => {
        if (lines.some((line) => what.test(line))) resolve();
      };
      heard();
      void process.exited.then(() => reject(new Error(`${name} ended without ${String(what)}:\n${lines.join('\n')}`)));
    });
  return { process, said };
}
