import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './executables.js';

/** Where programs are kept that were downloaded or built once for this machine's user. Source: the XDG base directories; on macOS its own place. */
export function cacheFolder(env: Environment): string {
  const home = env.HOME ?? homedir();
  const caches =
    env.XDG_CACHE_HOME ?? join(home, ...(process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']));
  return join(caches, 'drawbridge');
}
