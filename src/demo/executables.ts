import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Environment variables as Node has them; passed in so that tests can bring their own machine. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the path is a file that this user may execute. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Finds an executable the way a shell does: the first folder of PATH that holds one; undefined when none does. */
export async function findOnPath(name: string, env: Environment): Promise<string | undefined> {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}
