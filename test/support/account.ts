import type { JournalEntry } from '../../src/simulator/simulator.js';
import { storyOf } from './history.js';
import type { Scene } from './scene.js';

/** What happened to an instance, for whoever reads why a test failed: its two workflows, what AWS was asked, what its agents said last. */
export async function accountOf({ instance, simulator, startup, shutdown }: Scene): Promise<string> {
  const stories = [startup, shutdown].map(async (handle) => [handle.workflowId, await storyOf(handle).catch(String)]);
  const agents = instance.agents.map(({ process }) => [`${process.name}, pid ${process.pid}`, ...process.lastLines()]);
  const parts = [...(await Promise.all(stories)), ['AWS was asked', ...simulator.journal.map(asked)], ...agents];
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

const asked = ({ wallAt, action, instanceId = 'somebody', outcome }: JournalEntry): string =>
  `${new Date(wallAt).toISOString().slice(11, 23)} ${action} by ${instanceId}: ${outcome.fault ?? 'answered'}`;
