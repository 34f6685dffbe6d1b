import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ParentProcess {
  /** The first line that the script printed. */
  readonly firstLine: string;
  /** Kills it the way that gives it no chance to clean up; settles once it is gone. */
  killHard(): Promise<void>;
}

/**
 * Runs an ES module as a process of its own, for a test that needs a parent to die, and waits for its first line of output.
 *
 * The script imports what is under test from `./demo/<file>.js`. We compile that folder, and the one that it reads its settings
 * from, ourselves: Node 20 runs no TypeScript, and a test must not depend on a build that may be older than the source.
 */
export async function startParent(script: string): Promise<ParentProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-parent-'));
  for (const part of ['demo', 'domain']) await compile(join(root, 'src', part), join(folder, part));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'parent.js'), script);

  const parent = spawn(process.execPath, ['parent.js'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(parent, 'exit');
  return {
    firstLine: await firstLine(parent),
    killHard: async () => {
      parent.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function compile(from: string, to: string): Promise<void> {
  await mkdir(to);
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true };
  for (const file of await readdir(from)) {
    if (!file.endsWith('.ts')) continue;
    const { outputText } = ts.transpileModule(await readFile(join(from, file), 'utf8'), { compilerOptions });
    await writeFile(join(to, file.replace(/\.ts$/, '.js')), outputText);
  }
}

async function firstLine(parent: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  for await (const line of createInterface({ input: parent.stdout })) return line;
  throw new Error('the parent process ended without a line of output, expected one');
}
