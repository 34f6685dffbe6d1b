import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from './executables.js';
import { findOnPath } from './executables.js';
import { spawnSupervised } from './supervised.js';

/** Measured from nothing on two cores: 226 s for the Temporal CLI when they were idle, 578 s when they were busy. Three times that, for a slow network. */
export const buildLimitMs = 30 * 60_000;

const progressEveryMs = 15_000;

export interface GoBuildOptions {
  /** What lines and messages call it, such as `the Temporal CLI 1.8.2`. */
  readonly what: string;
  /** How long it takes from nothing, for a person. */
  readonly takes: string;
  /** The folder below `tools` with the Go module of ours that pins it. Its README.md says why there is one. */
  readonly module: string;
  /** The Go package of the program. */
  readonly source: string;
  readonly ldflags: string;
  /** Where to put the executable. The folder exists. */
  readonly destination: string;
  readonly env: Environment;
  readonly log: (line: string) => void;
}

/**
 * Builds a program from its Go modules, and says every 15 s how far it is.
 *
 * @throws when there is no Go, the module is not part of this installation, or the build fails or takes over 30 min.
 */
export async function goBuild(options: GoBuildOptions): Promise<void> {
  const { what, source, destination, env, log } = options;
  const go = await findOnPath('go', env);
  if (go === undefined) throw new Error('there is no go on PATH');
  // From a folder below src/, build/ or dist/ alike.
  const module = fileURLToPath(new URL(`../../tools/${options.module}`, import.meta.url));
  if (!existsSync(join(module, 'go.mod'))) throw new Error(`there is no Go module in ${module}`);

  log(`building ${what} with ${go}: ${options.takes} the first time, seconds when Go has it in its cache`);
  const startedAt = Date.now();
  let doing = 'starting';
  const build = await spawnSupervised(
    go,
    // -v names each package on standard error as it is compiled: the only progress go reports.
    [
      ...['build', '-v', '-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags', options.ldflags],
      ...['-o', destination, source],
    ],
    {
      name: 'go build',
      cwd: module,
      env: { ...env, CGO_ENABLED: '0', GOWORK: 'off' },
      onLine: (line) => {
        doing = line.startsWith('go: ') ? line : `compiling ${line}`;
      },
    },
  );
  const progress = setInterval(() => {
    log(`still building ${what} after ${elapsed(startedAt)}: ${doing}`);
  }, progressEveryMs);
  const limit = setTimeout(() => build.kill('SIGKILL'), buildLimitMs);
  try {
    const { code, signal } = await build.exited;
    if (code !== 0)
      throw new Error(`go build ended with ${signal ?? `code ${String(code)}`}: ${lastWords(build.lastLines())}`);
    log(`built ${what} in ${elapsed(startedAt)}`);
  } finally {
    clearInterval(progress);
    clearTimeout(limit);
  }
}

function lastWords(lines: readonly string[]): string {
  return lines.length === 0 ? 'it said nothing' : lines.slice(-5).join(' | ');
}

function elapsed(sinceMs: number): string {
  const seconds = Math.round((Date.now() - sinceMs) / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
