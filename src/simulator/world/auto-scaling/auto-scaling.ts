import type { AutoScalingGroupOptions } from './auto-scaling-group.js';
import { AutoScalingGroup, autoScalingGroupOptions } from './auto-scaling-group.js';
import { AutoScalingInstance } from './auto-scaling-instance.js';
import type { LifecycleChange, Surroundings } from './auto-scaling-lifecycle.js';
import { hex } from '../instance.js';
import type { Target } from '../targets/target.js';
import type { TargetGroup } from '../targets/target-group.js';
import type { Transition } from '../observer.js';
import type { World } from '../world.js';

/** A change of an instance's lifecycle state, and whose. */
export interface AutoScalingTransition extends LifecycleChange {
  readonly autoScalingGroupName: string;
  readonly instanceId: string;
}

/** IMDS, below `/latest/meta-data/`. Source: EC2 Auto Scaling user guide, "Retrieve the target lifecycle state". */
const targetLifecycleStatePath = 'autoscaling/target-lifecycle-state';

/** The Auto Scaling groups of a world, and what ties their instances to EC2, to target groups and to instance metadata. */
export class AutoScaling {
  readonly groups = new Map<string, AutoScalingGroup>();
  readonly #world: World;
  readonly #transitions: AutoScalingTransition[] = [];
  readonly #groupOf = new Map<string, AutoScalingGroup>();
  #idsMade = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Every change of an instance's lifecycle state up to now, in order. */
  get transitions(): readonly AutoScalingTransition[] {
    for (const group of this.groups.values()) group.catchUp();
    return this.#transitions;
  }

  /** @throws `ZodError` when the options are none; when they contradict each other, or name what is taken or not there. */
  createGroup(options: AutoScalingGroupOptions): AutoScalingGroup {
    const read = autoScalingGroupOptions.parse(options);
    const { region, account, clock } = this.#world;
    if (this.groups.has(read.name)) throw new Error(`Auto Scaling group ${read.name} exists already`);
    for (const targetGroupArn of read.targetGroupArns) this.#refuseTargetGroup(targetGroupArn);
    for (const instanceId of read.instances) this.#refuseInstance(instanceId);
    const arn = `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:${this.#newId()}:autoScalingGroupName/${read.name}`;
    const group = new AutoScalingGroup(read, arn, {
      now: () => clock.now(),
      schedule: (atMs, run) => void clock.schedule(atMs, run),
      createMember: (of, instanceId) => this.#createMember(of, instanceId),
      targetHealths: (of, instanceId) => this.#targets(of, instanceId).map(({ health }) => health),
    });
    this.groups.set(group.name, group);
    for (const instanceId of read.instances) group.adopt(instanceId);
    return group;
  }

  /** The group, by name or ARN; undefined when there is none. */
  group(nameOrArn: string): AutoScalingGroup | undefined {
    return this.groups.get(nameOrArn) ?? [...this.groups.values()].find(({ arn }) => arn === nameOrArn);
  }

  /** The group that the instance is in; undefined when it is in none, or has left. */
  groupOf(instanceId: string): AutoScalingGroup | undefined {
    const group = this.#groupOf.get(instanceId);
    return group?.instance(instanceId) ? group : undefined;
  }

  /** To be called whenever the state of an EC2 instance changed. */
  noticeInstance(instanceId: string): void {
    this.groupOf(instanceId)?.instance(instanceId)?.noticeInstance();
  }

  /** To be called with every change of a target's health. */
  noticeTarget({ targetGroupArn, targetId, to, at }: Transition): void {
    const group = this.groupOf(targetId);
    const member = group?.instance(targetId);
    if (group && member && group.settings.targetGroupArns.includes(targetGroupArn)) group.noticeTarget(member, to, at);
  }

  /** Stops every timer. */
  close(): void {
    for (const group of this.groups.values()) group.discard();
  }

  #createMember(group: AutoScalingGroup, instanceId: string): AutoScalingInstance {
    this.#refuseInstance(instanceId);
    this.#groupOf.set(instanceId, group);
    return new AutoScalingInstance(instanceId, this.#surroundings(group, instanceId));
  }

  /** @throws when the instance cannot come into a group. Source: EC2 Auto Scaling user guide, "Attach EC2 instances". */
  #refuseInstance(instanceId: string): void {
    const { state } = this.#world.instance(instanceId);
    const taken = this.groupOf(instanceId);
    if (taken) throw new Error(`instance ${instanceId} is in the Auto Scaling group ${taken.name} already`);
    if (state !== 'running') throw new Error(`instance ${instanceId} is ${state}, expected running`);
  }

  /** @throws when a group cannot register its instances there. Source: Auto Scaling API reference, CreateAutoScalingGroup. */
  #refuseTargetGroup(arn: string): void {
    const { targetType } = this.#world.group(arn);
    if (targetType !== 'instance') throw new Error(`target group ${arn} has ${targetType} targets, expected instance`);
  }

  #surroundings(group: AutoScalingGroup, instanceId: string): Surroundings {
    const world = this.#world;
    return {
      clock: world.clock,
      hooks: group.settings.hooks,
      hookOrder: this.#world.assumptions.lifecycleHookOrder,
      newId: () => this.#newId(),
      instanceState: () => world.instance(instanceId).state,
      terminateInstance: () => world.passThrough(instanceId, 'shutting-down', 'terminated'),
      registerTargets: () => {
        for (const targetGroup of this.#targetGroups(group)) world.registerTarget(targetGroup, instanceId);
      },
      deregisterTargets: () => {
        for (const target of this.#targets(group, instanceId)) target.deregister();
      },
      targetsDrain: () => this.#targets(group, instanceId).some(({ health }) => health.state === 'draining'),
      setTargetLifecycleState: (state) => void world.instance(instanceId).metadata.set(targetLifecycleStatePath, state),
      onChange: (change) => void this.#transitions.push({ ...change, autoScalingGroupName: group.name, instanceId }),
    };
  }

  /** Those of the group's target groups that were not deleted. */
  #targetGroups({ settings }: AutoScalingGroup): TargetGroup[] {
    return settings.targetGroupArns.flatMap((arn) => this.#world.groups.get(arn) ?? []);
  }

  /** The instance's targets there, on the ports of those groups. */
  #targets(group: AutoScalingGroup, instanceId: string): Target[] {
    return this.#targetGroups(group).flatMap((targetGroup) => this.#world.target(targetGroup, instanceId) ?? []);
  }

  /** A UUID, the same in every run. */
  #newId(): string {
    return `00000000-0000-4000-8000-${hex(++this.#idsMade, 12)}`;
  }
}
