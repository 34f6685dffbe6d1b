import type { Client } from '@temporalio/client';
import { shutdownId, startupId } from '../domain/ids.js';
import { sayHealth } from '../domain/target-health.js';
import type { Status } from '../domain/status.js';
import type { Board, Row } from './board.js';
import type { Cast } from './cast.js';

const refreshMs = 500;

/** How long the three may take to be in service: the health checks take about 4 s; a busy machine more. */
const inServiceWithinMs = 120_000;

/** Follows the lives by their `status` queries and shows them on the board. */
export interface Watch {
  /** Says on the board what is done to an appliance. */
  note(instanceId: string, note: string): void;
  /** From now on this appliance's shutdown is followed instead of its startup. */
  leaving(instanceId: string): void;
  /** @throws Error that names who is not, and where it stands. */
  allInService(): Promise<void>;
  /** Resolves at the first sight of the phase. */
  reached(instanceId: string, phase: Status['phase']): Promise<Status>;
  /** Resolves once this holds; looked at with every refresh. */
  until(holds: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

export function watchAppliances({ client, cast, board }: { client: Client; cast: Cast; board: Board }): Watch {
  const notes = new Map<string, string>();
  const leaving = new Set<string>();
  const seen = new Map<string, Status>();
  const waiting = new Set<() => void>();
  let over = false;

  const look = async (instanceId: string): Promise<void> => {
    const id = leaving.has(instanceId) ? shutdownId(instanceId) : startupId(instanceId);
    if (seen.get(instanceId)?.phase === 'in service' && !leaving.has(instanceId)) return;
    try {
      const status = await client.withDeadline(Date.now() + 2_000, () =>
        client.workflow.getHandle(id).query<Status>('status'),
      );
      seen.set(instanceId, status);
    } catch {
      // Not started yet, or its worker is just being killed, which is part of the show: the last sight stands.
    }
  };

  const show = async (): Promise<void> => {
    await Promise.all(cast.appliances.map(({ instanceId }) => look(instanceId)));
    board.show([...cast.appliances.map(({ instanceId }) => row(instanceId)), ...bystanders()]);
    for (const check of waiting) check();
  };

  const loop = (async () => {
    while (!isOver()) {
      await show();
      await new Promise((resolve) => setTimeout(resolve, refreshMs));
    }
  })();

  function isOver(): boolean {
    return over;
  }

  function row(instanceId: string): Row {
    const status = seen.get(instanceId);
    const until =
      status?.phase === 'draining' && status.drainUntil !== null ? Date.parse(status.drainUntil) : undefined;
    const left = until === undefined ? '' : `${Math.max(0, Math.ceil((until - Date.now()) / 1_000))} s`;
    return { ...sightOf(instanceId), phase: status?.phase ?? 'starting', secondsLeft: left };
  }

  /** What can be seen of an instance without Drawbridge. */
  function sightOf(instanceId: string): Omit<Row, 'phase' | 'secondsLeft'> {
    const { state, reason } = cast.aws.targetHealth(cast.targetGroupArn, instanceId);
    const health = state === 'unused' && reason === 'Target.NotRegistered' ? 'not registered' : sayHealth({ state });
    const { active: flows, cut } = cast.flowsOf(instanceId);
    return { instanceId, health, flows, cut, note: notes.get(instanceId) ?? '' };
  }

  function bystanders(): Row[] {
    const { scripted, staying } = cast;
    const phaseOf = (instanceId: string) => (isHealthy(instanceId) ? 'in service' : 'starting');
    return [
      {
        ...sightOf(scripted.instanceId),
        phase: scripted.isStopped ? 'stopped' : phaseOf(scripted.instanceId),
        secondsLeft: '',
      },
      { ...sightOf(staying), phase: phaseOf(staying), secondsLeft: '' },
    ];
  }

  function firstSight<T>(found: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const check = () => {
        const value = found();
        if (value === undefined) return;
        waiting.delete(check);
        resolve(value);
      };
      waiting.add(check);
    });
  }

  const isHealthy = (instanceId: string) => cast.aws.targetHealth(cast.targetGroupArn, instanceId).state === 'healthy';

  return {
    note: (instanceId, note) => void notes.set(instanceId, note),
    leaving: (instanceId) => void leaving.add(instanceId),
    reached: (instanceId, phase) =>
      firstSight(() => {
        const status = seen.get(instanceId);
        return status?.phase === phase ? status : undefined;
      }),
    async allInService() {
      const all = firstSight(
        () =>
          (cast.appliances.every(({ instanceId }) => seen.get(instanceId)?.phase === 'in service') &&
            isHealthy(cast.scripted.instanceId)) ||
          undefined,
      );
      const late = new Promise<'late'>((resolve) => setTimeout(resolve, inServiceWithinMs, 'late').unref());
      if ((await Promise.race([all, late])) !== 'late') return;
      const where = cast.appliances
        .map(({ instanceId }) => `${instanceId} ${seen.get(instanceId)?.phase ?? 'not started'}`)
        .join(', ');
      throw new Error(`not all in service after ${inServiceWithinMs / 1_000} s: ${where}`);
    },
    async until(holds) {
      await firstSight(() => holds() || undefined);
    },
    async stop() {
      if (over) return;
      over = true;
      await loop;
      await show();
    },
  };
}
