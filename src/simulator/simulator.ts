/**
 * An AWS in process, over HTTP on loopback: ELBv2, EC2, tagging and STS on one listener, IMDSv2 on one per instance.
 *
 * Real SDK clients and a real metadata exchange work against it; nothing in it knows the product that is tested.
 */
import { assumptionsSchema } from './assumptions.js';
import type { Clock } from './clock.js';
import { realClock } from './clock.js';
import type { SimulatedInstance } from './environment.js';
import { environmentOf } from './environment.js';
import type { FaultRule } from './faults.js';
import { Faults } from './faults.js';
import { DataPaths } from './flows/data-paths.js';
import type { FlowReport } from './flows/tally.js';
import type { TrafficOptions } from './flows/traffic.js';
import { MetadataServices } from './imds/metadata-services.js';
import type { JournalEntry } from './journal.js';
import { Journal } from './journal.js';
import type { SimulatorOptions } from './options.js';
import { createFront } from './services/front.js';
import { createServices } from './services/services.js';
import { Throttle } from './throttling/throttle.js';
import { TransitionLog } from './transitions.js';
import { Listeners } from './wire/listeners.js';
import type { Commands } from './world/commands.js';
import type { AutoScaling } from './world/auto-scaling.js';
import type { InstanceOptions, InstanceProbe, InstanceState } from './world/instance.js';
import type { TargetGroup, TargetGroupOptions } from './world/target-group.js';
import type { TargetHealth, TargetState } from './world/target-health.js';
import { reasons } from './world/target-health.js';
import type { Network } from './world/network.js';
import type { Transition } from './world/observer.js';
import { World } from './world/world.js';

export type { Clock } from './clock.js';
export { ManualClock, scaledClock } from './clock.js';
export type { SimulatedInstance } from './environment.js';
export type { FaultRule } from './faults.js';
export type { JournalEntry } from './journal.js';
export type { SimulatorOptions } from './options.js';
export type { CommandScript } from './world/command-script.js';
export type { HealthCheck } from './world/health-check.js';
export type { InstanceOptions, InstanceProbe, InstanceState } from './world/instance.js';
export type { RouteTable, RouteTableOptions } from './world/route-table.js';
export type { Subnet, SubnetOptions } from './world/subnet.js';
export type { TargetGroup, TargetGroupOptions } from './world/target-group.js';
export type { TargetHealth, TargetState } from './world/target-health.js';
export type { Transition } from './world/observer.js';

/** Starts a simulator with nothing in it. @throws when the port is taken. */
export const startSimulator = (options: SimulatorOptions = {}): Promise<Simulator> => Simulator.start(options);

/** A running simulator: the world to be arranged, and to be watched. */
export class Simulator {
  readonly clock: Clock;
  readonly region: string;
  readonly #options: SimulatorOptions;
  readonly #world: World;
  readonly #faults: Faults;
  readonly #throttle: Throttle;
  readonly #journal: Journal;
  readonly #dataPaths: DataPaths;
  readonly #transitions = new TransitionLog();
  readonly #instances = new Map<string, SimulatedInstance>();
  readonly #listeners: Listeners;
  readonly #metadata: MetadataServices;
  #endpoint = '';

  private constructor(options: SimulatorOptions) {
    this.#options = options;
    this.clock = options.clock ?? realClock();
    const assumptions = assumptionsSchema.parse(options.assumptions ?? {});
    this.#faults = new Faults(this.clock);
    this.#throttle = new Throttle(this.clock, options.throttling ?? 'published', assumptions);
    this.#journal = new Journal(options.journalSize);
    this.region = options.region ?? 'eu-central-1';
    this.#listeners = new Listeners(options.host ?? '127.0.0.1', options.advertisedHost);
    this.#world = new World({
      clock: this.clock,
      region: this.region,
      account: options.account ?? '123456789012',
      assumptions,
    });
    this.#world.observe({ onTransition: (transition) => this.#transitions.record(transition) });
    this.#dataPaths = new DataPaths(this.#world);
    this.#metadata = new MetadataServices({
      world: this.#world,
      listeners: this.#listeners,
      faults: this.#faults,
      throttle: this.#throttle,
      journal: this.#journal,
    });
  }

  /** See `startSimulator`. */
  static async start(options: SimulatorOptions): Promise<Simulator> {
    const simulator = new Simulator(options);
    const services = createServices(simulator.#world, options.pageSize);
    const front = createFront({
      world: simulator.#world,
      services,
      faults: simulator.#faults,
      throttle: simulator.#throttle,
      journal: simulator.#journal,
    });
    const control = options.control?.(simulator);
    simulator.#endpoint = await simulator.#listeners.open((request, response) => {
      if (control && request.url?.startsWith('/_drawbridge/')) control(request, response);
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

  /** Every change of a target's health, in order. */
  get transitions(): readonly Transition[] {
    return this.#transitions.entries;
  }

  get instances(): readonly SimulatedInstance[] {
    return [...this.#instances.values()];
  }

  get targetGroups(): readonly TargetGroup[] {
    return [...this.#world.groups.values()];
  }

  /** The Auto Scaling groups, to launch into and to scale in, and every change of a lifecycle state. */
  get autoScaling(): AutoScaling {
    return this.#world.autoScaling;
  }

  /** @throws when the name is taken, or an attribute is not one of AWS's. */
  createTargetGroup(options: TargetGroupOptions): TargetGroup {
    const { healthCheck, attributes, ...defaults } = this.#options.defaults ?? {};
    return this.#world.createTargetGroup({
      ...defaults,
      ...options,
      attributes: { ...attributes, ...options.attributes },
      healthCheck: { ...healthCheck, ...options.healthCheck },
    });
  }

  /** Makes an instance, with a metadata service of its own. @throws when the id is taken, or the options contradict each other. */
  async createInstance(options: InstanceOptions): Promise<SimulatedInstance> {
    const instance = this.#world.createInstance(options);
    const imdsEndpoint = await this.#metadata.start(instance, options.imdsPort);
    const simulated = Object.assign(instance, { imdsEndpoint });
    this.#instances.set(instance.instanceId, simulated);
    return simulated;
  }

  /** Subnets and route tables. */
  get network(): Network {
    return this.#world.network;
  }

  /** Run Command: what ran, and how the agents are. */
  get commands(): Commands {
    return this.#world.commands;
  }

  setInstanceState(instanceId: string, state: InstanceState): void {
    this.#world.setInstanceState(instanceId, state);
  }

  setProbe(instanceId: string, probe: InstanceProbe): void {
    this.#world.setProbe(instanceId, probe);
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

  /** Attaches the group to a listener, or takes it from its listener. */
  setInUse(targetGroupArn: string, inUse: boolean): void {
    this.#world.setInUse(targetGroupArn, inUse);
  }

  /** Makes the load balancer lose sight of the health of the group's targets, or find it again. */
  setUnavailable(targetGroupArn: string, unavailable: boolean): void {
    this.#world.setUnavailable(targetGroupArn, unavailable);
  }

  /** Replaces the tags of a group, as AddTags and RemoveTags would. */
  setTags(targetGroupArn: string, tags: Readonly<Record<string, string>>): void {
    this.#world.group(targetGroupArn).tagTimeline.set({ ...tags }, this.clock.now());
  }

  /** Registers a target, as RegisterTargets would, and no journal entry. */
  registerTarget(targetGroupArn: string, targetId: string): void {
    this.#world.registerTarget(this.#world.group(targetGroupArn), targetId);
  }

  /** Deregisters a target, as DeregisterTargets would, and no journal entry. */
  deregisterTarget(targetGroupArn: string, targetId: string): void {
    this.#world.target(this.#world.group(targetGroupArn), targetId)?.deregister();
  }

  deleteTargetGroup(targetGroupArn: string): void {
    this.#world.deleteTargetGroup(targetGroupArn);
  }

  /** What DescribeTargetHealth would say of this target now, and no journal entry. @throws when there is no such group. */
  targetHealth(targetGroupArn: string, targetId: string): TargetHealth {
    const group = this.#world.group(targetGroupArn);
    return this.#world.target(group, targetId)?.health ?? reasons.notRegistered;
  }

  /** Resolves once the target is in the state: now, or when the clock gets there. Pending for ever when it never does. */
  async awaitTargetState(targetGroupArn: string, targetId: string, state: TargetState): Promise<void> {
    if (this.targetHealth(targetGroupArn, targetId).state === state) return;
    await this.#transitions.next(targetGroupArn, targetId, state);
  }

  /** Lets flows come to the group. @throws `ZodError` when the options are none. */
  startTraffic(targetGroupArn: string, options: TrafficOptions): { stop(): void } {
    return this.#dataPaths.start(this.#world.group(targetGroupArn), options);
  }

  /** The flows of a group so far: how many are open, and what became of the others. */
  flows(targetGroupArn: string): FlowReport {
    return this.#dataPaths.report(this.#world.group(targetGroupArn));
  }

  /** The sources of flows that were started for the group send no new ones. */
  stopTraffic(targetGroupArn: string): void {
    this.#dataPaths.stop(this.#world.group(targetGroupArn));
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
  async close(): Promise<void> {
    this.#dataPaths.close();
    this.#world.close();
    await this.#listeners.close();
  }

  #instance(instanceId: string): SimulatedInstance {
    const instance = this.#instances.get(instanceId);
    if (!instance) throw new Error(`no instance ${instanceId}`);
    return instance;
  }
}
