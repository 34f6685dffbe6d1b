import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memorySettings } from '../src/demo/agent-process.js';
import { freePort } from '../src/demo/ports.js';
import { openHealthEndpoint } from '../src/host/health-endpoint.js';
import { stopBudgetSeconds } from '../src/workers/stop-budget.js';
import { argsOf, copyOf, environmentOf, lastStage, stages } from './support/dockerfile.js';

const copies = stages().flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'COPY').map(copyOf));
const fromContext = copies.filter(({ stage }) => stage === undefined).flatMap(({ from }) => from);

describe('the Dockerfile', () => {
  it('builds on the Node that is developed on, in images with a fixed tag', () => {
    const node = readFileSync('.nvmrc', 'utf8').trim();
    expect(stages().map(({ image }) => image)).toEqual([`node:${node}-trixie`, `node:${node}-trixie-slim`]);
  });

  it('copies what is there, and .dockerignore lets in that and nothing else', () => {
    const [nothing, ...letIn] = readFileSync('.dockerignore', 'utf8').trim().split('\n');
    expect(nothing).toBe('*');
    expect(letIn.map((line) => line.replace(/^!/, '')).sort()).toEqual([...fromContext].sort());
    for (const path of fromContext) expect(existsSync(path), path).toBe(true);
  });

  it('copies into what is run from the stage that there is, and brings the CA certificates that a slim image lacks', () => {
    const [build] = stages();
    const { instructions } = lastStage();
    const copied = instructions.filter(({ name }) => name === 'COPY').map(copyOf);
    expect(copied.map(({ stage }) => stage)).toEqual(copied.map(() => build?.name));
    expect(copied.flatMap(({ from }) => from)).toContain('/etc/ssl/certs/ca-certificates.crt');
  });

  it('runs as nobody of importance, and hands signals to the agent itself', () => {
    const stage = lastStage();
    expect(argsOf(stage, 'USER')).toBe('node');
    expect(JSON.parse(argsOf(stage, 'ENTRYPOINT'))).toEqual(['node', '/app/dist/cli/main.js']);
    expect(JSON.parse(argsOf(stage, 'CMD'))).toEqual(['agent']);
  });

  it('keeps the heaps of glibc and V8 small, as every start of an agent does', () => {
    expect(environmentOf(lastStage())).toEqual({ NODE_ENV: 'production', ...memorySettings });
  });

  it('says what it is', () => {
    const { name, description, license } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;
    const labels = [...argsOf(lastStage(), 'LABEL').matchAll(/org\.opencontainers\.image\.(\w+)="([^"]*)"/g)];
    expect(labels.map(([, label, value]) => [label, value])).toEqual([
      ['title', name],
      ['description', description],
      ['licenses', license],
    ]);
  });
});

describe('what docs/operations.md runs it with', () => {
  const page = readFileSync('docs/operations.md', 'utf8');

  it('grants an agent to leave as long as doctor --stop-budget prints', () => {
    expect(page).toContain(`--stop-timeout ${stopBudgetSeconds(undefined)} `);
  });
});

describe('its health check', () => {
  it('finds an agent well that answers, also while it leaves, so that nobody restarts it in mid-drain', async () => {
    const health = await openHealthEndpoint({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => health.close());
    expect(await checked(health.port)).toBe(0);
    health.leave();
    expect(await checked(health.port)).toBe(0);
  });

  it('finds one ill that does not answer', async () => {
    expect(await checked(await freePort())).toBe(1);
  });
});

/** Runs the command of HEALTHCHECK, as Docker does; resolves with its exit code: 0 is healthy, 1 is not. */
function checked(port: number): Promise<number | null> {
  const [node = '', ...args] = JSON.parse(argsOf(lastStage(), 'HEALTHCHECK').replace(/^.*? CMD /, '')) as string[];
  expect(node).toBe('node');
  const env = { ...process.env, DRAWBRIDGE_HEALTH_PORT: String(port) };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env }, () => resolve(child.exitCode));
  });
}
