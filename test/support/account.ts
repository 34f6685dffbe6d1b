import type { JournalEntry } from '../../src/simulator/simulator.js';
import { storyOf } from './history.js';
import type { Scene } from './scene.js';

/** More of what AWS was asked than these does not help to see why a test failed. */
const lastAsked = 200;

/** What happened to an instance, for whoever reads why a test failed: its two workflows, what AWS was asked, what its agents said last. Its end may be the test's own tidying up. */
export async function accountOf({ instance, simulator, startup, shutdown }: Scene): Promise<string> {
  const stories = [startup, shutdown].map(async (handle) => [handle.workflowId, await storyOf(handle).catch(String)]);
  const agents = instance.agents.map(({ process }) => [`${process.name}, pid ${process.pid}`, ...process.lastLines()]);
  const parts = [...(await Promise.all(stories)), ['AWS was asked', ...asked(simulator.journal)], ...agents];
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

const asked = (journal: readonly JournalEntry[]): string[] =>
  journal
    .filter(({ service }) => service !== 'imds')
    .slice(-lastAsked)
    .map(({ wallAt, action, instanceId = 'somebody', outcome: { fault, code, status } }) => {
      const answer = fault ?? code ?? status ?? 'no answer';
      return `${new Date(wallAt).toISOString().slice(11, 23)} ${action} by ${instanceId}: ${answer}`;
    });
