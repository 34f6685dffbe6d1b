import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { argsOf, copyOf, environmentOf, lastStage, stages } from './dockerfile.js';
import type { Copy, Stage } from './dockerfile.js';

const run = promisify(execFile);

/** What the Dockerfile makes, without what its base images bring. */
export interface Image {
  /** The folder that is its root. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** On this machine's Node. */
  readonly command: readonly [string, ...string[]];
}

/**
 * Goes through the Dockerfile step by step in a folder for each stage, since a container engine is not everywhere: copies what it
 * copies, runs what it runs.
 *
 * @throws Error with what a step said, when it fails
 */
export async function buildImage(folder: string): Promise<Image> {
  const roots = new Map<string | undefined, string>();
  for (const stage of stages()) {
    const root = rootOf(folder, stage);
    roots.set(stage.name, root);
    await build(stage, root, roots);
  }
  const last = lastStage();
  const root = rootOf(folder, last);
  const [, ...args] = JSON.parse(argsOf(last, 'ENTRYPOINT')) as string[];
  const command = [process.execPath, ...args.map((path) => join(root, path))] as const;
  return { root, env: environmentOf(last), command };
}

const rootOf = (folder: string, { name }: Stage): string => join(folder, name ?? 'run');

async function build(stage: Stage, root: string, roots: ReadonlyMap<string | undefined, string>): Promise<void> {
  let cwd = root;
  const env = { ...process.env, ...environmentOf(stage) };
  for (const instruction of stage.instructions) {
    if (instruction.name === 'WORKDIR') {
      cwd = join(root, instruction.args);
      await mkdir(cwd, { recursive: true });
    } else if (instruction.name === 'COPY') {
      const copy = copyOf(instruction);
      await copyInto(copy, copy.stage === undefined ? process.cwd() : (roots.get(copy.stage) ?? ''), root, cwd);
    } else if (instruction.name === 'RUN') {
      await run('sh', ['-c', instruction.args], { cwd, env });
    }
  }
}

/** As COPY does: of a folder its content, a file under its name where the destination ends with a slash. */
async function copyInto({ from, to }: Copy, source: string, root: string, cwd: string): Promise<void> {
  for (const path of from) {
    const isOfBaseImage = path.startsWith('/etc/');
    const target = to.startsWith('/') ? join(root, to) : resolve(cwd, to);
    await cp(isOfBaseImage ? path : join(source, path), to.endsWith('/') ? join(target, basename(path)) : target, {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}
