import { setTimeout as pause } from 'node:timers/promises';
import { loopback } from '../demo/ports.js';
import { startRun } from './agent-runs.js';
import type { LiveRun } from './agent-runs.js';
import { openGate } from './gate.js';
import type { Gate } from './gate.js';
import type { Plan } from './plan.js';
import { startProxy } from './proxy.js';
import type { Proxy } from './proxy.js';
import type { Stage } from './stage.js';
import type { LifeWorld } from './world.js';

/** How often a supervisor starts an agent again that ended by itself with an error, and after what time. */
const restarts = 2;
const restartMs = 500;

/** When an agent that was started again during the way out is told to go once more, counted from its first word: it listens then. */
const tellAgainMs = 300;

/** A process that ends by itself so soon after it was told was about to end: nobody was there to hear it. */
const unheardMs = 300;

/** How long a startup waits for `healthy`, so that one that cannot succeed fails while the life goes on. */
const healthyWindowSeconds = 20;

/** One machine: its agent, kept running as a supervisor would, and its two ways out, to AWS and to Temporal. */
export class Host {
  readonly runs: LiveRun[] = [];
  readonly gate: Gate;
  readonly toTemporal: Proxy;
  readonly #stage: Stage;
  readonly #plan: Plan;
  readonly #world: LifeWorld;
  readonly #onMessage: (message: string) => void;
  /** Resolves when the supervisor gives up, or the agent has left: no agent runs any more, unless it is told to leave. */
  readonly done: Promise<void>;
  #onDone = (): void => undefined;
  #restartsLeft = restarts;
  /** When to start it again although somebody ended it. */
  #again: number | undefined;
  #isGone = false;
  #isLeaving = false;
  #isDone = false;

  private constructor(parts: HostParts) {
    this.#stage = parts.stage;
    this.#plan = parts.plan;
    this.#world = parts.world;
    this.gate = parts.gate;
    this.toTemporal = parts.toTemporal;
    this.#onMessage = parts.onMessage;
    this.done = new Promise((resolve) => (this.#onDone = resolve));
  }

  /** @param onMessage - is told the message of every line of the agent's log. */
  static async create(stage: Stage, plan: Plan, world: LifeWorld, onMessage: (message: string) => void): Promise<Host> {
    const healthUrl = `http://${loopback}:${world.healthPort}/health`;
    const gate = await openGate(new URL(stage.simulator.endpoint).host, healthUrl);
    const toTemporal = await startProxy(stage.temporalAddress);
    return new Host({ stage, plan, world, gate, toTemporal, onMessage });
  }

  /** The agent's process, unless it is gone. */
  get running(): LiveRun | undefined {
    const last = this.runs.at(-1);
    return last?.end === undefined ? last : undefined;
  }

  /** Whether no agent runs here any more, nor will. */
  get isDone(): boolean {
    return this.#isDone;
  }

  async start(): Promise<void> {
    const { simulator, product } = this.#stage;
    const run = await startRun(
      {
        product,
        command: 'agent',
        args: argumentsFor(this.#plan, this.#world),
        temporalAddress: this.toTemporal.address,
        aws: {
          ...simulator.environment(this.#world.instance.instanceId),
          AWS_ENDPOINT_URL: `http://${this.gate.address}`,
        },
      },
      this.#onMessage,
    );
    this.runs.push(run);
    void run.process.exited.then(() => this.#ended(run));
  }

  /** SIGKILL; the host is gone for good where no time is given. Resolves once the process is gone. */
  async kill(againAfterMs: number | undefined): Promise<void> {
    const { running } = this;
    if (againAfterMs === undefined) this.#isGone = true;
    this.#again ??= againAfterMs;
    running?.tell('SIGKILL');
    await running?.process.exited;
  }

  detach(againAfterMs: number): void {
    this.#again ??= againAfterMs;
    this.running?.tell('SIGHUP');
  }

  /**
   * SIGTERM, to the agent that runs and to those that are started again. One that the supervisor gave up gets another chance. A
   * process that was started again hears it: one that is told before it listens is just ended, with its target in service.
   */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    if (this.#isDone && !this.#isGone) {
      this.#isDone = false;
      await this.start();
    }
    const { running } = this;
    if (this.runs.length > 1 && running !== undefined) await this.#listens(running);
    running?.tell('SIGTERM');
  }

  close(): void {
    this.#isGone = true;
    void this.running?.process.stop(0);
    void this.gate.close();
    void this.toTemporal.close();
  }

  #ended(run: LiveRun): void {
    const again = this.#isGone ? undefined : (this.#again ?? this.#asSupervisor(run));
    this.#again = undefined;
    if (again === undefined) this.#finish();
    else void this.#startAgain(again);
  }

  #finish(): void {
    this.#isDone = true;
    this.#onDone();
  }

  async #startAgain(afterMs: number): Promise<void> {
    await pause(afterMs);
    if (this.#isGone) {
      this.#finish();
      return;
    }
    await this.start();
    const { running } = this;
    if (!this.#isLeaving || running === undefined) return;
    await this.#listens(running);
    await pause(tellAgainMs);
    if (running.told.length === 0) running.tell('SIGTERM');
  }

  async #listens(run: LiveRun): Promise<void> {
    while (run.lines.length === 0 && run.end === undefined) await pause(50);
  }

  /** When to start it again: after a failure, as long as that makes sense; not after the end that was asked for. */
  #asSupervisor(run: LiveRun): number | undefined {
    const endedAt = run.end?.at ?? Infinity;
    const wasTold = run.told.some(({ signal, at }) => signal === 'SIGTERM' && endedAt - at > unheardMs);
    const left = run.lines.some(({ message }) => message?.startsWith('leaving: ') === true);
    if (wasTold || left || run.end?.code === 0 || this.#restartsLeft === 0) return undefined;
    this.#restartsLeft -= 1;
    return restartMs;
  }
}

interface HostParts {
  readonly stage: Stage;
  readonly plan: Plan;
  readonly world: LifeWorld;
  readonly gate: Gate;
  readonly toTemporal: Proxy;
  readonly onMessage: (message: string) => void;
}

function argumentsFor(plan: Plan, { healthPort, arn }: LifeWorld): string[] {
  const tunnel = {
    there: ['--tunnel-device', 'lo'],
    'not needed': ['--tunnel-policy', 'skip'],
    missing: ['--tunnel-device', 'gone0', '--tunnel-window', '1'],
  }[plan.tunnel];
  return [
    ...['--health-host', loopback, '--health-port', String(healthPort)],
    ...['--drain', plan.byDelay ? 'deregistration-delay' : String(plan.drainSeconds)],
    ...['--healthy-window', String(healthyWindowSeconds)],
    ...tunnel,
    ...(plan.namesGroup ? ['--target-group-arn', arn] : []),
  ];
}
