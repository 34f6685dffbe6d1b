import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withBuildLock } from '../../src/demo/build-lock.js';
import { cacheFolder } from '../../src/demo/cache-folder.js';
import { findOnPath, isExecutable } from '../../src/demo/executables.js';
import { buildLimitMs, goBuild } from '../../src/demo/go-build.js';

/** That of the dev server, of the images in docker-compose.yml, and of tools/temporal-server/go.mod. */
const version = '1.31.2';

const sources = {
  'temporal-server': 'go.temporal.io/server/cmd/server',
  'temporal-sql-tool': 'go.temporal.io/server/cmd/tools/sql',
} as const;
type Program = keyof typeof sources;
const programs = Object.keys(sources) as Program[];

const folder = join(cacheFolder(process.env), `temporal-server-${version}`);
const pathOf = (program: Program) => join(folder, program);

/** Whether they are in the cache, or can be built into it. */
export async function canHaveServerPrograms(): Promise<boolean> {
  const there = await Promise.all(programs.map((program) => isExecutable(pathOf(program))));
  return !there.includes(false) || (await findOnPath('go', process.env)) !== undefined;
}

/** Temporal's server and its SQL tool, built into the cache once per machine. @throws when there is no Go, or a build fails. */
export async function obtainServerPrograms(log: (line: string) => void): Promise<Readonly<Record<Program, string>>> {
  const lock = {
    path: join(folder, 'lock'),
    staleAfterMs: 2 * buildLimitMs,
    onWait: (holder: string) => log(`process ${holder} is building the Temporal server; waiting for it`),
  };
  await withBuildLock(lock, async () => {
    for (const program of programs) if (!(await isExecutable(pathOf(program)))) await build(program, log);
  });
  return { 'temporal-server': pathOf('temporal-server'), 'temporal-sql-tool': pathOf('temporal-sql-tool') };
}

/** Whole or not at all: it gets its name when it is complete. */
async function build(program: Program, log: (line: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  const destination = `${pathOf(program)}.${process.pid}`;
  try {
    await goBuild({
      what: `${program} ${version}`,
      takes: '1 to 5 minutes',
      module: 'temporal-server',
      source: sources[program],
      ldflags: '-s -w',
      destination,
      env: process.env,
      log,
    });
    await rename(destination, pathOf(program));
  } finally {
    await rm(destination, { force: true });
  }
}
