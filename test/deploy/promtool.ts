import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Undefined where it is not installed: Debian has it in its package `prometheus`. */
export const promtool = spawnSync('promtool', ['--version']).error === undefined ? 'promtool' : undefined;

/** For the title of what cannot be tried without it. */
export const unlessAbsent = promtool === undefined ? ' (skipped: promtool is not installed)' : '';

export interface Said {
  readonly code: number | null;
  readonly output: string;
}

export function runPromtool(args: readonly string[], input?: string): Said {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', ...(input && { input }) });
  return { code: status, output: stdout + stderr };
}

/** The same on a file with this content. */
export function runPromtoolOn(content: string, ...command: readonly string[]): Said {
  const folder = mkdtempSync(join(tmpdir(), 'drawbridge-promtool-'));
  try {
    const file = join(folder, 'file.yml');
    writeFileSync(file, content);
    return runPromtool([...command, file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
