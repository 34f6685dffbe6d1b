import { describe, expect, inject } from 'vitest';
import { actionsOf, roles } from '../deploy/policies.js';
import type { Role } from '../deploy/policies.js';
import { CommandRun } from '../support/cli.js';
import { expectDrained } from '../support/drained.js';
import { start } from '../support/others.js';
import { aRouteMode, eniId } from '../support/route-mode.js';
import { it } from '../support/scene.js';
import type { Scene } from '../support/scene.js';

const everything = [...new Set(roles.flatMap(actionsOf))];

/**
 * AWS denies from here on whatever the role's policy in deploy/iam does not allow. What is returned proves that the role asked
 * for all that its policy allows, and for nothing else.
 *
 * @param spared what its policy allows for what does not happen here
 */
function as(role: Role, { simulator }: Pick<Scene, 'simulator'>, spared: readonly string[] = []): () => void {
  const allowed = actionsOf(role);
  for (const action of everything.filter((each) => !allowed.includes(each)))
    simulator.addFault({ kind: 'error', code: 'AccessDenied', action: nameOf(action) });
  const since = simulator.journal.at(-1)?.sequence ?? 0;
  return () => {
    const asked = simulator.journal.filter(({ sequence, service }) => sequence > since && service !== 'imds');
    const needed = allowed.map(nameOf).filter((name) => !spared.includes(name));
    expect([...new Set(asked.map(({ action }) => action))].sort()).toEqual([...new Set(needed)].sort());
  };
}

/** Without the service: `DescribeInstances` of `ec2:DescribeInstances`. */
const nameOf = (action: string) => action.replace(/^\w+:/, '');

describe.concurrent('with the policies in deploy/iam', () => {
  it('an agent brings its instance into service and takes it out', async ({ aScene }) => {
    const scene = await aScene({ drainSeconds: 1 });
    const expectNoMore = as('agent', scene);
    const agent = await scene.instance.startInService();
    await agent.leave();
    await expectDrained(scene);
    expectNoMore();
  });

  it('a fleet worker takes out what a host that is gone left in service, without being allowed to register', async ({
    aScene,
    onTestFinished,
  }) => {
    const scene = await aScene({ drainSeconds: 1 });
    const agent = await scene.instance.startInService();
    agent.process.kill('SIGKILL');
    await agent.process.exited;
    // Peers are listed by whoever does that step of a startup, and instances looked up in a group of addresses.
    const expectNoMore = as('worker', scene, ['DescribeInstances']);
    await start('a fleet worker', scene, onTestFinished);
    await scene.startShutdown();
    await expectDrained(scene);
    expectNoMore();
  });

  it('an operator sees the health of every target, and can change none', async ({ aScene }) => {
    const scene = await aScene();
    await scene.instance.startInService();
    const expectNoMore = as('operator', scene);
    const env = { ...scene.simulator.environment(), TEMPORAL_ADDRESS: inject('temporalAddress') };
    const { code, out, err } = await new CommandRun(['status', '--cluster', scene.cluster], env).ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^${scene.instance.instanceId} +in service .* healthy +lo$`, 'm'));
    expectNoMore();
  });

  it('a verifier reads, waits and runs commands, from a laptop and as a fleet worker, and changes no target group', async ({
    aScene,
    onTestFinished,
  }) => {
    const scene = await aScene();
    const { instanceId } = scene.instance;
    await scene.instance.startInService();
    await start('a fleet worker', scene, onTestFinished);
    // For a command whose reply was lost, and for one that takes too long.
    const expectNoMore = as('verifier', scene, ['ListCommands', 'CancelCommand']);
    const env = { ...scene.simulator.environment(), TEMPORAL_ADDRESS: inject('temporalAddress') };
    const commands = [
      ['targets', '--cluster', scene.cluster],
      ['instance', instanceId],
      ['wait', 'instance', instanceId, 'running'],
      ['wait', 'targets', '--cluster', scene.cluster],
      ['wait', 'iperf3', instanceId],
      ['exec', instanceId, '--', 'uptime'],
      ['verify', scene.cluster],
    ];
    for (const args of commands) {
      const { code, err } = await new CommandRun(args, env).ended;
      expect({ code, err }, args.join(' ')).toMatchObject({ code: 0 });
    }
    expectNoMore();
  });

  it('an appliance in route mode finds who it is, makes its route and takes it back, and asks for nothing more', async ({
    onTestFinished,
  }) => {
    const mode = await aRouteMode(onTestFinished);
    const expectNoMore = as('legacy', mode);
    const run = async (...args: string[]) => {
      const { code, out, err } = await mode.legacy(...args, '--coordinator', 'yes').ended;
      expect({ code, err }, args.join(' ')).toMatchObject({ code: 0 });
      return out;
    };
    expect(await run('reconcile', '--dry-run')).toMatch(/^would create route/);
    expect(await run('apply')).toContain(`leads to ${eniId} now`);
    mode.takeAway();
    expect(await run('reconcile')).toContain(`leads to ${eniId} now, before to igw-1`);
    expect(mode.route()).toBe(eniId);
    expect(mode.changes()).toBe(2);
    expectNoMore();
  });
});
