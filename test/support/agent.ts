import { randomUUID } from 'node:crypto';
import type { TestContext } from 'vitest';
import { spawnAgent } from '../../src/demo/agent-process.js';
import { freePort } from '../../src/demo/ports.js';
import type { Exit, Supervised } from '../../src/demo/supervised.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import type { JournalEntry, Simulator } from '../../src/simulator/simulator.js';
import { takeTurn } from './turn.js';

export interface RealAgent {
  readonly process: Supervised;
  /** Resolves with the first log line, so far or to come, that has this message. */
  said(message: string): Promise<Record<string, unknown>>;
  /** Every log line so far. */
  lines(): readonly string[];
  /** Tells it to go, and resolves with how it ended. */
  leave(): Promise<Exit>;
}

/** An instance with a health endpoint's port of its own, in a cluster of its own. */
export interface RealInstance {
  readonly instanceId: string;
  readonly cluster: string;
  readonly targetGroupArn: string;
  readonly simulator: Simulator;
  readonly healthUrl: string;
  /** Those that were started so far, in order. */
  readonly agents: readonly RealAgent[];
  /** Starts `drawbridge agent` on it; ended with the test at the latest. */
  start(...args: string[]): Promise<RealAgent>;
  /** The same, with more in its environment. */
  startIn(env: Record<string, string>, ...args: string[]): Promise<RealAgent>;
  /** The same, and resolves once it says that it is in service. */
  startInService(...args: string[]): Promise<RealAgent>;
  requests(action: string): readonly JournalEntry[];
  /** What `/health` said as each DeregisterTargets of the host arrived; undefined where nobody answered any more. */
  healthAsItDeregistered(): Promise<readonly (number | undefined)[]>;
  state(): string;
}

export interface RealInstanceOptions {
  /** The test's own, from its context: tests here run side by side. */
  readonly onTestFinished: TestContext['onTestFinished'];
  readonly temporalAddress: string;
  readonly drainSeconds: number;
  /** The target group's own. @default drainSeconds */
  readonly deregistrationDelaySeconds?: number;
  /** Whether health checks ask the agent's real endpoint. @default 'real' */
  readonly probe?: 'real' | 'unhealthy';
  /** For a test with a Temporal server of its own: ids that look well. @default one that no other test has */
  readonly instanceId?: string;
  /** @default one that no other test has */
  readonly cluster?: string;
}

/** Without it Node's fetch waits 5 min for some processes that were killed as they were asked. */
const answersWithinMs = 10_000;

/** A simulated AWS with one instance, taken down when the test ends. */
export async function aRealInstance({
  onTestFinished,
  temporalAddress,
  drainSeconds,
  deregistrationDelaySeconds = drainSeconds,
  probe = 'real',
  instanceId = `i-${randomUUID().replaceAll('-', '').slice(0, 17)}`,
  cluster = `scenario-${instanceId}`,
}: RealInstanceOptions): Promise<RealInstance> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  const tags = { 'neuwerk:cluster': cluster };
  const port = await freePort();
  const group = simulator.createTargetGroup({
    name: 'scenario',
    vpcId: 'vpc-1',
    tags,
    attributes: { 'deregistration_delay.timeout_seconds': String(deregistrationDelaySeconds) },
    registrationDelaySeconds: 0,
    healthCheck: { protocol: 'HTTP', path: '/health', intervalSeconds: 0.5, timeoutSeconds: 0.5, healthyThreshold: 2 },
  });
  const address = { host: '127.0.0.1', port };
  await simulator.createInstance({ instanceId, vpcId: 'vpc-1', tags, probe, probeAddress: address });
  const healthUrl = `http://127.0.0.1:${port}/health`;
  const fixed = [
    '--health-host',
    '127.0.0.1',
    '--health-port',
    String(port),
    '--drain',
    String(drainSeconds),
    '--tunnel-device',
    'lo',
  ];

  const health: Promise<number | undefined>[] = [];
  void sampleHealth();
  const agents: RealAgent[] = [];
  let started = 0;
  let alive = 0;

  return {
    instanceId,
    cluster,
    targetGroupArn: group.arn,
    simulator,
    healthUrl,
    agents,
    healthAsItDeregistered: () => Promise.all(health),
    requests: (action) => simulator.requests(action),
    state: () => simulator.targetHealth(group.arn, instanceId).state,
    start: (...args) => startIn({}, ...args),
    startIn,
    async startInService(...args) {
      const agent = await startIn({}, ...args);
      await agent.said('in service');
      return agent;
    },
  };

  async function sampleHealth(): Promise<never> {
    for (;;) {
      await simulator.nextRequest('DeregisterTargets', (entry) => entry.instanceId === instanceId);
      const answer = fetch(healthUrl, { signal: AbortSignal.timeout(answersWithinMs) }).then(
        ({ status }) => status,
        () => undefined,
      );
      health.push(answer);
    }
  }

  async function startIn(env: Record<string, string>, ...args: string[]): Promise<RealAgent> {
    const lines = new Lines();
    // One that races another of its instance, or has a drain to go on with, is timed: it waits for nobody.
    const isTimed = alive > 0 || simulator.requests('DeregisterTargets').length > 0;
    const turn = isTimed ? undefined : takeTurn(started > 0 ? 'first' : 'last');
    started += 1;
    alive += 1;
    await turn?.begins;
    const process = await spawnAgent({
      name: `agent ${instanceId}`,
      temporalAddress,
      aws: { ...simulator.environment(instanceId), ...env },
      args: [...fixed, ...args],
      onLine: (line) => {
        lines.add(line);
        if (!line.includes('"agent started"')) turn?.end();
      },
    });
    onTestFinished(() => void process.stop(0));
    void process.exited.then(() => {
      alive -= 1;
      lines.end();
      turn?.end();
    });
    const agent: RealAgent = {
      process,
      said: (message) => lines.with(message),
      lines: () => lines.all,
      leave: () => {
        process.kill('SIGTERM');
        return process.exited;
      },
    };
    agents.push(agent);
    return agent;
  }
}

/** Log lines as they come, and who waits for one. */
class Lines {
  readonly all: string[] = [];
  #ended = false;
  readonly #waiting = new Map<
    string,
    { resolve: (line: Record<string, unknown>) => void; reject: (error: Error) => void }
  >();

  add(line: string): void {
    this.all.push(line);
    for (const [message, { resolve }] of this.#waiting) {
      if (!line.includes(`"${message}"`)) continue;
      this.#waiting.delete(message);
      resolve(JSON.parse(line) as Record<string, unknown>);
    }
  }

  with(message: string): Promise<Record<string, unknown>> {
    const found = this.all.find((line) => line.includes(`"${message}"`));
    if (found !== undefined) return Promise.resolve(JSON.parse(found) as Record<string, unknown>);
    if (this.#ended) return Promise.reject(this.#neverSaid(message));
    return new Promise((resolve, reject) => this.#waiting.set(message, { resolve, reject }));
  }

  end(): void {
    this.#ended = true;
    for (const [message, { reject }] of this.#waiting) reject(this.#neverSaid(message));
  }

  #neverSaid(message: string): Error {
    return new Error(`the agent ended without saying "${message}". Its lines:\n${this.all.join('\n')}`);
  }
}
