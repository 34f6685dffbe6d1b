import { fileURLToPath } from 'node:url';
import { spawnSupervised } from './supervised.js';
import type { Supervised } from './supervised.js';

/** The built command. An agent is always the real thing: its own process, its own signals. */
const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/**
 * Belongs wherever an agent or a fleet worker is started (docs/performance.md, Memory): glibc gives back what is no longer used, and V8's
 * heaps for what is new, one in each thread, stay small rather than grow with the work.
 */
export const memorySettings = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
  NODE_OPTIONS: '--max-semi-space-size=1',
};

export interface AgentProcessOptions {
  readonly name: string;
  readonly temporalAddress: string;
  readonly namespace?: string;
  /** Where its AWS is: endpoints, region, credentials. */
  readonly aws: Record<string, string>;
  readonly args: readonly string[];
  readonly command?: 'agent' | 'worker';
  readonly onLine?: (line: string) => void;
}

/** Starts `drawbridge agent` (or `worker`) as a process that ends with this one. */
export function spawnAgent(options: AgentProcessOptions): Promise<Supervised> {
  const { name, temporalAddress, namespace = 'default', aws, args, command = 'agent', onLine } = options;
  return spawnSupervised(process.execPath, [cli, command, ...args], {
    name,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      ...memorySettings,
      // Several on one machine: an address for each would have to be given.
      DRAWBRIDGE_METRICS_PORT: '0',
      TEMPORAL_ADDRESS: temporalAddress,
      TEMPORAL_NAMESPACE: namespace,
      ...aws,
    },
    ...(onLine === undefined ? {} : { onLine: (line: string) => onLine(line) }),
  });
}
