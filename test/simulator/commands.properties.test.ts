import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/simulator/clock.js';
import type { AgentState } from '../../src/simulator/world/commands/agents.js';
import { agentStates } from '../../src/simulator/world/commands/agents.js';
import type { Command } from '../../src/simulator/world/commands/command.js';
import { invocationStatus } from '../../src/simulator/world/commands/command-status.js';
import { Commands } from '../../src/simulator/world/commands/commands.js';
import type { InstanceState } from '../../src/simulator/world/instance.js';
import { instanceStates } from '../../src/simulator/world/instance.js';

const instanceId = 'i-00000000000000001';
const times = { timeoutSeconds: 30, executionTimeoutSeconds: 60 };
const ended = ['Success', 'Failed', 'Cancelled', 'TimedOut'];

type Event =
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'agent'; readonly state: AgentState }
  | { readonly kind: 'instance'; readonly state: InstanceState }
  | { readonly kind: 'cancel' };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 40 }) }),
  fc.record({ kind: fc.constant('agent' as const), state: fc.constantFrom(...agentStates) }),
  fc.record({ kind: fc.constant('instance' as const), state: fc.constantFrom(...instanceStates) }),
  fc.record({ kind: fc.constant('cancel' as const) }),
);
const events = fc.array(event, { maxLength: 12 });
const scripts = fc.record({ seconds: fc.integer({ min: 0, max: 70 }), exitCode: fc.constantFrom(0, 1) });

/** Plays what happens to one command, and looks at it every `lookEverySeconds`; never, before the end, when undefined. */
async function play(
  happening: readonly Event[],
  script: { seconds: number; exitCode: number },
  lookEverySeconds?: number,
): Promise<{ seen: string[]; command: Command; commands: Commands; at: number }> {
  const clock = new ManualClock();
  const instance = { state: 'running' as InstanceState, launchedAt: clock.now() };
  const commands = new Commands({
    clock,
    assumptions: { commandDeliverySeconds: 1, commandVisibleSeconds: 1 },
    find: () => instance,
  });
  commands.script({ match: 'drain', ...script });
  const request = { comment: '', documentName: '', documentVersion: '', parameters: {}, script: 'drain' };
  const command = commands.send({ ...request, ...times, instanceIds: [instanceId] });
  const seen: string[] = [];
  const look = () => {
    commands.catchUp();
    seen.push(...command.invocations.map(({ phases }) => invocationStatus(phases.latest).status));
  };
  for (const what of happening) {
    if (what.kind === 'agent') commands.setAgent(instanceId, what.state);
    if (what.kind === 'cancel') commands.cancel(command, [instanceId]);
    if (what.kind === 'instance') {
      instance.state = what.state;
      commands.noticeInstance(instanceId);
    }
    if (what.kind !== 'pass') continue;
    const step = lookEverySeconds ?? what.seconds;
    for (let passed = 0; passed < what.seconds; passed += step) {
      await clock.advance(step * 1000);
      if (lookEverySeconds !== undefined) look();
    }
  }
  look();
  return { seen, command, commands, at: clock.now() };
}

describe('a command, whatever happens to its agent and its instance', () => {
  it('goes the same way whether somebody looks every second or only at the end (C1)', () =>
    fc.assert(
      fc.asyncProperty(events, scripts, async (happening, script) => {
        const [watched, unwatched] = [await play(happening, script, 1), await play(happening, script)];
        expect(unwatched.commands.runs).toEqual(watched.commands.runs);
        const phaseAt = (one: typeof watched, at: number) => one.command.invocations[0]?.phases.at(at);
        for (let at = watched.command.requestedAt; at <= watched.at; at += 1000) {
          expect(phaseAt(unwatched, at)).toEqual(phaseAt(watched, at));
        }
      }),
    ));

  it('runs at most once, and begins only before its delivery timeout (C2)', () =>
    fc.assert(
      fc.asyncProperty(events, scripts, async (happening, script) => {
        const { commands, command } = await play(happening, script);
        expect(commands.runs.length).toBeLessThanOrEqual(1);
        for (const { at } of commands.runs) {
          expect(at).toBeGreaterThanOrEqual(command.requestedAt + 1000);
          expect(at).toBeLessThan(command.times.startBefore);
        }
      }),
    ));

  it('has ended when it expires, and what has ended stays as it is (C3)', () =>
    fc.assert(
      fc.asyncProperty(events, scripts, async (happening, script) => {
        const wait = { kind: 'pass' as const, seconds: times.timeoutSeconds + times.executionTimeoutSeconds };
        const { seen } = await play([...happening, wait, ...happening], script, 1);
        const end = seen.findIndex((status) => ended.includes(status));
        expect(end).toBeGreaterThanOrEqual(0);
        expect(new Set(seen.slice(end)).size).toBe(1);
      }),
    ));
});
