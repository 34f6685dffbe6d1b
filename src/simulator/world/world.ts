import type { Assumptions } from '../assumptions.js';
import type { Clock } from '../clock.js';
import { AutoScaling } from './auto-scaling/auto-scaling.js';
import { Commands } from './commands/commands.js';
import type { Instance, InstanceOptions, InstanceProbe, InstanceState } from './instance.js';
import { createInstance } from './instance.js';
import { isTerminated, probeSource, unusedBecause } from './targets/circumstances.js';
import { Network } from './network/network.js';
import type { WorldObserver } from './observer.js';
import type { Circumstances } from './targets/target.js';
import { Target } from './targets/target.js';
import type { TargetGroup, TargetGroupOptions } from './targets/target-group.js';
import { createTargetGroup, deregistrationDelaySeconds, targetKey } from './targets/target-group.js';

/** How long a target that left is remembered, in milliseconds: longer than any read lags. Ours. */
const rememberGoneMs = 10 * 60 * 1000;

/** Everything that exists in one account and region, and the rules between instances, groups and targets. */
export class World {
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly assumptions: Assumptions;
  readonly commands: Commands;
  readonly instances = new Map<string, Instance>();
  readonly groups = new Map<string, TargetGroup>();
  readonly autoScaling = new AutoScaling(this);
  readonly network: Network;
  readonly #observers: WorldObserver[] = [];
  /** Told last: what it causes in turn must not be told before what caused it. */
  readonly #own: WorldObserver = {
    onTransition: (transition) => this.autoScaling.noticeTarget(transition),
    onInstanceChanged: ({ instanceId }) => {
      this.commands.noticeInstance(instanceId);
      this.autoScaling.noticeInstance(instanceId);
    },
  };
  readonly #instancesByKey = new Map<string, Instance>();
  readonly #instancesByIp = new Map<string, Instance>();
  #instancesMade = 0;
  #groupsMade = 0;

  constructor(options: { clock: Clock; region: string; account: string; assumptions: Assumptions }) {
    this.clock = options.clock;
    this.region = options.region;
    this.account = options.account;
    this.assumptions = options.assumptions;
    this.commands = new Commands({
      clock: this.clock,
      assumptions: this.assumptions,
      find: (instanceId) => this.instances.get(instanceId),
    });
    this.network = new Network({
      clock: options.clock,
      region: options.region,
      instances: this.instances,
      rules: options.assumptions,
    });
  }

  /** From now on the observer is told what happens, after those that came before it. */
  observe(observer: WorldObserver): void {
    this.#observers.push(observer);
  }

  /** @throws when the id or the name is taken, or the options contradict each other. */
  createInstance(options: InstanceOptions): Instance {
    const instance = createInstance(options, ++this.#instancesMade, this.region, this.clock.now());
    if (this.instances.has(instance.instanceId)) throw new Error(`instance ${instance.instanceId} exists already`);
    this.instances.set(instance.instanceId, instance);
    this.#instancesByKey.set(instance.accessKeyId, instance);
    for (const { privateIp } of instance.nics) this.#instancesByIp.set(privateIp, instance);
    this.commands.noticeInstance(instance.instanceId);
    return instance;
  }

  /** Takes back an instance that was just made and could not be given all that it needs. */
  forgetInstance(instance: Instance): void {
    this.instances.delete(instance.instanceId);
    this.#instancesByKey.delete(instance.accessKeyId);
    for (const { privateIp } of instance.nics) this.#instancesByIp.delete(privateIp);
  }

  /** @throws when the name is taken, or an attribute is not one of AWS's. */
  createTargetGroup(options: TargetGroupOptions): TargetGroup {
    const prefix = `arn:aws:elasticloadbalancing:${this.region}:${this.account}`;
    const group = createTargetGroup(options, ++this.#groupsMade, prefix, this.clock.now());
    if ([...this.groups.values()].some(({ name }) => name === group.name)) {
      throw new Error(`target group ${group.name} exists already`);
    }
    this.groups.set(group.arn, group);
    return group;
  }

  deleteTargetGroup(arn: string): void {
    const group = this.group(arn);
    for (const target of group.targets.values()) target.discard();
    this.groups.delete(arn);
    for (const { onGroupDeleted } of this.#told) onGroupDeleted?.(group);
  }

  /** @throws when there is no such group. */
  group(arn: string): TargetGroup {
    const group = this.groups.get(arn);
    if (!group) throw new Error(`no target group ${arn}`);
    return group;
  }

  /** @throws when there is no such instance. */
  instance(instanceId: string): Instance {
    const instance = this.instances.get(instanceId);
    if (!instance) throw new Error(`no instance ${instanceId}`);
    return instance;
  }

  /** Gives the instance's role new credentials. The ones before are expired from now on, whatever time came with them. */
  rotateCredentials(instanceId: string): void {
    const instance = this.instance(instanceId);
    instance.accessKeyId = `${instance.accessKeyId}R`;
    this.#instancesByKey.set(instance.accessKeyId, instance);
  }

  /** The instance whose role's credentials these are or were; undefined when they are nobody's. */
  instanceWithKey(accessKeyId: string): Instance | undefined {
    return this.#instancesByKey.get(accessKeyId);
  }

  /** The instance that a target of this group means; undefined when there is none. */
  instanceOf(group: TargetGroup, targetId: string): Instance | undefined {
    return group.targetType === 'instance' ? this.instances.get(targetId) : this.#instancesByIp.get(targetId);
  }

  /** The target, which may not be registered; undefined when it never was. */
  target(group: TargetGroup, id: string, port = group.port): Target | undefined {
    return group.targets.get(targetKey(id, port));
  }

  registerTarget(group: TargetGroup, id: string, port = group.port): void {
    const known = this.target(group, id, port) ?? this.#createTarget(group, id, port);
    this.#forgetGone(group);
    group.targets.set(targetKey(id, port), known);
    known.register();
  }

  /** Puts an instance into a state at once; its targets notice. */
  setInstanceState(instanceId: string, state: InstanceState): void {
    const instance = this.instance(instanceId);
    this.#changeInstance(instance, () => instance.states.set(state, this.clock.now()));
  }

  /** Sends an instance through a state that passes by itself, as EC2's own calls do. */
  passThrough(instanceId: string, passing: InstanceState, then: InstanceState): void {
    this.setInstanceState(instanceId, passing);
    const { states } = this.instance(instanceId);
    const doneAt = this.clock.now() + this.assumptions.instanceTransitionSeconds * 1000;
    this.clock.schedule(doneAt, () => {
      if (states.latest === passing) this.setInstanceState(instanceId, then);
    });
  }

  /** Changes how an instance answers health checks; its targets notice. @throws when there is nothing to ask. */
  setProbe(instanceId: string, probe: InstanceProbe): void {
    const instance = this.instance(instanceId);
    if (probe === 'real' && !instance.probeAddress) throw new Error(`instance ${instanceId} has no probe address`);
    this.#changeInstance(instance, () => (instance.probe = probe));
  }

  /** Attaches the group to a listener, or takes it from its listener. */
  setInUse(arn: string, inUse: boolean): void {
    const group = this.group(arn);
    change(group.targets.values(), () => (group.inUse = inUse));
    for (const { onGroupChanged } of this.#told) onGroupChanged?.(group);
  }

  /** Makes the load balancer lose sight of the health of its targets, or find it again. */
  setUnavailable(arn: string, unavailable: boolean): void {
    const group = this.group(arn);
    change(group.targets.values(), () => (group.unavailable = unavailable));
  }

  /** Stops every probe. */
  close(): void {
    for (const group of this.groups.values()) for (const target of group.targets.values()) target.discard();
    this.autoScaling.close();
  }

  /** A target that left is only of interest to reads that lag. */
  #forgetGone(group: TargetGroup): void {
    const now = this.clock.now();
    for (const [key, target] of group.targets)
      if (!target.isListed && now - target.since > rememberGoneMs) group.targets.delete(key);
  }

  get #told(): readonly WorldObserver[] {
    return [...this.#observers, this.#own];
  }

  #changeInstance(instance: Instance, apply: () => void): void {
    const targets = [...this.groups.values()].flatMap((group) =>
      [...group.targets.values()].filter((target) => this.instanceOf(group, target.id) === instance),
    );
    change(targets, apply);
    for (const { onInstanceChanged } of this.#told) onInstanceChanged?.(instance);
  }

  #createTarget(group: TargetGroup, id: string, port: number): Target {
    return new Target({
      id,
      port,
      clock: this.clock,
      circumstances: () => this.#circumstances(group, id),
      onChange: (change) => {
        const transition = { ...change, targetGroupArn: group.arn, targetId: id };
        for (const { onTransition } of this.#told) onTransition?.(transition);
      },
    });
  }

  #circumstances(group: TargetGroup, targetId: string): Circumstances {
    const instance = this.instanceOf(group, targetId);
    return {
      check: group.healthCheck,
      registrationDelaySeconds: group.registrationDelaySeconds ?? this.assumptions.registrationSeconds,
      deregistrationDelaySeconds: deregistrationDelaySeconds(group),
      unusedBecause: unusedBecause(group, targetId, instance),
      terminated: isTerminated(instance),
      unavailable: group.unavailable,
      probe: probeSource(group, instance, this.clock.speed),
      rules: this.assumptions,
    };
  }
}

/** Makes a change that concerns these targets: each first settles what is due by the old circumstances (L1). */
function change(targets: Iterable<Target>, apply: () => void): void {
  const concerned = [...targets].filter(({ isListed }) => isListed);
  apply();
  for (const target of concerned) target.reconsider();
}
