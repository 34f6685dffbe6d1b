import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How often a waiting process looks whether the lock is free. Ours: cheap beside minutes of building. */
const lookAgainMs = 250;

export interface BuildLockOptions {
  /** The lock file: it exists while somebody holds the lock, and holds that process's id. */
  readonly path: string;
  /** Longer than any holder may take. An older lock is stale even when its process id lives, for ids are used again. */
  readonly staleAfterMs: number;
  /** Called once, before the first wait. */
  readonly onWait: (holder: string) => void;
}

/**
 * Runs `work` while no other process of this machine runs work under the same lock file, and waits for its turn.
 *
 * The lock of a process that died is taken over. Two processes that take over the same stale lock at the same instant may
 * both get in: the lock saves work, so whatever is written under it has to be right without it (a temporary name, then a rename).
 */
export async function withBuildLock<T>(options: BuildLockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(options.path), { recursive: true });
  await acquire(options);
  try {
    return await work();
  } finally {
    await rm(options.path, { force: true });
  }
}

async function acquire(options: BuildLockOptions): Promise<void> {
  let told = false;
  while (!(await tryAcquire(options.path))) {
    const holder = await liveHolder(options);
    if (holder === undefined) {
      await rm(options.path, { force: true });
      continue;
    }
    if (!told) options.onWait(holder);
    told = true;
    await delay(lookAgainMs);
  }
}

/** A hard link appears with its content or not at all, so nobody ever reads a lock that names no process. */
async function tryAcquire(path: string): Promise<boolean> {
  const claim = `${path}.${randomUUID()}`;
  await writeFile(claim, String(process.pid));
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(claim, { force: true });
  }
}

/** The process id in the lock; undefined when the lock is gone or stale. */
async function liveHolder({ path, staleAfterMs }: BuildLockOptions): Promise<string | undefined> {
  try {
    const [holder, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return Date.now() - mtimeMs < staleAfterMs && isAlive(Number(holder)) ? holder : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
