/** Run Command: what was sent to the instances, what ran on them, and how it ended. */
import type { Assumptions } from '../../assumptions.js';
import type { Clock } from '../../clock.js';
import type { AgentState, FindInstance, Ping } from './agents.js';
import { Agents } from './agents.js';
import type { Command, CommandRequest, Invocation, ScriptRun } from './command.js';
import { commandTimes } from './command.js';
import type { CommandScript } from './command-script.js';
import { CommandScripts } from './command-script.js';
import { hex } from '../instance.js';
import type { InvocationPhase } from './invocation.js';
import { cancelled, nextStep, relinked, sent, started } from './invocation.js';
import { Timeline } from '../timeline.js';

interface Open {
  readonly command: Command;
  readonly invocation: Invocation;
  /** When the agent's link last changed: what time brought before becomes known only then. */
  linkedAt: number;
}

const millisecondsPerSecond = 1000;

/** The commands of one account and region. Whatever is read is first brought up to the clock. */
export class Commands {
  readonly #clock: Clock;
  readonly #assumptions: Pick<Assumptions, 'commandDeliverySeconds' | 'commandVisibleSeconds'>;
  readonly #agents: Agents;
  readonly #scripts = new CommandScripts();
  readonly #commands = new Map<string, Command>();
  readonly #runs: ScriptRun[] = [];
  #open: Open[] = [];

  constructor(options: {
    clock: Clock;
    assumptions: Pick<Assumptions, 'commandDeliverySeconds' | 'commandVisibleSeconds'>;
    find: FindInstance;
  }) {
    this.#clock = options.clock;
    this.#assumptions = options.assumptions;
    this.#agents = new Agents(options.clock, options.find);
  }

  /** Every run of a script so far, in order. */
  get runs(): readonly ScriptRun[] {
    this.catchUp();
    return this.#runs;
  }

  /** Every command, the newest first. */
  get all(): readonly Command[] {
    this.catchUp();
    return [...this.#commands.values()].reverse();
  }

  /** The command with this id; undefined when none was sent. */
  find(commandId: string): Command | undefined {
    this.catchUp();
    return this.#commands.get(commandId);
  }

  /** Whether reads of the API that know the world up to `asOf` show the command. */
  isVisible({ requestedAt }: Command, asOf: number): boolean {
    return asOf >= requestedAt + this.#assumptions.commandVisibleSeconds * millisecondsPerSecond;
  }

  /** Sends a command to instances that accept commands. */
  send(request: CommandRequest): Command {
    this.catchUp();
    // Whole milliseconds are all that the API can tell, and that filters by time can ask for.
    const requestedAt = Math.floor(this.#clock.now());
    const invocations = request.instanceIds.map((instanceId) => {
      this.#agents.watch(instanceId);
      return { instanceId, phases: new Timeline(sent(this.#reachesAgentAt()), requestedAt) };
    });
    const commandId = `00000000-0000-4000-8000-${hex(this.#commands.size + 1, 12)}`;
    const command = { ...request, commandId, requestedAt, times: commandTimes(request, requestedAt), invocations };
    this.#commands.set(commandId, command);
    this.#open.push(...invocations.map((invocation) => ({ command, invocation, linkedAt: requestedAt })));
    return command;
  }

  /** Cancels what has not ended of a command, on these instances. @returns the instances where that is something. */
  cancel({ commandId }: Command, instanceIds: readonly string[]): readonly string[] {
    this.catchUp();
    const concerned = this.#open.filter(
      ({ command, invocation }) => command.commandId === commandId && instanceIds.includes(invocation.instanceId),
    );
    for (const { invocation } of concerned) {
      const { phases } = invocation;
      phases.set(cancelled(phases.latest, this.#reachesAgentAt()), this.#clock.now());
    }
    return concerned.map(({ invocation }) => invocation.instanceId);
  }

  /** Adds a rule for the scripts that run from now on; it goes before the ones that are there. @throws `ZodError` when it is none. */
  script(rule: CommandScript): void {
    this.catchUp();
    this.#scripts.add(rule);
  }

  clearScripts(): void {
    this.catchUp();
    this.#scripts.clear();
  }

  setAgent(instanceId: string, state: AgentState): void {
    this.#agents.set(instanceId, state);
    this.catchUp();
  }

  /** To be called when an instance is made, and after every change of its state. */
  noticeInstance(instanceId: string): void {
    this.#agents.watch(instanceId);
    this.catchUp();
  }

  /** Whether SendCommand takes the instance. */
  accepts(instanceId: string): boolean {
    return this.#agents.accepts(instanceId);
  }

  /** The last ping of the instance's agent up to `asOf`; undefined when the instance was not managed then. */
  ping(instanceId: string, asOf: number): Ping | undefined {
    this.catchUp();
    return this.#agents.ping(instanceId, asOf);
  }

  /** Takes everything that is due, then looks how the agents are now. */
  catchUp(): void {
    this.#takeSteps();
    for (const instanceId of this.#agents.notice()) this.#relink(instanceId);
    this.#takeSteps();
  }

  #relink(instanceId: string): void {
    const now = this.#clock.now();
    const link = this.#agents.link(instanceId);
    for (const open of this.#open.filter(({ invocation }) => invocation.instanceId === instanceId)) {
      const { phases } = open.invocation;
      phases.set(relinked(phases.latest, open.command.times, link, now), now);
      open.linkedAt = now;
    }
  }

  /** Takes every step that is due, each at its own time (C1). Scripts begin in the order in which they were sent. */
  #takeSteps(): void {
    const now = this.#clock.now();
    for (const { command, invocation, linkedAt } of this.#open) {
      const { instanceId, phases } = invocation;
      const link = this.#agents.link(instanceId);
      const next = () => nextStep(phases.latest, command.times, link);
      for (let step = next(); step !== undefined && step.at <= now; step = next()) {
        const phase = 'phase' in step ? step.phase : this.#begin(command, instanceId, step.at);
        phases.set(phase, Math.max(step.at, linkedAt));
      }
    }
    this.#open = this.#open.filter(({ invocation }) => invocation.phases.latest.kind !== 'ended');
  }

  #begin({ commandId, script }: Command, instanceId: string, at: number): InvocationPhase {
    this.#runs.push({ commandId, instanceId, script, at });
    return started(at, this.#scripts.answer(instanceId, script));
  }

  #reachesAgentAt(): number {
    return this.#clock.now() + this.#assumptions.commandDeliverySeconds * millisecondsPerSecond;
  }
}
