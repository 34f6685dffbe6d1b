import { assumptionsSchema } from './assumptions.js';
import type { Clock } from './clock.js';
import { realClock } from './clock.js';
import { DataPaths } from './flows/data-paths.js';
import type { FlowReport } from './flows/tally.js';
import type { TrafficOptions } from './flows/traffic.js';
import type { SimulatorOptions } from './options.js';
import { TransitionLog } from './transitions.js';
import type { AutoScaling } from './world/auto-scaling/auto-scaling.js';
import type { Commands } from './world/commands/commands.js';
import type { InstanceProbe, InstanceState } from './world/instance.js';
import type { Network } from './world/network/network.js';
import type { Transition } from './world/observer.js';
import type { TargetGroup, TargetGroupOptions } from './world/targets/target-group.js';
import type { TargetHealth, TargetState } from './world/targets/target-health.js';
import { reasons } from './world/targets/target-health.js';
import { World } from './world/world.js';

/** An AWS without its wire: the world and its flows, to be arranged and to be watched by direct calls that no journal shows. */
export class Cloud {
  readonly clock: Clock;
  readonly region: string;
  protected readonly world: World;
  readonly #dataPaths: DataPaths;
  readonly #transitions = new TransitionLog();
  readonly #defaults: SimulatorOptions['defaults'];

  constructor(options: SimulatorOptions) {
    this.clock = options.clock ?? realClock();
    this.region = options.region ?? 'eu-central-1';
    this.#defaults = options.defaults;
    this.world = new World({
      clock: this.clock,
      region: this.region,
      account: options.account ?? '123456789012',
      assumptions: assumptionsSchema.parse(options.assumptions ?? {}),
    });
    this.world.observe({ onTransition: (transition) => this.#transitions.record(transition) });
    this.#dataPaths = new DataPaths(this.world);
  }

  /** Every change of a target's health, in order. */
  get transitions(): readonly Transition[] {
    return this.#transitions.entries;
  }

  get targetGroups(): readonly TargetGroup[] {
    return [...this.world.groups.values()];
  }

  /** The Auto Scaling groups, to launch into and to scale in, and every change of a lifecycle state. */
  get autoScaling(): AutoScaling {
    return this.world.autoScaling;
  }

  /** @throws when the name is taken, or an attribute is not one of AWS's. */
  createTargetGroup(options: TargetGroupOptions): TargetGroup {
    const { healthCheck, attributes, ...defaults } = this.#defaults ?? {};
    return this.world.createTargetGroup({
      ...defaults,
      ...options,
      attributes: { ...attributes, ...options.attributes },
      healthCheck: { ...healthCheck, ...options.healthCheck },
    });
  }

  /** Subnets and route tables. */
  get network(): Network {
    return this.world.network;
  }

  /** Run Command: what ran, and how the agents are. */
  get commands(): Commands {
    return this.world.commands;
  }

  setInstanceState(instanceId: string, state: InstanceState): void {
    this.world.setInstanceState(instanceId, state);
  }

  setProbe(instanceId: string, probe: InstanceProbe): void {
    this.world.setProbe(instanceId, probe);
  }

  /** Attaches the group to a listener, or takes it from its listener. */
  setInUse(targetGroupArn: string, inUse: boolean): void {
    this.world.setInUse(targetGroupArn, inUse);
  }

  /** Makes the load balancer lose sight of the health of the group's targets, or find it again. */
  setUnavailable(targetGroupArn: string, unavailable: boolean): void {
    this.world.setUnavailable(targetGroupArn, unavailable);
  }

  /** Replaces the tags of a group, as AddTags and RemoveTags would. */
  setTags(targetGroupArn: string, tags: Readonly<Record<string, string>>): void {
    this.world.group(targetGroupArn).tagTimeline.set({ ...tags }, this.clock.now());
  }

  /** Registers a target, as RegisterTargets would, and no journal entry. */
  registerTarget(targetGroupArn: string, targetId: string): void {
    this.world.registerTarget(this.world.group(targetGroupArn), targetId);
  }

  /** Deregisters a target, as DeregisterTargets would, and no journal entry. */
  deregisterTarget(targetGroupArn: string, targetId: string): void {
    this.world.target(this.world.group(targetGroupArn), targetId)?.deregister();
  }

  deleteTargetGroup(targetGroupArn: string): void {
    this.world.deleteTargetGroup(targetGroupArn);
  }

  /** What DescribeTargetHealth would say of this target now, and no journal entry. @throws when there is no such group. */
  targetHealth(targetGroupArn: string, targetId: string): TargetHealth {
    const group = this.world.group(targetGroupArn);
    return this.world.target(group, targetId)?.health ?? reasons.notRegistered;
  }

  /** Resolves once the target is in the state: now, or when the clock gets there. Pending for ever when it never does. */
  async awaitTargetState(targetGroupArn: string, targetId: string, state: TargetState): Promise<void> {
    if (this.targetHealth(targetGroupArn, targetId).state === state) return;
    await this.#transitions.next(targetGroupArn, targetId, state);
  }

  /** Lets flows come to the group. @throws `ZodError` when the options are none. */
  startTraffic(targetGroupArn: string, options: TrafficOptions): { stop: () => void } {
    return this.#dataPaths.start(this.world.group(targetGroupArn), options);
  }

  /** The flows of a group so far: how many are open, and what became of the others. */
  flows(targetGroupArn: string): FlowReport {
    return this.#dataPaths.report(this.world.group(targetGroupArn));
  }

  /** The sources of flows that were started for the group send no new ones. */
  stopTraffic(targetGroupArn: string): void {
    this.#dataPaths.stop(this.world.group(targetGroupArn));
  }

  /** Stops every probe and every flow. */
  close(): Promise<void> {
    this.#dataPaths.close();
    this.world.close();
    return Promise.resolve();
  }
}
