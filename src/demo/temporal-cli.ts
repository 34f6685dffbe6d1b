import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withBuildLock } from './build-lock.js';
import { buildTemporalCli } from './build-temporal-cli.js';
import { cacheFolder } from './cache-folder.js';
import { downloadTemporalCli } from './download-temporal-cli.js';
import type { Environment } from './executables.js';
import { findOnPath, isExecutable } from './executables.js';
import { buildLimitMs } from './go-build.js';

/** The CLI we obtain: server 1.31.2, web UI 2.50.1. The same number is in tools/temporal-cli/go.mod. */
const temporalCliVersion = '1.8.2';

/** The first CLI that knows `--ui-disable-news-fetch`. Source: its release notes. */
const oldestMinor = { major: 1, minor: 8 };

/** `temporal --version` reads a 140 MB file from a cold disk on a bad day. */
const versionMs = 30_000;

export interface ObtainTemporalCliOptions {
  /** Takes one line of progress at a time, for a human. */
  readonly log: (line: string) => void;
  readonly env?: Environment;
  readonly fetch?: typeof fetch;
}

/** No source has a Temporal CLI for us. The message is for the user's eyes: everything tried, why not, and what to install. */
export class TemporalCliNotFound extends Error {
  override readonly name = 'TemporalCliNotFound';

  constructor(tried: readonly string[]) {
    const lines = tried.map((reason) => `  - ${reason}`).join('\n');
    super(
      `no Temporal CLI found, expected one of version ${temporalCliVersion} or later. Tried:\n${lines}\n` +
        'Install the Temporal CLI (https://docs.temporal.io/cli), or Go 1.26.4 or later so that it can be built, ' +
        'or set TEMPORAL_CLI_PATH to the executable.',
    );
  }
}

/**
 * Answers the path of a `temporal` executable: TEMPORAL_CLI_PATH, PATH, our cache; failing these it downloads or builds one
 * into the cache, which happens once per machine. Safe to call from several processes at the same time.
 *
 * @throws TemporalCliNotFound when TEMPORAL_CLI_PATH is set but no executable, or when every source failed.
 */
export async function obtainTemporalCli(options: ObtainTemporalCliOptions): Promise<string> {
  const env = options.env ?? process.env;
  const asked = env.TEMPORAL_CLI_PATH;
  if (asked !== undefined && asked !== '') {
    if (await isExecutable(asked)) return asked;
    throw new TemporalCliNotFound([`TEMPORAL_CLI_PATH: ${asked} is not an executable file; correct it or unset it`]);
  }
  const tried = ['TEMPORAL_CLI_PATH: not set'];

  const installed = await findOnPath('temporal', env);
  const refusal = installed === undefined ? 'there is no temporal on PATH' : await refuse(installed);
  if (installed !== undefined && refusal === undefined) return installed;
  tried.push(`PATH: ${refusal ?? ''}`);

  const folder = join(cacheFolder(env), `temporal-cli-${temporalCliVersion}`);
  const cached = join(folder, 'temporal');
  if (await isExecutable(cached)) return cached;
  tried.push(`cache: ${cached} does not exist`);

  const lock = {
    path: join(folder, 'lock'),
    staleAfterMs: 2 * buildLimitMs,
    onWait: (holder: string) => options.log(`process ${holder} is obtaining the Temporal CLI; waiting for it`),
  };
  return withBuildLock(lock, async () => {
    if (!(await isExecutable(cached))) await fill(cached, tried, env, options);
    return cached;
  });
}

/** Puts an executable at `cached`, whole or not at all: it gets its name only when it is complete. */
async function fill(
  cached: string,
  tried: string[],
  env: Environment,
  options: ObtainTemporalCliOptions,
): Promise<void> {
  const { log } = options;
  const destination = `${cached}.${randomUUID()}`;
  const common = { version: temporalCliVersion, destination, log };
  const sources = [
    { name: 'download', obtain: () => downloadTemporalCli({ ...common, fetch: options.fetch ?? fetch }) },
    { name: 'go build', obtain: () => buildTemporalCli({ ...common, env }) },
  ];
  await mkdir(join(cached, '..'), { recursive: true });
  try {
    for (const { name, obtain } of sources) {
      try {
        await obtain();
        await chmod(destination, 0o755);
        await rename(destination, cached);
        return;
      } catch (error) {
        tried.push(`${name}: ${reasonOf(error)}`);
      }
    }
  } finally {
    await rm(destination, { force: true });
  }
  throw new TemporalCliNotFound(tried);
}

/** Why an installed CLI will not do; undefined when it will. A build without a release number is its owner's affair. */
async function refuse(path: string): Promise<string | undefined> {
  let answer: string;
  try {
    answer = (await promisify(execFile)(path, ['--version'], { timeout: versionMs })).stdout.trim();
  } catch (error) {
    return `${path} --version failed: ${reasonOf(error)}`;
  }
  const [, major, minor] = (/version (\d+)\.(\d+)\./.exec(answer) ?? []).map(Number);
  if (major === undefined || minor === undefined) return `${path} says "${answer}", expected a version`;
  const isDevelopmentBuild = major === 0;
  const isNewEnough = major > oldestMinor.major || (major === oldestMinor.major && minor >= oldestMinor.minor);
  if (isDevelopmentBuild || isNewEnough) return undefined;
  return `${path} says "${answer}", expected ${oldestMinor.major}.${oldestMinor.minor} or later; upgrade it`;
}

/** The cause too: fetch says only "fetch failed" and keeps the reason there. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
