/**
 * An AWS in process, over HTTP on loopback: all services on one listener, IMDSv2 on one for each instance.
 *
 * Real SDK clients and a real metadata exchange work against it; nothing in it knows the product that is tested.
 */
import { Cloud } from './cloud.js';
import type { SimulatedInstance } from './environment.js';
import { environmentOf } from './environment.js';
import type { FaultRule } from './faults.js';
import { Faults } from './faults.js';
import { MetadataServices } from './imds/metadata-services.js';
import type { JournalEntry } from './journal.js';
import { Journal } from './journal.js';
import type { SimulatorOptions } from './options.js';
import { createFront } from './services/front.js';
import { createServices } from './services/services.js';
import { Throttle } from './throttling/throttle.js';
import { Listeners } from './wire/listeners.js';
import type { InstanceOptions } from './world/instance.js';

export { ManualClock, scaledClock } from './clock.js';
export type { SimulatedInstance } from './environment.js';
export type { FaultRule } from './faults.js';
export type { JournalEntry } from './journal.js';
export type { SimulatorOptions } from './options.js';
export type { InstanceOptions } from './world/instance.js';
export type { Transition } from './world/observer.js';
export type { HealthCheck } from './world/targets/health-check.js';
export type { TargetGroup, TargetGroupOptions } from './world/targets/target-group.js';
export type { TargetHealth } from './world/targets/target-health.js';

/** Starts a simulator with nothing in it. @throws when the port is taken. */
export const startSimulator = (options: SimulatorOptions = {}): Promise<Simulator> => Simulator.start(options);

/** A running simulator: the cloud, and the wire to it. */
export class Simulator extends Cloud {
  readonly #faults: Faults;
  readonly #throttle: Throttle;
  readonly #journal: Journal;
  readonly #instances = new Map<string, SimulatedInstance>();
  readonly #listeners: Listeners;
  readonly #metadata: MetadataServices;
  #endpoint = '';

  private constructor(options: SimulatorOptions) {
    super(options);
    this.#faults = new Faults(this.clock);
    this.#throttle = new Throttle(this.clock, options.throttling ?? 'published', this.world.assumptions);
    this.#journal = new Journal(options.journalSize);
    this.#listeners = new Listeners(options.host ?? '127.0.0.1', options.advertisedHost);
    this.#metadata = new MetadataServices({
      world: this.world,
      listeners: this.#listeners,
      faults: this.#faults,
      throttle: this.#throttle,
      journal: this.#journal,
    });
  }

  /** See `startSimulator`. */
  static async start(options: SimulatorOptions): Promise<Simulator> {
    const simulator = new Simulator(options);
    const services = createServices(simulator.world, options.pageSize);
    const front = createFront({
      world: simulator.world,
      services,
      faults: simulator.#faults,
      throttle: simulator.#throttle,
      journal: simulator.#journal,
    });
    const control = options.control?.(simulator);
    simulator.#endpoint = await simulator.#listeners.open((request, response) => {
      if (control && /^\/_drawbridge(\/|$)/.test(request.url ?? '')) control(request, response);
      else front(request, response);
    }, options.port);
    return simulator;
  }

  /** Where the services listen: `http://127.0.0.1:PORT`. */
  get endpoint(): string {
    return this.#endpoint;
  }

  /** Every request, in order of arrival. */
  get journal(): readonly JournalEntry[] {
    return this.#journal.entries;
  }

  get instances(): readonly SimulatedInstance[] {
    return [...this.#instances.values()];
  }

  /** Makes an instance, with a metadata service of its own. @throws when the id is taken, or the options contradict each other. */
  async createInstance(options: InstanceOptions): Promise<SimulatedInstance> {
    const instance = this.world.createInstance(options);
    const imdsEndpoint = await this.#metadata.start(instance, options.imdsPort).catch((error: unknown) => {
      this.world.forgetInstance(instance);
      throw error;
    });
    const simulated = Object.assign(instance, { imdsEndpoint });
    this.#instances.set(instance.instanceId, simulated);
    return simulated;
  }

  /** Serves a value below `/latest/meta-data/`, such as `autoscaling/target-lifecycle-state`; undefined takes it away again. */
  setMetadata(instanceId: string, path: string, value: string | undefined): void {
    const { metadata } = this.#instance(instanceId);
    if (value === undefined) metadata.delete(path);
    else metadata.set(path, value);
  }

  /** Makes all IMDS tokens of the instance invalid, as a restart of its metadata service would. */
  revokeTokens(instanceId: string): void {
    this.#metadata.revokeTokens(instanceId);
  }

  /** Gives the instance's role new credentials, which IMDS hands out; with those before every request is refused as expired. */
  rotateCredentials(instanceId: string): void {
    this.world.rotateCredentials(instanceId);
  }

  /** What was left in each token bucket when it was last asked, by account, region and name. */
  get throttling(): Readonly<Record<string, number>> {
    return this.#throttle.levels;
  }

  /** The fault rules in force. */
  get faults(): Faults {
    return this.#faults;
  }

  /** @returns its id. @throws `ZodError` when the rule is none. */
  addFault(rule: FaultRule): string {
    return this.#faults.add(rule);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** The requests so far for this action. */
  requests(action: string): readonly JournalEntry[] {
    return this.journal.filter((entry) => entry.action === action);
  }

  /** Resolves with the next request for this action, after its effect. Counted from this call: earlier ones do not count. */
  nextRequest(action: string, matches: (entry: JournalEntry) => boolean = () => true): Promise<JournalEntry> {
    return this.#journal.next((entry) => entry.action === action && matches(entry));
  }

  /** What a process needs in its environment to talk to this AWS: as the instance, or as an operator without one. */
  environment(instanceId?: string): Record<string, string> {
    const instance = instanceId === undefined ? undefined : this.#instance(instanceId);
    return environmentOf(this.#endpoint, this.region, instance);
  }

  /** Closes every listener and connection, and stops every probe. */
  override async close(): Promise<void> {
    await super.close();
    await this.#listeners.close();
  }

  #instance(instanceId: string): SimulatedInstance {
    const instance = this.#instances.get(instanceId);
    if (!instance) throw new Error(`no instance ${instanceId}`);
    return instance;
  }
}
