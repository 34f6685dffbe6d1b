import { describe, expect, it, onTestFinished } from 'vitest';
import { spawnAgent } from '../../src/demo/agent-process.js';
import type { Supervised } from '../../src/demo/supervised.js';
import { startSimulator } from '../../src/simulator/simulator.js';

interface Bootless {
  /** What its metadata service does instead of an answer. */
  readonly fault?: 'hang';
  readonly onLine?: (line: string) => void;
  readonly args?: readonly string[];
}

/** An agent on an instance without a cluster tag; nobody answers as Temporal. */
async function anAgentWithoutCluster({ fault, onLine, args = [] }: Bootless = {}): Promise<
  Supervised & { id: string }
> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  const { instanceId } = await simulator.createInstance({ vpcId: 'vpc-1', tags: {}, probe: 'healthy' });
  if (fault !== undefined) simulator.addFault({ service: 'imds', action: 'GetToken', kind: fault });
  const agent = await spawnAgent({
    name: 'agent',
    temporalAddress: '127.0.0.1:9',
    aws: simulator.environment(instanceId),
    args: ['--health-host', '127.0.0.1', '--health-port', '0', ...args],
    ...(onLine && { onLine }),
  });
  onTestFinished(() => void agent.stop(0));
  if (fault !== undefined) await simulator.nextRequest('GetToken');
  return { ...agent, id: instanceId };
}

describe('an agent that cannot start', () => {
  it('ends with exit code 2 and one clear line of its log when nobody says which cluster it is in', async () => {
    const agent = await anAgentWithoutCluster();
    expect(await agent.exited).toEqual({ code: 2, signal: null });
    const lines = agent.lastLines().map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      {
        level: 'fatal',
        time: expect.any(String) as string,
        instance: agent.id,
        reason: expect.stringMatching(/^--cluster: found nothing, nor a tag neuwerk:cluster/) as string,
        msg: 'the agent cannot start',
      },
    ]);
  });

  it('says so on stderr in a sentence where the log is silent', async () => {
    const agent = await anAgentWithoutCluster({ args: ['--log-level', 'silent'] });
    expect(await agent.exited).toEqual({ code: 2, signal: null });
    expect(agent.lastLines()).toEqual([expect.stringMatching(/^drawbridge: --cluster: found nothing, nor a tag/)]);
  });

  it('goes on waiting for the metadata service on SIGTERM, as its target may be in service, and ends at once on the second one (I3)', async () => {
    let onWaiting = (): void => undefined;
    const waits = new Promise<void>((resolve) => (onWaiting = resolve));
    const agent = await anAgentWithoutCluster({
      fault: 'hang',
      onLine: (line) => line.includes('told to go: waiting') && onWaiting(),
    });
    agent.kill('SIGTERM');
    await waits;
    agent.kill('SIGTERM');
    expect(await agent.exited).toEqual({ code: 1, signal: null });
  });

  it('ends at once on SIGHUP while it waits for the metadata service', async () => {
    const agent = await anAgentWithoutCluster({ fault: 'hang' });
    agent.kill('SIGHUP');
    expect(await agent.exited).toEqual({ code: 0, signal: null });
  });
});
