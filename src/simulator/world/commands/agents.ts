/** The SSM Agents on the instances, as Systems Manager knows them. */
import type { Clock } from '../../clock.js';
import type { Instance, InstanceState } from '../instance.js';
import type { AgentLink } from './invocation.js';
import { Timeline } from '../timeline.js';

/** How an agent is: connected while its instance runs, cut off, or not registered at all. */
export const agentStates = ['online', 'offline', 'unmanaged'] as const;
export type AgentState = (typeof agentStates)[number];

/** Gives the instance with an id; undefined when there is none. */
export type FindInstance = (instanceId: string) => Pick<Instance, 'state' | 'launchedAt'> | undefined;

/** What Systems Manager last heard of an agent. Simulated time, in milliseconds since the epoch. */
export interface Ping {
  readonly status: 'Online' | 'ConnectionLost';
  readonly lastAt: number;
}

/** What there is to know of an agent. */
interface Known {
  readonly link: AgentLink;
  /** Since when the link is so. */
  readonly since: number;
  /** Whether Systems Manager lists it. */
  readonly isManaged: boolean;
}

/** How often an agent pings Systems Manager. Source: amazon-ssm-agent, DefaultSsmHealthFrequencyMinutes. */
const pingIntervalMs = 5 * 60 * 1000;

/** The agents of one account and region. Every instance has one, which is online unless told otherwise. */
export class Agents {
  readonly #clock: Clock;
  readonly #find: FindInstance;
  readonly #states = new Map<string, AgentState>();
  readonly #noticed = new Map<string, Timeline<Known>>();

  constructor(clock: Clock, find: FindInstance) {
    this.#clock = clock;
    this.#find = find;
  }

  set(instanceId: string, state: AgentState): void {
    this.watch(instanceId);
    this.#states.set(instanceId, state);
  }

  /** Notices from now on how this agent changes. */
  watch(instanceId: string): void {
    if (this.#noticed.has(instanceId)) return;
    this.#noticed.set(instanceId, new Timeline(this.#look(instanceId), this.#clock.now()));
  }

  /** The link as it was noticed last. */
  link(instanceId: string): AgentLink {
    return (this.#noticed.get(instanceId)?.latest ?? this.#look(instanceId)).link;
  }

  /** Looks how the agents are now. @returns those whose link is another than it was noticed last. */
  notice(): readonly string[] {
    const now = this.#clock.now();
    const relinked: string[] = [];
    for (const [instanceId, timeline] of this.#noticed) {
      const [before, after] = [timeline.latest, this.#look(instanceId)];
      if (after.link !== before.link) relinked.push(instanceId);
      else if (after.isManaged === before.isManaged) continue;
      timeline.set({ ...after, since: after.link === before.link ? before.since : now }, now);
    }
    return relinked;
  }

  /** Whether SendCommand takes the instance: it runs and is managed, even if its agent is cut off. */
  accepts(instanceId: string): boolean {
    return this.#find(instanceId)?.state === 'running' && this.#states.get(instanceId) !== 'unmanaged';
  }

  /** The last ping up to `asOf`; undefined when the instance was not managed then: told so, not started yet, or gone. */
  ping(instanceId: string, asOf: number): Ping | undefined {
    const launchedAt = this.#find(instanceId)?.launchedAt;
    const { link, since, isManaged } = this.#noticed.get(instanceId)?.at(asOf) ?? this.#look(instanceId);
    if (launchedAt === undefined || launchedAt > asOf || !isManaged) return undefined;
    const until = link === 'online' ? asOf : since;
    return {
      status: link === 'online' ? 'Online' : 'ConnectionLost',
      lastAt: until - ((until - launchedAt) % pingIntervalMs),
    };
  }

  #look(instanceId: string): Known {
    const { state, launchedAt } = this.#find(instanceId) ?? { state: 'terminated' as const, launchedAt: 0 };
    const agent = this.#states.get(instanceId) ?? 'online';
    return {
      link: linkOf(state, agent),
      since: launchedAt,
      isManaged: agent !== 'unmanaged' && state !== 'pending' && state !== 'terminated',
    };
  }
}

function linkOf(state: InstanceState, agent: AgentState): AgentLink {
  if (state === 'terminated') return 'gone';
  if (state !== 'running') return 'down';
  return agent === 'online' ? 'online' : 'offline';
}
