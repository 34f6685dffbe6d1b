import { fileURLToPath } from 'node:url';
import { memorySettings } from '../demo/agent-process.js';
import { spawnSupervised } from '../demo/supervised.js';
import type { Supervised } from '../demo/supervised.js';
import type { AgentRun, Line } from './evidence.js';

/** The build that is tried, unless it is a mutated one. */
export const builtProduct = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** One process to start. */
export interface Spawning {
  /** The product's command: `dist/cli/main.js`, or a mutant's. */
  readonly product: string;
  readonly command: 'agent' | 'worker';
  readonly args: readonly string[];
  readonly temporalAddress: string;
  readonly aws: Record<string, string>;
}

/** A process of the product, and its record so far. */
export interface LiveRun extends AgentRun {
  readonly process: Supervised;
  /** Signals it, and remembers that. Does nothing once it is gone. */
  tell(signal: 'SIGTERM' | 'SIGHUP' | 'SIGKILL'): void;
}

/** Starts it. It ends with this process, however this one ends. */
export async function startRun(
  spawning: Spawning,
  onMessage: (message: string) => void = () => undefined,
): Promise<LiveRun> {
  const { product, command, args, temporalAddress, aws } = spawning;
  const lines: Line[] = [];
  const told: AgentRun['told'][number][] = [];
  const startedAt = Date.now();
  const process = await spawnSupervised(globalThis.process.execPath, [product, command, ...args], {
    name: command,
    env: {
      PATH: globalThis.process.env.PATH ?? '',
      HOME: globalThis.process.env.HOME ?? '',
      ...memorySettings,
      TEMPORAL_ADDRESS: temporalAddress,
      ...aws,
    },
    onLine: (text) => {
      const message = messageIn(text);
      lines.push({ at: Date.now(), text, message });
      if (message !== undefined) onMessage(message);
    },
  });
  const run: LiveRun & { end: AgentRun['end'] } = {
    process,
    startedAt,
    told,
    lines,
    end: undefined,
    tell: (signal) => {
      if (process.kill(signal)) told.push({ at: Date.now(), signal });
    },
  };
  void process.exited.then(({ code, signal }) => (run.end = { at: Date.now(), code, signal }));
  return run;
}

function messageIn(text: string): string | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null && 'msg' in line ? String(line.msg) : undefined;
  } catch {
    return undefined;
  }
}
