import { z } from 'zod';
import type { AutoScalingInstance } from './auto-scaling-instance.js';
import type { LifecycleState } from './auto-scaling-lifecycle.js';
import { lifecycleHook } from './lifecycle-action.js';
import type { Termination } from './scaling-activity.js';
import { reasons, scaleIn, userRequest } from './scaling-activity.js';
import type { TargetHealth } from '../targets/target-health.js';

/** What a caller may say of an Auto Scaling group; the rest has AWS's defaults, or is made up, the same in every run. */
export const autoScalingGroupOptions = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^:]*$/, { error: 'no colon' }),
  instances: z
    .array(z.string())
    .default([])
    .describe('ids of running instances to attach: in service at once, no launch hook runs'),
  desiredCapacity: z.int().min(0).optional().describe('default: the number of instances'),
  minSize: z.int().min(0).default(0),
  maxSize: z.int().min(0).default(100),
  healthCheckType: z
    .enum(['EC2', 'ELB'])
    .default('EC2')
    .describe('ELB: an instance whose target is unhealthy is terminated, too'),
  healthCheckGracePeriodSeconds: z
    .int()
    .min(0)
    .default(0)
    .describe('time in service before an unhealthy target counts'),
  hooks: z.array(lifecycleHook).max(50).default([]).describe('lifecycle hooks, in order'),
  targetGroupArns: z
    .array(z.string())
    .default([])
    .describe('target groups of type instance that the group registers its instances with'),
  tags: z.record(z.string(), z.string()).default({}),
});
export type AutoScalingGroupOptions = z.input<typeof autoScalingGroupOptions>;

/** Options that were read, with their defaults. */
export type AutoScalingGroupSettings = z.output<typeof autoScalingGroupOptions>;

/** What a group needs of the world around it. */
export interface GroupSurroundings {
  readonly now: () => number;
  readonly schedule: (atMs: number, run: () => void) => void;
  /** Makes an instance of this group. @throws when it is in a group, or is not running. */
  readonly createMember: (group: AutoScalingGroup, instanceId: string) => AutoScalingInstance;
  /** The health of the instance in each of the group's target groups. */
  readonly targetHealths: (group: AutoScalingGroup, instanceId: string) => readonly TargetHealth[];
}

/** States in which an instance counts towards the desired capacity. */
const counting: ReadonlySet<LifecycleState> = new Set(['Pending', 'Pending:Wait', 'Pending:Proceed', 'InService']);

/**
 * A simulated Auto Scaling group.
 *
 * It changes its size only when it is told to. Replacing instances is not simulated: a group that is below its desired
 * capacity stays there until somebody launches an instance into it. An instance that is not running any more, and with health
 * check type ELB one whose target is unhealthy, is found at once, is `Unhealthy`, and is terminated as in a scale-in: with
 * draining, and with the termination hooks. AWS checks from time to time, and is careful with many unhealthy targets at once.
 */
export class AutoScalingGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly settings: AutoScalingGroupSettings;
  readonly #around: GroupSurroundings;
  readonly #members = new Map<string, AutoScalingInstance>();
  #desiredCapacity: number;

  /** A group without instances, to be given them with `adopt`. @throws when sizes, hooks or instances contradict each other. */
  constructor(settings: AutoScalingGroupSettings, arn: string, around: GroupSurroundings) {
    const { name, instances, hooks, minSize, maxSize, desiredCapacity = instances.length } = settings;
    this.name = name;
    this.arn = arn;
    this.createdAt = around.now();
    this.settings = settings;
    this.#around = around;
    this.#desiredCapacity = desiredCapacity;
    if (new Set(instances).size < instances.length) throw this.#refusal('an instance is named twice');
    if (new Set(hooks.map((hook) => hook.name)).size < hooks.length) throw this.#refusal('a hook name is used twice');
    if (desiredCapacity < minSize || desiredCapacity > maxSize)
      throw this.#refusal(`desired capacity is ${desiredCapacity}, expected ${minSize} to ${maxSize}`);
  }

  get desiredCapacity(): number {
    return this.#desiredCapacity;
  }

  /** The instances that are in the group now, in order of arrival. A terminated one has left. */
  get instances(): readonly AutoScalingInstance[] {
    return [...this.#members.values()].filter(({ state }) => state !== 'Terminated');
  }

  /** The instance, while it is in the group. */
  instance(instanceId: string): AutoScalingInstance | undefined {
    const member = this.#members.get(instanceId);
    return member?.state === 'Terminated' ? undefined : member;
  }

  /** Takes in an instance that counts towards the desired capacity already: in service at once. @throws as `attach`. */
  adopt(instanceId: string): void {
    this.#add(instanceId).attach();
  }

  /** AttachInstances: in service at once, and one more is desired. @throws when the group is full, or EC2 does not run it. */
  attach(instanceId: string): void {
    this.#refuseMoreThan(this.#desiredCapacity + 1);
    const member = this.#add(instanceId);
    this.#desiredCapacity += 1;
    member.attach();
  }

  /** Launches a running instance, by a scale-out or in the place of one that left: launch hooks run. @throws as `attach`. */
  launch(instanceId: string): void {
    const needed = this.instances.filter(({ state }) => counting.has(state)).length + 1;
    this.#refuseMoreThan(needed);
    const member = this.#add(instanceId);
    this.#desiredCapacity = Math.max(this.#desiredCapacity, needed);
    member.launch();
  }

  /**
   * A scale-in event: one instance less is desired, and this one goes.
   *
   * @param instanceId - @default the one that came first
   * @throws when the group is as small as it may be, or the instance is not in service in it.
   */
  scaleIn(instanceId?: string): Termination {
    const { minSize } = this.settings;
    const inService = this.instances.filter(({ state }) => state === 'InService');
    const chosen = inService.find((member) => instanceId === undefined || member.instanceId === instanceId);
    if (!chosen) throw this.#refusal(`${instanceId ?? 'no instance'} is in service`);
    if (this.#desiredCapacity <= minSize) throw this.#refusal(`has its minimum size, ${minSize}`);
    const reason = scaleIn(chosen.instanceId, this.#desiredCapacity, this.#around.now());
    this.#desiredCapacity -= 1;
    return chosen.terminate(reason);
  }

  /** TerminateInstanceInAutoScalingGroup. Repeating it changes nothing. Whether one less may be desired is the caller's to check. */
  terminate(member: AutoScalingInstance, decrement: boolean): Termination {
    if (member.termination) return member.termination;
    const reason = userRequest(member.instanceId, decrement ? this.#desiredCapacity : undefined);
    if (decrement) this.#desiredCapacity -= 1;
    return member.terminate(reason);
  }

  /** A target of this instance changed its health at `at`. */
  noticeTarget(member: AutoScalingInstance, { state }: TargetHealth, at: number): void {
    member.noticeTargets(at);
    const { healthCheckType, healthCheckGracePeriodSeconds } = this.settings;
    if (healthCheckType !== 'ELB' || state !== 'unhealthy') return;
    const graceEndsAt = member.inServiceAt + healthCheckGracePeriodSeconds * 1000;
    this.#around.schedule(Math.max(at, graceEndsAt), () => this.#checkTargets(member));
  }

  /** Takes every step of its instances that is due. */
  catchUp(): void {
    for (const member of this.#members.values()) member.catchUp();
  }

  /** Stops the timers of the instances. */
  discard(): void {
    for (const member of this.#members.values()) member.discard();
  }

  #checkTargets(member: AutoScalingInstance): void {
    const healths = this.#around.targetHealths(this, member.instanceId);
    if (healths.some(({ state }) => state === 'unhealthy')) member.fail(reasons.elbHealthCheck);
  }

  #add(instanceId: string): AutoScalingInstance {
    const member = this.#around.createMember(this, instanceId);
    this.#members.set(instanceId, member);
    return member;
  }

  #refuseMoreThan(size: number): void {
    const { maxSize } = this.settings;
    if (size > maxSize) throw this.#refusal(`${size} instances are more than its maximum size, ${maxSize}`);
  }

  #refusal(reason: string): Error {
    return new Error(`Auto Scaling group ${this.name}: ${reason}`);
  }
}
