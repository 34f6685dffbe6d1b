import { describe, expect, it } from 'vitest';
import { startSsm } from './run-command.js';

/** Nothing takes time that the test does not give it. */
const atOnce = { assumptions: { commandVisibleSeconds: 0, commandDeliverySeconds: 0 } };
const executionTimeout = (seconds: number) => ({
  Parameters: { commands: ['drain'], executionTimeout: [String(seconds)] },
});

describe('the life of a command', () => {
  it('goes from Pending over InProgress to Success, and tells what the script said', async () => {
    const { sim, clock, sent, status, get } = await startSsm({
      assumptions: { commandVisibleSeconds: 0, commandDeliverySeconds: 2 },
    });
    sim.commands.script({ match: 'drain', stdout: 'drained\n', seconds: 62.5 });
    const id = await sent({ Comment: 'drain it' });
    expect(await status(id)).toBe('Pending/Pending -1');
    await clock.advance(2000);
    expect(await status(id)).toBe('InProgress/InProgress -1');
    expect(await get(id)).toMatchObject({ StandardOutputContent: '', ExecutionStartDateTime: '' });
    await clock.advance(62_500);
    expect(await get(id)).toMatchObject({
      CommandId: id,
      Comment: 'drain it',
      DocumentName: 'AWS-RunShellScript',
      DocumentVersion: '$DEFAULT',
      PluginName: 'aws:runShellScript',
      Status: 'Success',
      StatusDetails: 'Success',
      ResponseCode: 0,
      StandardOutputContent: 'drained\n',
      StandardErrorContent: '',
      ExecutionStartDateTime: '2026-01-01T00:00:02.000Z',
      ExecutionElapsedTime: 'PT1M2.5S',
      // AWS adds whole seconds to the start.
      ExecutionEndDateTime: '2026-01-01T00:01:04.000Z',
    });
  });

  it('passes through everything in one jump of the clock', async () => {
    const { sim, clock, sent, get } = await startSsm();
    sim.commands.script({ match: 'drain', seconds: 3600 });
    const id = await sent();
    await clock.advance(24 * 3600 * 1000);
    expect(await get(id)).toMatchObject({ Status: 'Success', ExecutionElapsedTime: 'PT1H' });
    expect(sim.commands.runs).toMatchObject([{ at: clock.now() - (24 * 3600 - 1) * 1000 }]);
  });

  it('fails with the exit status of the script, which the agent adds to the errors', async () => {
    const { sim, sent, get } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', stdout: 'half', stderr: 'no such unit\n', exitCode: 5 });
    expect(await get(await sent())).toMatchObject({
      Status: 'Failed',
      StatusDetails: 'Failed',
      ResponseCode: 5,
      StandardOutputContent: 'half',
      StandardErrorContent: 'no such unit\nfailed to run commands: exit status 5',
    });
  });

  it.each([
    [60, 60, 'Success/Success 0'],
    [60, 61, 'TimedOut/ExecutionTimedOut 137'],
    // The agent takes a timeout below five seconds for none.
    [4, 60, 'Success/Success 0'],
  ])('lets a script with the execution timeout %i run for %i s: %s', async (timeout, seconds, expected) => {
    const { sim, clock, sent, status, get } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', seconds, stdout: 'said' });
    const id = await sent(executionTimeout(timeout));
    await clock.advance(59_999);
    expect(await status(id)).toBe('InProgress/InProgress -1');
    await clock.advance(1001);
    expect(await status(id)).toBe(expected);
    expect((await get(id)).StandardOutputContent).toBe(expected.startsWith('Success') ? 'said' : '');
  });

  it('expires although the script runs, when the agent takes a longer timeout than it was given', async () => {
    const { sim, clock, sent, status } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', seconds: 60 });
    const id = await sent({ TimeoutSeconds: 30, ...executionTimeout(4) });
    await clock.advance(33_999);
    expect(await status(id)).toBe('InProgress/InProgress -1');
    await clock.advance(26_001);
    expect(await status(id)).toBe('TimedOut/DeliveryTimedOut -1');
  });

  it('cuts what the script said to what the API can carry', async () => {
    const { sim, sent, get } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', stdout: 'o'.repeat(24_000), stderr: 'e'.repeat(8001) });
    const { StandardOutputContent: stdout = '', StandardErrorContent: stderr = '' } = await get(await sent());
    expect([stdout.length, stderr.length]).toEqual([24_000, 8000]);
    expect(stdout).toMatch(/^o+--output truncated--$/);
    expect(stderr).toMatch(/^e+--output truncated--$/);
    sim.commands.script({ match: 'drain', stdout: 'o'.repeat(23_999) });
    expect((await get(await sent())).StandardOutputContent).toBe('o'.repeat(23_999));
  });
});

describe('a script', () => {
  it('that no rule is for succeeds and says nothing', async () => {
    const { sent, get } = await startSsm(atOnce);
    expect(await get(await sent())).toMatchObject({ Status: 'Success', StandardOutputContent: '' });
  });

  it('is answered by the newest rule for its text and its instance that has runs left', async () => {
    const { sim, instanceId, anInstance, sent, get } = await startSsm(atOnce);
    const { instanceId: other } = await anInstance();
    sim.commands.script({ match: { regex: '^systemctl stop \\w+$' }, stdout: 'by regex' });
    sim.commands.script({ match: 'stop a\nstop b', stdout: 'by lines' });
    sim.commands.script({ match: 'fw', instanceId: other, stdout: 'other' });
    sim.commands.script({ match: 'once', stdout: 'first', times: 1 });
    const said = async (commands: string[], id = instanceId) =>
      (await get(await sent({ InstanceIds: [id], Parameters: { commands } }), id)).StandardOutputContent;
    expect(await said(['systemctl stop fw'])).toBe('by regex');
    expect(await said(['systemctl stop fw now'])).toBe('');
    expect(await said(['systemctl stop fw'], other)).toBe('other');
    expect(await said(['stop a', 'stop b'])).toBe('by lines');
    expect([await said(['once']), await said(['once'])]).toEqual(['first', '']);
    sim.commands.clearScripts();
    expect(await said(['systemctl stop fw'])).toBe('');
  });

  it('is answered by the rules of the time when it begins, not of when somebody looks', async () => {
    const { sim, clock, sent, get } = await startSsm();
    const id = await sent();
    sim.commands.script({ match: 'drain', stdout: 'in time' });
    await clock.advance(1000);
    sim.commands.script({ match: 'drain', stdout: 'too late' });
    expect((await get(id)).StandardOutputContent).toBe('in time');
  });

  it('runs once for each command and instance, and every run is recorded', async () => {
    const { sim, clock, instanceId, anInstance, sent, status } = await startSsm();
    const { instanceId: other } = await anInstance();
    const first = await sent({ InstanceIds: [instanceId, other] });
    await clock.advance(1000);
    const at = clock.now();
    await status(first);
    await status(first, other);
    const second = await sent({ Parameters: { commands: ['echo a', 'echo b'] } });
    await clock.advance(60_000);
    expect(sim.commands.runs).toEqual([
      { commandId: first, instanceId, script: 'drain', at },
      { commandId: first, instanceId: other, script: 'drain', at },
      { commandId: second, instanceId, script: 'echo a\necho b', at: at + 1000 },
    ]);
  });

  it.each([
    ['an expression that is none', { match: { regex: '(' } }],
    ['an empty text', { match: '' }],
    ['the exit status that asks for a reboot', { match: 'x', exitCode: 194 }],
    ['no runs', { match: 'x', times: 0 }],
    ['a misspelt member', { match: 'x', exitcode: 1 }],
  ])('cannot be given a rule with %s', async (_what, rule) => {
    const { sim } = await startSsm();
    expect(() => sim.commands.script(rule)).toThrow(expect.objectContaining({ name: 'ZodError' }));
  });
});

describe('an agent that is not there', () => {
  it('leaves a command Pending until the command expires, which is after both timeouts', async () => {
    const { sim, clock, instanceId, sent, status } = await startSsm(atOnce);
    sim.commands.setAgent(instanceId, 'offline');
    const id = await sent({ TimeoutSeconds: 30, ...executionTimeout(60) });
    await clock.advance(89_999);
    expect(await status(id)).toBe('Pending/Pending -1');
    await clock.advance(1);
    expect(await status(id)).toBe('TimedOut/DeliveryTimedOut -1');
    sim.commands.setAgent(instanceId, 'online');
    expect(sim.commands.runs).toEqual([]);
  });

  it.each([
    [29_999, 'Success/Success 0', 1],
    [30_000, 'Pending/Pending -1', 0],
  ])('gets the command when it is back after %i ms of a delivery timeout of 30 s: %s', async (ms, expected, runs) => {
    const { sim, clock, instanceId, sent, status } = await startSsm(atOnce);
    sim.commands.setAgent(instanceId, 'offline');
    const id = await sent({ TimeoutSeconds: 30 });
    await clock.advance(ms);
    sim.commands.setAgent(instanceId, 'online');
    expect(await status(id)).toBe(expected);
    expect(sim.commands.runs).toHaveLength(runs);
  });

  it('reports what ran meanwhile when it is back', async () => {
    const { sim, clock, instanceId, sent, status, get } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', seconds: 10 });
    const id = await sent();
    await status(id);
    sim.commands.setAgent(instanceId, 'offline');
    await clock.advance(60_000);
    expect(await status(id)).toBe('InProgress/InProgress -1');
    sim.commands.setAgent(instanceId, 'online');
    expect(await get(id)).toMatchObject({ Status: 'Success', ExecutionEndDateTime: '2026-01-01T00:00:10.000Z' });
  });

  it('reports what ran even when its instance was stopped meanwhile', async () => {
    const { sim, clock, instanceId, sent, status } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', seconds: 10 });
    const id = await sent();
    await status(id);
    sim.commands.setAgent(instanceId, 'offline');
    await clock.advance(20_000);
    sim.setInstanceState(instanceId, 'stopped');
    sim.commands.setAgent(instanceId, 'online');
    expect(await status(id)).toBe('InProgress/InProgress -1');
    sim.setInstanceState(instanceId, 'running');
    expect(await status(id)).toBe('Success/Success 0');
  });

  it('and never reports a script makes it count as not delivered', async () => {
    const { sim, clock, instanceId, sent, status } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', seconds: 10 });
    const id = await sent({ TimeoutSeconds: 30, ...executionTimeout(60) });
    await status(id);
    sim.commands.setAgent(instanceId, 'offline');
    await clock.advance(90_000);
    expect(await status(id)).toBe('TimedOut/DeliveryTimedOut -1');
    sim.commands.setAgent(instanceId, 'online');
    expect(await status(id)).toBe('TimedOut/DeliveryTimedOut -1');
  });
});

describe('a read that lags', () => {
  it('knows of a command what was known then', async () => {
    const { sim, clock, instanceId, sent, get, status } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', seconds: 10 });
    const id = await sent();
    await status(id);
    sim.commands.setAgent(instanceId, 'offline');
    await clock.advance(60_000);
    sim.commands.setAgent(instanceId, 'online');
    await clock.advance(10_000);
    expect(await status(id)).toBe('Success/Success 0');
    sim.addFault({ kind: 'staleRead', seconds: 20 });
    expect(await status(id)).toBe('InProgress/InProgress -1');
    sim.clearFaults();
    sim.addFault({ kind: 'staleRead', seconds: 71 });
    await expect(get(id)).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
  });
});

describe('an instance that goes away', () => {
  it.each(['stopped', 'terminated'] as const)(
    'while the script runs (%s) leaves the command InProgress until it expires',
    async (state) => {
      const { sim, clock, instanceId, sent, status } = await startSsm(atOnce);
      sim.commands.script({ match: 'drain', seconds: 20 });
      const id = await sent({ TimeoutSeconds: 30, ...executionTimeout(60) });
      await clock.advance(10_000);
      sim.setInstanceState(instanceId, state);
      await clock.advance(79_999);
      expect(await status(id)).toBe('InProgress/InProgress -1');
      await clock.advance(1);
      expect(await status(id)).toBe('TimedOut/DeliveryTimedOut -1');
    },
  );

  it('and comes back in time reports the script as failed, and does not run it again', async () => {
    const { sim, clock, instanceId, sent, status } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', seconds: 20 });
    const id = await sent();
    await clock.advance(10_000);
    sim.setInstanceState(instanceId, 'stopped');
    await clock.advance(60_000);
    sim.setInstanceState(instanceId, 'running');
    expect(await status(id)).toBe('Failed/Failed 1');
    await clock.advance(60_000);
    expect(sim.commands.runs).toHaveLength(1);
  });

  it('ends a script that was to be cancelled as failed, when its agent did not know', async () => {
    const { sim, clock, instanceId, sent, cancel, status } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', seconds: 60 });
    const id = await sent();
    await status(id);
    sim.commands.setAgent(instanceId, 'offline');
    await cancel(id);
    await clock.advance(10_000);
    sim.setInstanceState(instanceId, 'stopped');
    expect(await status(id)).toBe('Cancelling/Cancelling -1');
    sim.commands.setAgent(instanceId, 'online');
    sim.setInstanceState(instanceId, 'running');
    expect(await status(id)).toBe('Failed/Failed 1');
  });

  it('makes a command that it has not received undeliverable when it is terminated, and gets it when it is started again', async () => {
    const { sim, clock, anInstance, instanceId, sent, status } = await startSsm({
      assumptions: { commandVisibleSeconds: 0, commandDeliverySeconds: 5 },
    });
    const { instanceId: other } = await anInstance();
    const id = await sent({ InstanceIds: [instanceId, other] });
    sim.setInstanceState(instanceId, 'terminated');
    sim.setInstanceState(other, 'stopped');
    await clock.advance(10_000);
    expect(await status(id)).toBe('Failed/Undeliverable -1');
    expect(await status(id, other)).toBe('Pending/Pending -1');
    sim.setInstanceState(other, 'running');
    expect(await status(id, other)).toBe('Success/Success 0');
  });
});

describe('CancelCommand', () => {
  it('ends a command that the agent does not have yet, which then never runs', async () => {
    const { sim, clock, sent, cancel, status } = await startSsm();
    const id = await sent();
    await cancel(id);
    await clock.advance(60_000);
    expect(await status(id)).toBe('Cancelled/Cancelled -1');
    expect(sim.commands.runs).toEqual([]);
  });

  it('kills a running script once the agent knows', async () => {
    const { sim, clock, sent, cancel, status, get } = await startSsm();
    sim.commands.script({ match: 'drain', seconds: 60, stdout: 'never' });
    const id = await sent();
    await clock.advance(10_000);
    await cancel(id);
    expect(await status(id)).toBe('Cancelling/Cancelling -1');
    await clock.advance(500);
    await cancel(id);
    await clock.advance(500);
    expect(await status(id)).toBe('Cancelled/Cancelled 137');
    expect(await get(id)).toMatchObject({ StandardOutputContent: '', ExecutionElapsedTime: 'PT10S' });
  });

  it('comes too late for a script that ends before the agent knows', async () => {
    const { sim, clock, sent, cancel, status } = await startSsm();
    sim.commands.script({ match: 'drain', seconds: 9.5 });
    const id = await sent();
    await clock.advance(10_000);
    await cancel(id);
    await clock.advance(1000);
    expect(await status(id)).toBe('Success/Success 0');
  });

  it('does not reach an agent that is cut off before it is back', async () => {
    const { sim, clock, instanceId, sent, cancel, status } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', seconds: 60 });
    const [first, second] = [await sent(), await sent()];
    await status(first);
    sim.commands.setAgent(instanceId, 'offline');
    await cancel(first);
    await clock.advance(30_000);
    sim.commands.setAgent(instanceId, 'online');
    expect(await status(first)).toBe('Cancelled/Cancelled 137');
    sim.commands.setAgent(instanceId, 'offline');
    await cancel(second);
    await clock.advance(30_000);
    expect(await status(second)).toBe('Cancelling/Cancelling -1');
    sim.commands.setAgent(instanceId, 'online');
    expect(await status(second)).toBe('Success/Success 0');
  });

  it('is complete when the command expires, if the instance never comes back', async () => {
    const { sim, clock, instanceId, sent, cancel, status } = await startSsm(atOnce);
    sim.commands.script({ match: 'drain', seconds: 60 });
    const id = await sent({ TimeoutSeconds: 30, ...executionTimeout(60) });
    await status(id);
    sim.setInstanceState(instanceId, 'stopped');
    await cancel(id);
    await clock.advance(89_999);
    expect(await status(id)).toBe('Cancelling/Cancelling -1');
    await clock.advance(1);
    expect(await status(id)).toBe('Cancelled/Cancelled -1');
  });

  it('changes nothing of what has ended', async () => {
    const { sim, clock, sent, cancel, status } = await startSsm();
    const id = await sent();
    await clock.advance(1000);
    await cancel(id);
    await clock.advance(10_000);
    expect(await status(id)).toBe('Success/Success 0');
    expect(sim.requests('CancelCommand')[0]).not.toHaveProperty('effect');
  });

  it('is about the instances that it names', async () => {
    const { sim, clock, instanceId, anInstance, sent, cancel, status } = await startSsm();
    const { instanceId: other } = await anInstance();
    const id = await sent({ InstanceIds: [instanceId, other] });
    await cancel(id, [other]);
    await clock.advance(1000);
    expect([await status(id), await status(id, other)]).toEqual(['Success/Success 0', 'Cancelled/Cancelled -1']);
    expect(sim.requests('CancelCommand')).toMatchObject([{ effect: `cancelled command ${id} on ${other}` }]);
  });
});
