import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from './executables.js';
import { findOnPath } from './executables.js';
import { spawnSupervised } from './supervised.js';

/** Measured from nothing on two cores: 226 s when they were idle, 578 s when they were busy. Three times that, for a slow network. */
export const buildLimitMs = 30 * 60_000;

const progressEveryMs = 15_000;

/** A Go module of our own that does nothing but name the CLI: tools/temporal-cli/README.md says why. From a folder below src/, build/ or dist/ alike. */
const wrapperModule = fileURLToPath(new URL('../../tools/temporal-cli', import.meta.url));

export interface BuildTemporalCliOptions {
  readonly version: string;
  /** Where to put the executable. The folder exists. */
  readonly destination: string;
  readonly env: Environment;
  readonly log: (line: string) => void;
}

/**
 * Builds the Temporal CLI from its Go modules, and says every 15 s how far it is.
 *
 * @throws when there is no Go, the wrapper module is not part of this installation, or the build fails or takes over 30 min.
 */
export async function buildTemporalCli({ version, destination, env, log }: BuildTemporalCliOptions): Promise<void> {
  const go = await findOnPath('go', env);
  if (go === undefined) throw new Error('there is no go on PATH');
  if (!existsSync(join(wrapperModule, 'go.mod'))) throw new Error(`there is no Go module in ${wrapperModule}`);

  log(
    `building the Temporal CLI ${version} with ${go}: 4 to 10 minutes the first time, seconds when Go has it in its cache`,
  );
  const startedAt = Date.now();
  const ldflags = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`;
  let doing = 'starting';
  const build = await spawnSupervised(
    go,
    // -v names each package on standard error as it is compiled: the only progress go reports.
    [
      ...['build', '-v', '-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags', ldflags],
      ...['-o', destination, 'github.com/temporalio/cli/cmd/temporal'],
    ],
    {
      name: 'go build',
      cwd: wrapperModule,
      env: { ...env, CGO_ENABLED: '0', GOWORK: 'off' },
      onLine: (line) => {
        doing = line.startsWith('go: ') ? line : `compiling ${line}`;
      },
    },
  );
  const progress = setInterval(() => {
    log(`still building the Temporal CLI after ${elapsed(startedAt)}: ${doing}`);
  }, progressEveryMs);
  const limit = setTimeout(() => build.kill('SIGKILL'), buildLimitMs);
  try {
    const { code, signal } = await build.exited;
    if (code !== 0)
      throw new Error(`go build ended with ${signal ?? `code ${String(code)}`}: ${lastWords(build.lastLines())}`);
    log(`built the Temporal CLI ${version} in ${elapsed(startedAt)}`);
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
