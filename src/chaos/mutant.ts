import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { builtProduct } from './agent-runs.js';
import type { Mutation } from './mutations.js';

const run = promisify(execFile);
const root = dirname(dirname(dirname(builtProduct)));

/** The compiled product, before it is bundled, with one fault in it, in a folder of its own. */
export interface Mutant {
  /** Its command, instead of the product's. */
  readonly product: string;
  remove(): Promise<void>;
}

/** Makes one out of a copy of the build. @throws when the text to change is not there exactly once. */
export async function makeMutant({ name, file, find, replace }: Mutation): Promise<Mutant> {
  const folder = await mkdtemp(join(tmpdir(), `drawbridge-${name}-`));
  const atExit = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', atExit);
  const remove = async () => {
    process.removeListener('exit', atExit);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const part of ['build', 'dist', 'package.json'])
      await cp(join(root, part), join(folder, part), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const path = join(folder, 'build', file);
    await writeFile(path, mutated(await readFile(path, 'utf8'), find, replace));
    if (/^(workflows|domain)\//.test(file))
      await run(process.execPath, [
        join(root, 'scripts/bundle-workflows.js'),
        join(folder, 'build'),
        join(folder, 'dist'),
      ]);
    return { product: join(folder, 'build/cli/main.js'), remove };
  } catch (error) {
    await remove();
    throw new Error(`mutation ${name} of build/${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The code with the text replaced. @throws when it is not there exactly once. */
export function mutated(code: string, find: string, replace: string): string {
  const count = code.split(find).length - 1;
  if (count !== 1)
    throw new Error(`found "${find}" ${count} times, expected it once: change the mutation with the code`);
  return code.replace(find, () => replace);
}
